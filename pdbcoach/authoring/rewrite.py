"""Rewrite the expectations of one scenario that a replay has found different."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Final, assert_never

import yaml
from msgspec import Struct

from pdbcoach.authoring import answers
from pdbcoach.authoring.difference import (
    BY_HAND,
    Difference,
    cure_of_refusal,
    describe,
    keeps_running,
    what_is_forbidden,
)
from pdbcoach.authoring.edits import Document
from pdbcoach.authoring.line_diff import AlignedLine, align, captured
from pdbcoach.authoring.marks import MarkBook
from pdbcoach.authoring.yaml_text import flow
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.facts import At, Breakpoints, Facts
from pdbcoach.facts.base import CannotRewriteError, Plain
from pdbcoach.facts.status import status_of, status_text
from pdbcoach.form.source import is_one_line
from pdbcoach.matching import transcript
from pdbcoach.matching.answers import Scene
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.redact import normalise, split_lines
from pdbcoach.matching.transcript import Matched
from pdbcoach.matching.verdict import (
    AnswerMismatch,
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
from pdbcoach.observation import Observation
from pdbcoach.replay.actions import expected_processes
from pdbcoach.replay.result import ScenarioResult, StepResult, Target
from pdbcoach.scenario.model import Scenario, Step

_NUMBER: Final = re.compile(r"(?<![\w@.])[0-9]+(?![\w.])")
_ANSWER_ANEW: Final = "read the question again, and write its `answer`, `choices` and `when` anew"
_MOST_LINES: Final = 1000
"""Lines of output that are compared with a block one by one."""


class Edits(Struct, frozen=True):
    """The edits of one scenario's steps in the document that they are written in."""

    document: Document
    scenario: Scenario
    target: Target
    others: Mapping[Span, str]
    """Steps of the scenarios in the file that are not being updated, with the scenario's id."""

    @property
    def marks(self) -> MarkBook:
        return MarkBook(self.scenario.files, self.scenario.script, self.scenario.marks)

    def make(self, result: ScenarioResult) -> Iterator[Difference]:
        """Ask for the edits that the failures of a replay call for; yield a difference for each failure.

        A scenario that is known to fail keeps its expectations: they say what should happen.
        """
        if result.verdict == "xfailed":
            return
        known: dict[str, str] = {}
        for step in result.steps:
            # What was never reached can't be judged: only the reason counts.
            unreached = [one for one in step.failures if isinstance(one, TimedOut | Refused)]
            for failure in unreached or step.failures:
                yield self._answer(step, failure, known)
            known = self._captures(step, known)
        for failure in result.failures:
            yield self._answer(result.steps[-1], failure, known)

    def _answer(self, step: StepResult, failure: Failure, known: Mapping[str, str]) -> Difference:
        key, what = describe(step, failure, self.target.version)
        cure = BY_HAND
        try:
            if (other := self.others.get(step.step.span)) is not None:
                raise _by_hand(f"{other} has the same step", "update the file without `[variant]`")
            self._rewrite(step, failure, known)
        except PdbcoachError as error:
            what, cure = f"{what}; {error.message}" if error.message else what, error.hint or BY_HAND
        return Difference(failure.span, what, cure, step.number, key)

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
                cure = f"write {keeps_running(step)} if it should keep running; else raise `timeout`"
                raise _by_hand(cure=cure)
            case Refused():
                raise _by_hand(cure=cure_of_refusal(step))
            case AnswerMismatch():
                self._prediction(step, known)
            case UnexpectedPass():
                raise _by_hand(cure="delete `xfail`")
            case _:
                assert_never(failure)

    # --- output

    def _require_expected(self, step: StepResult, span: Span) -> None:
        """Raise ``PdbcoachError`` if a mismatch is about a pattern that must not occur."""
        if what_is_forbidden(step.step, span, self.target.version):
            raise _by_hand(cure="change the pattern, or what is printed")

    def _captures(self, step: StepResult, known: Mapping[str, str]) -> dict[str, str]:
        expect, seen = step.step.expect, step.observation
        if expect is None or seen is None:
            return dict(known)
        matched = transcript.match(expect, normalise(seen.output, None), known, self.target.version)
        if isinstance(matched, Matched):
            return dict(matched.captures)
        try:
            blocks = list(self._blocks(step.step))
        except PdbcoachError:  # has been reported
            return dict(known)
        written = [line for _, lines in blocks for line in lines]
        return captured(written, _lines(seen), known)

    def _output(self, step: StepResult, known: Mapping[str, str]) -> None:
        assert step.observation is not None
        blocks = list(self._blocks(step.step))
        if not blocks:
            raise _by_hand(f"`expect` has no block for Python {self.target.version}")
        came = _lines(step.observation)
        if len(came) > _MOST_LINES:
            raise _by_hand(f"{len(came)} lines are too many to compare", "write `...`, or print less")
        written = [line for _, lines in blocks for line in lines]
        starts = list(accumulate((len(lines) for _, lines in blocks), initial=0))
        groups = _grouped(align(written, came, known), starts)
        for (node, lines), start, group in zip(blocks, starts, groups, strict=False):
            if [line.old for line in group] == list(range(start, start + len(lines))):
                continue
            texts = [written[line.old] if line.old is not None else line.text for line in group]
            kept = [line.old - start if line.old is not None else None for line in group]
            self.document.replace_block(node, "".join(f"{text}\n" for text in texts), kept)

    def _blocks(self, step: Step) -> Iterator[tuple[yaml.ScalarNode, list[str]]]:
        """Yield the blocks of ``expect`` for this Python. Raises ``PdbcoachError`` for anything else."""
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

    # --- predictions

    def _prediction(self, step: StepResult, known: Mapping[str, str]) -> None:
        predict, seen = step.step.prose.predict, step.observation
        assert predict is not None
        assert seen is not None
        scene = Scene(seen, self.scenario.script, self.target.version, known)
        change = answers.changed(step.step, predict, scene)
        if change is None or predict.expect is not None:
            raise _by_hand(cure=_ANSWER_ANEW)
        mapping = self.document.mapping_at(predict.span)
        if predict.when is not None:
            basis = _value(mapping, "when")
            assert isinstance(basis, yaml.MappingNode)
            for one in predict.when.judge(seen, self.scenario.script):
                self._fact(step, basis, predict.when, one.fact)
        if predict.answer:
            self.replace_in(mapping, "answer", change.new)
        if (at := answers.choice_to_replace(predict, change)) is not None:
            self._replace_item(_value(mapping, "choices"), at, change.new)

    def _replace_item(self, node: yaml.Node | None, at: int, text: str) -> None:
        item = node.value[at] if isinstance(node, yaml.SequenceNode) else None
        assert isinstance(item, yaml.ScalarNode)
        self.document.replace_scalar(item, text)

    # --- state

    def _state(self, step: StepResult, fact: str) -> None:
        self._require_same_line(step)
        self._fact(step, self.document.mapping_at(step.step.span), step.step.facts, fact)

    def _require_same_line(self, step: StepResult) -> None:
        """Raise ``PdbcoachError`` if a line number that is typed has become that of another line.

        The mark that the step itself expects there says which line was meant.
        """
        send = _value(self.document.mapping_at(step.step.span), "send")
        command = step.step.line.first.command
        takes_line = command is not None and command.argument in ("line", "place", "place or numbers")
        if not takes_line or not isinstance(send, yaml.ScalarNode) or step.observation is None:
            return
        wanted, lines = _lines_expected(step.step), _lines_seen(step.observation)
        number = _NUMBER.search(send.value)
        marked = {mark.line for mark in self.scenario.marks.values()}
        if number is None or int(number[0]) not in lines - wanted - marked:
            return
        for mark in self.scenario.marks.values():
            if mark.line in wanted - lines:
                line = f"{send.value[: number.start()]}@{mark.name}{send.value[number.end() :]}"
                what = f"`{mark.name}` is on line {mark.line} now, and line {number[0]} is another one"
                raise _by_hand(what, f"write `send: {line}`")

    def _fact(self, step: StepResult, mapping: yaml.MappingNode, facts: Facts, fact: str) -> None:
        """Rewrite one fact of a step, or of a `when`, where a place may be written without `at`."""
        seen = step.observation
        assert seen is not None
        kind, _, part = fact.partition(".")
        node = _value(mapping, kind) or (mapping if kind == At.key and facts is not step.step.facts else None)
        stated = next((one for one in facts if one.key == kind), None)
        if node is None or stated is None:
            raise _by_hand()
        try:
            stated.rewrite(_Entry(self, step.step, mapping, kind, node), part, seen, self.marks)
        except CannotRewriteError as error:
            raise _by_hand(str(error)) from None

    def _end(self, step: StepResult, process: str) -> None:
        """Write that a process has ended, unless later steps need it."""
        assert step.observation is not None
        status = status_text(status_of(step.observation.processes[process]))
        later = next((n for n, one in self._steps_after(step) if one.process == process), None)
        if process in expected_processes(step.step):
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
        alive = {views[name].common: status_text(status_of(views[name])) for name in names}
        self._add_statuses(self.document.mapping_at(last.step.span), "ends", alive)

    def _add_statuses(self, mapping: yaml.MappingNode, key: str, statuses: Mapping[str, str]) -> None:
        node = _value(mapping, key)
        statuses = {self.scenario.own_name(name): status for name, status in statuses.items()}
        if isinstance(node, yaml.MappingNode):
            for name, status in statuses.items():
                self.document.add_entry(node, name, status)
        else:
            self.document.add_entry(mapping, key, statuses)

    def replace_in(self, node: yaml.Node, key: str, text: str) -> None:
        value = _value(node, key)
        if not isinstance(value, yaml.ScalarNode):
            raise _by_hand(f"`{key}` can't be found in the file")
        if not is_one_line(text):
            raise _by_hand("a scenario can't contain that text")
        self.document.replace_scalar(value, text)


class _Entry(Struct, frozen=True):
    """The value of a fact in the file; implements ``facts.base.FactEntry``."""

    edits: Edits
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


def _grouped(lines: Iterable[AlignedLine], starts: Sequence[int]) -> list[list[AlignedLine]]:
    """Return the lines of each block; a new line belongs to the block of the line before it.

    ``starts`` has the index of each block's first line, and at last the number of all old lines.
    """
    groups: list[list[AlignedLine]] = [[] for _ in starts[1:]]
    current = 0
    for line in lines:
        origin = line.old if line.old is not None else line.replaces
        if origin is not None:
            current = next(at for at in range(len(groups)) if origin < starts[at + 1])
        groups[current].append(line)
    return groups


def _lines_expected(step: Step) -> set[int]:
    """Return the source lines that a step's breakpoints and place name."""
    table, place = step.facts.of(Breakpoints), step.facts.of(At)
    lines = {row.line for row in table.rows} if table is not None else set()
    return lines | ({place.line} if place is not None and place.line is not None else set())


def _lines_seen(seen: Observation) -> set[int]:
    state = seen.state
    return {row.line for row in state.breakpoints} | {state.stop.line} if state is not None else set()


def _lines(seen: Observation) -> tuple[str, ...]:
    return split_lines(normalise(seen.output, None))


def _value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    entries = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in entries if name.value == key), None)


def _by_hand(why: str = "", cure: str = BY_HAND) -> PdbcoachError:
    """Return the error of an expectation that only a person can change."""
    return PdbcoachError(why, cure)
