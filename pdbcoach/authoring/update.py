"""Rewrite the expectations of a scenario file that no longer match, and leave every other byte alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, assert_never

import yaml
from msgspec import Struct

from pdbcoach.authoring import state as facts
from pdbcoach.authoring.edits import Document
from pdbcoach.authoring.line_diff import AlignedLine, align, captured
from pdbcoach.authoring.marks import MarkBook
from pdbcoach.authoring.unstable_text import what_varied
from pdbcoach.authoring.yaml_text import flow
from pdbcoach.errors import PdbcoachError, ScenarioError, Span
from pdbcoach.facts.base import Plain
from pdbcoach.matching import transcript
from pdbcoach.matching.grammar import block_lines, flatten
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.status import expected_status_text
from pdbcoach.matching.transcript import Matched
from pdbcoach.matching.verdict import (
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.matching.versions import admits
from pdbcoach.observation import DebuggerState, Observation, Outcome
from pdbcoach.replay.hand import Options
from pdbcoach.replay.result import ScenarioResult, StepResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario, Step
from pdbcoach.scenario.packs import Found, select

RUNS: Final = 3
"""Replays in a row that must pass without any edit before the file counts as up to date."""

_ROUNDS: Final = 8
"""Rewrites after which the file counts as one that never settles."""

_BY_HAND: Final = "edit it by hand"


class Updated(Struct, frozen=True):
    """The file before and after, and the scenarios in it that no replay has confirmed."""

    path: Path
    before: str
    after: str
    unverified: tuple[str, ...] = ()
    """For each scenario that was skipped or is known to fail: its id and the reason."""

    def diff(self) -> str:
        """Return what changes as a unified diff."""
        name = str(self.path)
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"{name} (as it is)",
            f"{name} (updated)",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


class Unwritable(Struct, frozen=True):
    """One difference that only a person can resolve."""

    span: Span
    what: str
    """One line: the step, the key, what differs and why it can't be rewritten."""
    cure: str

    def __str__(self) -> str:
        return f"{self.span.file}:{self.span.line}: {self.what}\n  {self.cure}"


class NotUpdated(Struct, frozen=True):
    """The file can't be made to pass by rewriting expectations: nothing should be written."""

    path: Path
    reasons: tuple[Unwritable, ...]


class _Round(Struct, frozen=True):
    """One replay of the chosen scenarios, and the text with the edits that it calls for."""

    text: str
    differences: tuple[Unwritable, ...]
    """One for each failure or conflict between scenarios; final once a round has no edit."""
    results: tuple[ScenarioResult, ...]

    @property
    def failed(self) -> frozenset[str]:
        return frozenset(one.scenario.id for one in self.results if one.verdict == "failed")


def update(found: Found, target: Target) -> Updated | NotUpdated:
    """Return the text of a file, or of one variant, whose expectations hold on ``target``.

    ``RUNS`` replays have confirmed it. Each round replays the text and rewrites what differs, until a
    replay needs no edit. Nothing is written. Raises ``PdbcoachError`` if the file or the target can't be run.
    """
    path = found.path
    texts = [path.read_bytes().decode("utf-8")]
    seen = _replayed(texts[-1], found, target)
    before = seen
    while seen.text != texts[-1]:
        if seen.text in texts or len(texts) > _ROUNDS:
            return NotUpdated(path, (_unsettled(path, texts[-1], seen, before),))
        texts.append(seen.text)
        before, seen = seen, _again(seen.text, found, target)
    for _ in range(RUNS - 1):
        if seen.differences:
            return NotUpdated(path, seen.differences)
        seen = _again(texts[-1], found, target)
        if seen.text != texts[-1]:
            return NotUpdated(path, (_unstable(path, texts[-1], seen.text),))
    unverified = tuple(_why_unverified(one) for one in seen.results if one.verdict != "passed")
    if seen.differences or len(unverified) == len(seen.results):
        return NotUpdated(path, seen.differences or tuple(map(_not_replayed, seen.results)))
    return Updated(path, texts[0], texts[-1], unverified)


def _replayed(text: str, found: Found, target: Target) -> _Round:
    document = Document(text)
    scenarios = load(found.path, text=text)
    chosen = select(scenarios, found)
    others = {step.span: one.id for one in scenarios if one not in chosen for step in one.steps}
    differences: list[Unwritable] = []
    results = []
    for scenario in chosen:
        results.append(finish(scenario, target, options=Options(go_on=True)))
        differences += _Edits(document, scenario, target, others).make(results[-1])
    line = document.conflict()
    if line is not None:
        return _Round(text, (_shared(found.path, line),), tuple(results))
    return _Round(document.result(), tuple(differences), tuple(results))


def _again(text: str, found: Found, target: Target) -> _Round:
    """Replay a text that this module has written. If it can't be read, that is a difference."""
    try:
        return _replayed(text, found, target)
    except ScenarioError as error:
        problem = error.problems[0]
        what = f"the update would leave a file that can't be read: {problem.message}"
        return _Round(text, (Unwritable(problem.span, what, _BY_HAND),), ())


def _unsettled(path: Path, old: str, seen: _Round, before: _Round) -> Unwritable:
    """Explain a file that changes again after each rewrite."""
    if seen.failed.isdisjoint(before.failed):
        return _shared(path, _first_change(old, seen.text))
    return _unstable(path, old, seen.text)


def _shared(path: Path, line: int) -> Unwritable:
    what = f"line {line} is shared by scenarios in which it would have to be different"
    return Unwritable(Span(path, line, 1), what, "give each variant steps of its own")


def _unstable(path: Path, old: str, new: str) -> Unwritable:
    what, cure = what_varied(old, new)
    return Unwritable(Span(path, _first_change(old, new), 1), what, cure)


def _first_change(old: str, new: str) -> int:
    """Return the number of the first line in which two different texts differ."""
    pairs = enumerate(zip(old.splitlines(), new.splitlines(), strict=False), 1)
    shorter = min(len(old.splitlines()), len(new.splitlines()))
    return next((number for number, (one, other) in pairs if one != other), shorter)


def _why_unverified(result: ScenarioResult) -> str:
    known = "is known to fail: " if result.verdict == "xfailed" else ""
    return f"{result.scenario.id}: {known}{result.reason}"


def _not_replayed(result: ScenarioResult) -> Unwritable:
    """Say why the expectations of a scenario were neither confirmed nor rewritten."""
    scenario = result.scenario
    if result.verdict == "xfailed" and scenario.xfail is not None:
        what = f"`xfail`: {scenario.id} is known to fail, so its expectations were left as they are"
        return Unwritable(scenario.xfail.span, what, "delete `xfail` if it should pass now")
    what = f"{scenario.id} was not replayed on Python {result.target.version}: it {result.reason}"
    return Unwritable(scenario.span, what, "name another Python with --python")


class _Edits(Struct, frozen=True):
    document: Document
    scenario: Scenario
    target: Target
    others: Mapping[Span, str]
    """Steps of the scenarios in the file that are not being updated, with the scenario's id."""

    @property
    def marks(self) -> MarkBook:
        return MarkBook(self.scenario.files, self.scenario.script, self.scenario.marks)

    def make(self, result: ScenarioResult) -> Iterator[Unwritable]:
        """Ask for the edits that the failures of a replay call for; yield a difference for each failure.

        A scenario that is known to fail keeps its expectations: they say what should happen.
        """
        if result.verdict == "xfailed":
            return
        known: dict[str, str] = {}
        for step in result.steps:
            for failure in step.failures:
                yield self._answer(step, failure, known)
            known = self._captures(step, known)
        for failure in result.failures:
            yield self._answer(result.steps[-1], failure, known)

    def _answer(self, step: StepResult, failure: Failure, known: Mapping[str, str]) -> Unwritable:
        key, differs = _describe(step, failure, self.target.version)
        what, cure = f"step {step.number}, `{key}`: {differs}", _BY_HAND
        try:
            if (other := self.others.get(step.step.span)) is not None:
                raise _by_hand(f"{other} has the same step", "update the file without `[variant]`")
            self._rewrite(step, failure, known)
        except PdbcoachError as error:
            what, cure = f"{what}; {error.message}" if error.message else what, error.hint or _BY_HAND
        return Unwritable(failure.span, what, cure)

    def _rewrite(self, step: StepResult, failure: Failure, known: Mapping[str, str]) -> None:
        """Ask for the edits for one failure. Raises ``PdbcoachError`` if only a person can decide."""
        match failure:
            case StateMismatch(fact=fact):
                self._state(step, fact)
            case OutputMismatch(span=span):
                self._require_expected(step, span)
                self._output(step, known)
            case Died(process=process):
                self._end(step, process)
            case LeftRunning():
                self._left_over(step, failure)
            case TimedOut():
                raise _by_hand(
                    "", "if it should keep running, write `processes: {…: running}`; else raise `timeout`"
                )
            case Refused():
                raise _by_hand("", _cure_of_refusal(step))
            case UnexpectedPass():
                raise _by_hand("", "delete `xfail`")
            case _:
                assert_never(failure)

    # --- output

    def _require_expected(self, step: StepResult, span: Span) -> None:
        """Raise ``PdbcoachError`` if a mismatch is about a pattern that must not occur."""
        if _what_is_forbidden(step.step, span, self.target.version):
            raise _by_hand("", "change the pattern, or what is printed")

    def _captures(self, step: StepResult, known: Mapping[str, str]) -> dict[str, str]:
        expect, seen = step.step.expect, step.observation
        if expect is None or seen is None:
            return dict(known)
        matched = transcript.match(expect, normalise(seen.output, None), known, self.target.version)
        if isinstance(matched, Matched):
            return dict(matched.captures)
        blocks = list(self._blocks(step.step))
        written = [line for _, lines in blocks for line in lines]
        return captured(written, _lines(seen), known)

    def _output(self, step: StepResult, known: Mapping[str, str]) -> None:
        assert step.observation is not None
        blocks = list(self._blocks(step.step))
        if not blocks:
            raise _by_hand(f"`expect` has no block for Python {self.target.version}")
        written = [line for _, lines in blocks for line in lines]
        starts = [0]
        for _, lines in blocks:
            starts.append(starts[-1] + len(lines))
        groups: list[list[AlignedLine]] = [[] for _ in blocks]
        current = 0
        for line in align(written, _lines(step.observation), known):
            origin = line.old if line.old is not None else line.replaces
            if origin is not None:
                current = next(at for at in range(len(blocks)) if origin < starts[at + 1])
            groups[current].append(line)
        for (node, lines), start, group in zip(blocks, starts, groups, strict=False):
            if [line.old for line in group] == list(range(start, start + len(lines))):
                continue
            texts = [written[line.old] if line.old is not None else line.text for line in group]
            kept = [line.old - start if line.old is not None else None for line in group]
            self.document.replace_block(node, "".join(f"{text}\n" for text in texts), kept)

    def _blocks(self, step: Step) -> Iterator[tuple[yaml.ScalarNode, list[str]]]:
        """The blocks of ``expect`` that count on this Python. Raises where it has more than blocks."""
        node = _value(self.document.mapping_at(step.span), "expect")
        yield from self._blocks_of(node)

    def _blocks_of(self, node: yaml.Node | None) -> Iterator[tuple[yaml.ScalarNode, list[str]]]:
        if isinstance(node, yaml.ScalarNode):
            yield node, block_lines(node.value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._blocks_of(item)
        elif isinstance(node, yaml.MappingNode):
            python = _value(node, "python")
            if python is None:
                if _value(node, "not") is not None:
                    return
                key = node.value[0][0].value if node.value else "?"
                raise _by_hand(f"update can't rewrite `{key}` in `expect`")
            if admits(python.value, self.target.version):
                yield from self._blocks_of(_value(node, "then"))

    # --- state

    def _state(self, step: StepResult, fact: str) -> None:
        seen = step.observation
        assert seen is not None
        mapping = self.document.mapping_at(step.step.span)
        kind, _, name = fact.partition(".")
        node = _value(mapping, kind)
        if node is None:
            raise _by_hand()
        if kind in ("processes", "ends"):
            return self._status(step, node, name)
        stated = next((one for one in step.step.facts.stated if one.key == kind), None)
        process = (stated.whose if stated is not None else None) or seen.process
        view = seen.processes.get(process)
        state = seen.state if process == seen.process else view.state if view is not None else None
        if state is None:
            raise _by_hand(f"{process} is not at a debugger's prompt")
        if stated is not None:
            return stated.rewrite(_Entry(self, node), name, state, self.marks)
        match kind:
            case "returns" | "raises":
                self._outcome(step, mapping, node, kind, state)
            case "values":
                value = state.value(name)
                self.replace_in(node, name, "undefined" if value is None else value)
            case _:
                raise AssertionError(f"no fact is called `{kind}`")
        return None

    def _outcome(
        self, step: StepResult, mapping: yaml.MappingNode, node: yaml.Node, kind: str, state: DebuggerState
    ) -> None:
        raised = state.raised.type if state.raised is not None else None
        actual = raised if kind == "raises" else state.returning if state.event == "return" else None
        if actual is None:
            if len(mapping.value) > 1 and step.step.facts.at is not None:
                return self.document.remove_entry(mapping, kind)
            raise _by_hand()
        if isinstance(node, yaml.ScalarNode):
            self.document.replace_scalar(node, actual)
        return None

    def _status(self, step: StepResult, node: yaml.Node, name: str) -> None:
        seen = step.observation
        assert seen is not None
        view = seen.processes.get(name)
        if view is None:
            raise _by_hand()
        written = {name, *(alias for alias, engine in self.scenario.alias.items() if engine == name)}
        key = next((k for k in written if _value(node, k) is not None), name)
        self.replace_in(node, key, expected_status_text(facts.status(view)))

    def _end(self, step: StepResult, process: str) -> None:
        """A process has ended although the step does not say so: write it, unless later steps need it."""
        assert step.observation is not None
        status = expected_status_text(facts.status(step.observation.processes[process]))
        stated = {**step.step.facts.processes, **(step.step.facts.ends or {})}
        later = next((n for n, one in self._steps_after(step) if one.process == process), None)
        if process in stated:
            raise _by_hand("it had ended before this step", "delete the step, or make the program get here")
        if later is not None:
            raise _by_hand(f"step {later} is for {process}", "delete the later steps, or mend the program")
        mapping = self.document.mapping_at(step.step.span)
        last = step.number == len(self.scenario.steps)
        key = "ends" if last or _value(mapping, "ends") is not None else "processes"
        self._add_statuses(mapping, key, {process: status})

    def _steps_after(self, step: StepResult) -> Iterator[tuple[int, Step]]:
        return ((n, one) for n, one in enumerate(self.scenario.steps, 1) if n > step.number)

    def _left_over(self, last: StepResult, failure: LeftRunning) -> None:
        names = [text.split(" ")[0] for text in failure.processes]
        views = last.observation.processes if last.observation is not None else {}
        if unknown := [name for name in names if name not in views]:
            raise _by_hand(f"{', '.join(unknown)} can't be named in `ends`", "make the program end it")
        alive = {name: expected_status_text(facts.status(views[name])) for name in names}
        self._add_statuses(self.document.mapping_at(last.step.span), "ends", alive)

    def _add_statuses(self, mapping: yaml.MappingNode, key: str, statuses: Mapping[str, str]) -> None:
        node = _value(mapping, key)
        if isinstance(node, yaml.MappingNode):
            for name, status in statuses.items():
                self.document.add_entry(node, name, status)
        else:
            self.document.add_entry(mapping, key, statuses)

    def replace_in(self, node: yaml.Node, key: str, text: str) -> None:
        value = _value(node, key)
        if not isinstance(value, yaml.ScalarNode):
            raise _by_hand(f"`{key}` can't be found in the file")
        if not facts.is_text(text):
            raise _by_hand("a scenario can't contain that text")
        self.document.replace_scalar(value, text)


class _Entry(Struct, frozen=True):
    """The value of a fact in the file, as ``facts.base.Entry`` has it."""

    edits: _Edits
    node: yaml.Node

    @property
    def text(self) -> str | None:
        return self.node.value if isinstance(self.node, yaml.ScalarNode) else None

    def inner(self, key: str) -> str | None:
        found = _value(self.node, key)
        return found.value if isinstance(found, yaml.ScalarNode) else None

    def write(self, value: Plain) -> None:
        if isinstance(self.node, yaml.ScalarNode) and isinstance(value, str):
            self.edits.document.replace_scalar(self.node, value)
        else:
            self.edits.document.replace(self.node, flow(value))

    def put(self, key: str, text: str) -> None:
        self.edits.replace_in(self.node, key, text)

    def keep_rows(self, kept: Sequence[int], more: Sequence[Plain]) -> None:
        document, node = self.edits.document, self.node
        if not isinstance(node, yaml.SequenceNode):
            return
        rows = [document.source(node.value[at]).rstrip() for at in kept] + [flow(one) for one in more]
        if node.flow_style or not rows:
            document.replace(node, f"[{', '.join(rows)}]")
            return
        between = document.newline + " " * node.start_mark.column
        document.replace(node, between.join(f"- {row}" for row in rows))


def _lines(seen: Observation) -> tuple[str, ...]:
    return split_lines(normalise(seen.output, None))


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in entries if name.value == key), None)


def _by_hand(why: str = "", cure: str = _BY_HAND) -> PdbcoachError:
    """Return the error of an expectation that only a person can change."""
    return PdbcoachError(why, cure)


def _describe(step: StepResult, failure: Failure, python: str) -> tuple[str, str]:
    """Return the key that a failure is about, and in words what differs."""
    match failure:
        case StateMismatch(fact=fact, expected=expected, actual=actual):
            return fact, f"{expected!r} was expected, but it is {actual!r}"
        case OutputMismatch(span=span, reason=reason):
            return _what_is_forbidden(step.step, span, python) or "expect", reason
        case Died(process=process, how=how):
            return "processes", f"{process} has ended ({how})"
        case LeftRunning(processes=processes):
            return "ends", f"left running: {', '.join(processes)}"
        case TimedOut(seconds=seconds, waited_for=waited_for):
            return "timeout", f"waited {seconds:g} s for {waited_for}"
        case Refused(reason=reason):
            return _key_of_refusal(step), reason
        case UnexpectedPass(reason=reason):
            return "xfail", f"it passes, but was expected to fail: {reason}"
        case _:
            assert_never(failure)


def _what_is_forbidden(step: Step, span: Span, python: str) -> str:
    """Return `reject` or `not`, the key of the pattern at ``span``; empty if output is expected there."""
    if span in [item.span for item in step.reject]:
        return "reject"
    forbidden = flatten(step.expect, python).forbidden if step.expect is not None else ()
    return "not" if span in [item.span for item in forbidden] else ""


def _outcome(step: StepResult) -> Outcome:
    return step.observation.outcome if step.observation is not None else "absent"


def _key_of_refusal(step: StepResult) -> str:
    match _outcome(step):
        case "prompt":
            return "prompt"
        case "flooded" | "limited":
            return "limits"
        case "absent":
            return "process"
        case "ended" | "blocked" | "timeout":
            return "processes"
        case other:
            assert_never(other)


def _cure_of_refusal(step: StepResult) -> str:
    match _outcome(step):
        case "prompt":
            return "change `prompt`, or the steps before"
        case "flooded" | "limited":
            return "raise `limits`, or make the program need less"
        case "absent":
            return "change `process`, or make the program start it"
        case "ended" | "blocked" | "timeout":
            return _BY_HAND
        case other:
            assert_never(other)
