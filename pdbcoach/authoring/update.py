"""Brings a scenario's expectations up to date with what comes, and leaves all else as it is written."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import yaml
from msgspec import Struct

from pdbcoach.authoring.align import Line, align, captured
from pdbcoach.authoring.edits import Document
from pdbcoach.authoring.emit import flow, scalar
from pdbcoach.authoring.marks import MarkBook
from pdbcoach.authoring.volatile import line_pattern
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.facts.base import CannotRewriteError, Plain
from pdbcoach.facts.status import status_of, status_text
from pdbcoach.form.source import is_one_line
from pdbcoach.matching import transcript
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.transcript import Matched
from pdbcoach.matching.verdict import Died, LeftRunning, OutputMismatch, StateMismatch
from pdbcoach.matching.versions import admits
from pdbcoach.observation import Observation
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioFinished, ScenarioResult, StepResult, Target
from pdbcoach.replay.runner import replay
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario, Step

RUNS: Final = 3
"""Replays that must agree before anything is rewritten."""

_ROUNDS: Final = 4


class UnstableError(PdbcoachError):
    """What came was not the same each time, so there is nothing to write down."""


class Updated(Struct, frozen=True):
    """A file as it was and as it would be."""

    path: Path
    before: str
    after: str

    def diff(self) -> str:
        """What changes, as a unified diff."""
        name = str(self.path)
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"{name} (as it is)",
            f"{name} (updated)",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


def update(path: Path, target: Target, *, variant: str = "") -> Updated:
    """What ``path`` would be with the expectations that hold on ``target``. Nothing is written.

    Raises ``UnstableError`` where replays disagree, and ``PdbcoachError`` for what only a person
    can decide.
    """
    before = path.read_bytes().decode("utf-8")
    # Once alone: what waits in vain for a process does so until time is up.
    last, text = before, _edited(before, path, target, variant)
    for _ in range(_ROUNDS):
        made = dict.fromkeys(_edited(text, path, target, variant) for _ in range(RUNS))
        if len(made) > 1:
            raise UnstableError(*_what_varied(list(made)))
        last, text = text, next(iter(made))
        if text == last:
            return Updated(path, before, text)
    raise UnstableError(*_what_varied([last, text]))


def _edited(text: str, path: Path, target: Target, variant: str) -> str:
    document = Document(text)
    for scenario in load(path, text=text):
        if variant and not scenario.id.endswith(f"[{variant}]"):
            continue
        _Edits(document, scenario, target).make(_replayed(scenario, target))
    return document.result()


def _replayed(scenario: Scenario, target: Target) -> ScenarioResult:
    for event in replay(scenario, target, options=Options(go_on=True)):
        if isinstance(event, ScenarioFinished):
            return event.result
    raise AssertionError("a replay ends with its result")


def _what_varied(texts: Sequence[str]) -> tuple[str, str]:
    """Message and cure for texts that three replays made of one file."""
    first, second = (text.splitlines() for text in texts[:2])
    matcher = difflib.SequenceMatcher(None, first, second, autojunk=False)
    tag, a, b, c, d = next(op for op in matcher.get_opcodes() if op[0] != "equal")
    shown = "".join(f"\n    {line.strip()}" for line in first[a:b])
    shown += "\n  and" + "".join(f"\n    {line.strip()}" for line in second[c:d])
    message = f"unstable: line {a + 1} would be different each time; once it was{shown}"
    whole = [[line.strip() for line in text.splitlines()] for text in texts[:2]]
    if sorted(whole[0]) == sorted(whole[1]):
        lines = ", ".join(scalar(line.strip(), flow=True) for line in first[a:b] or second[c:d])
        return message, f"the same lines in another order: write `- any_order: [{lines}, …]`"
    if tag == "replace" and b - a == d - c:
        pattern = line_pattern([first[a].strip(), second[c].strip()])
        return message, f"write a pattern, such as `{pattern}`"
    return message, "write a pattern, or leave out what is not the point"


class _Edits(Struct, frozen=True):
    document: Document
    scenario: Scenario
    target: Target

    @property
    def marks(self) -> MarkBook:
        return MarkBook(self.scenario.files, self.scenario.script, self.scenario.marks)

    def make(self, result: ScenarioResult) -> None:
        """Ask for every edit that the failures of a replay call for."""
        if result.verdict == "skipped":
            return
        known: dict[str, str] = {}
        for step in result.steps:
            for failure in step.failures:
                match failure:
                    case StateMismatch(fact=fact):
                        self._state(step, fact)
                    case OutputMismatch(span=span) if self._is_expected(step, span):
                        self._output(step, known)
                    case Died(process=process):
                        self._end(step, process)
                    case other:
                        why = getattr(other, "reason", "") or type(other).__name__
                        raise _by_hand(step.step.span, f"step {step.number} no longer fits: {why}")
            known = self._captures(step, known)
        for failure in result.failures:
            if not isinstance(failure, LeftRunning):
                raise _by_hand(result.scenario.span, "it is marked `xfail`, and passes")
            self._left_over(result.steps[-1], failure)

    # --- output

    def _is_expected(self, step: StepResult, span: Span) -> bool:
        """Whether a mismatch is about ``expect``, not about ``reject``."""
        rejects = [item.span for item in step.step.reject]
        return step.step.expect is not None and span not in rejects

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
        written = [line for _, lines in blocks for line in lines]
        starts = [0]
        for _, lines in blocks:
            starts.append(starts[-1] + len(lines))
        groups: list[list[Line]] = [[] for _ in blocks]
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
        yield from self._blocks_of(node, step.span)

    def _blocks_of(self, node: yaml.Node | None, span: Span) -> Iterator[tuple[yaml.ScalarNode, list[str]]]:
        if isinstance(node, yaml.ScalarNode):
            yield node, block_lines(node.value)
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                yield from self._blocks_of(item, span)
        elif isinstance(node, yaml.MappingNode):
            python = _value(node, "python")
            if python is None:
                if _value(node, "not") is not None:
                    return
                key = node.value[0][0].value if node.value else "?"
                raise _by_hand(span, f"its `expect` has `{key}`, and the output differs")
            if admits(python.value, self.target.version):
                yield from self._blocks_of(_value(node, "then"), span)

    # --- state

    def _state(self, step: StepResult, fact: str) -> None:
        seen = step.observation
        assert seen is not None
        mapping = self.document.mapping_at(step.step.span)
        kind, _, part = fact.partition(".")
        node = _value(mapping, kind)
        stated = next((one for one in step.step.facts if one.key == kind), None)
        if node is None or stated is None:
            raise _by_hand(step.step.span, f"`{fact}` differs")
        try:
            stated.rewrite(_Entry(self, step.step, mapping, kind, node), part, seen, self.marks)
        except CannotRewriteError as error:
            raise _by_hand(step.step.span, str(error)) from None

    def _end(self, step: StepResult, process: str) -> None:
        """A process has ended where the step did not say so."""
        assert step.observation is not None
        status = status_text(status_of(step.observation.processes[process]))
        last = step.number == len(self.scenario.steps)
        key = "ends" if last else "processes"
        mapping = self.document.mapping_at(step.step.span)
        node = _value(mapping, key)
        if isinstance(node, yaml.MappingNode):
            self.document.add_entry(node, process, status)
        elif last:
            self.document.add_entry(mapping, key, {process: status})
        else:
            raise _by_hand(step.step.span, f"{process} ended ({status}), but steps follow")

    def _left_over(self, last: StepResult, failure: LeftRunning) -> None:
        seen = last.observation
        mapping = self.document.mapping_at(last.step.span)
        if seen is None:
            raise _by_hand(last.step.span, f"left running: {', '.join(failure.processes)}")
        names = [text.split(" ")[0] for text in failure.processes]
        alive = {
            name: status_text(status_of(seen.processes[name])) for name in names if name in seen.processes
        }
        if len(alive) != len(names):
            raise _by_hand(last.step.span, f"left running: {', '.join(failure.processes)}")
        node = _value(mapping, "ends")
        if isinstance(node, yaml.MappingNode):
            for name, status in alive.items():
                self.document.add_entry(node, name, status)
        else:
            self.document.add_entry(mapping, "ends", alive)

    def replace_in(self, node: yaml.Node, key: str, text: str) -> None:
        value = _value(node, key)
        if not isinstance(value, yaml.ScalarNode):
            raise PdbcoachError(f"`{key}` cannot be found where it should be edited", "edit it by hand")
        if not is_one_line(text):
            raise PdbcoachError(f"`{key}` is now {text!r}, which a scenario cannot hold", "edit it by hand")
        self.document.replace_scalar(value, text)


class _Entry(Struct, frozen=True):
    """The value of a fact in the file, as ``facts.base.FactEntry`` has it."""

    edits: _Edits
    step: Step
    mapping: yaml.MappingNode
    key: str
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

    def remove(self) -> bool:
        if len(self.step.facts.stated) == 1:
            return False
        self.edits.document.remove_entry(self.mapping, self.key)
        return True

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


def _by_hand(span: Span, what: str) -> PdbcoachError:
    return PdbcoachError(f"{span.file}:{span.line}: {what}", "this must be edited by hand")
