"""Steps: what is typed, what must come of it, and what the learner is told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pdbcoach.errors import Span
from pdbcoach.facts import Ends, Facts, Returns, Values
from pdbcoach.form.shapes import Written, did_you_mean, value_or
from pdbcoach.form.source import Problems
from pdbcoach.pdb.commands import COMMANDS, find
from pdbcoach.pdb.line import Line
from pdbcoach.scenario import placeholders
from pdbcoach.scenario.expect import read_expect, read_reject
from pdbcoach.scenario.facts import FactReader
from pdbcoach.scenario.fields import FactFields, PredictFields, StepFields, WrongFields
from pdbcoach.scenario.model import LETTERS, Action, Key, Look, Predict, Prose, Send, Step, Wrong

_EXPECTATIONS = (*FactFields.fields().values(), StepFields.expect, StepFields.reject)
_WITH_VALUE = (*(FactFields.fields()[kind.key] for kind in (Returns, Values)), StepFields.expect)
_EMPTY_BASIS = "`when` is empty; write the state that makes the answer the right one"
_NOT_PDB = frozenset({"python", "interact", "confirm", "program", "terminal"})
"""Prompts at which a line is not a debugger command."""


class StepReader(FactReader, frozen=True):
    """Reads the steps of one scenario. What is wrong is reported and left out."""

    def steps(self, written: Sequence[Written[StepFields]]) -> tuple[Step, ...]:
        """Return all steps. Only the last one may end the session."""
        for item in written[:-1]:
            if (ends := item.value.written.get(Ends.key)) is not None:
                self.problems.add(
                    ends.span, "`ends` says that the session is over, but steps follow this one"
                )
        return tuple(self._step(item.value) for item in written)

    def _step(self, record: StepFields) -> Step:
        self._check_sense(record)
        process = self.processes.resolve(record.process, self.problems) if record.process else None
        return Step(
            record.span,
            self._action(record),
            process=process or "main",
            prompt=value_or(record.prompt, None),
            wait=value_or(record.wait, 0.0),
            facts=self.facts(record),
            expect=read_expect(record.expect, self.problems) if record.expect else None,
            reject=read_reject(value_or(record.reject, ()), self.problems),
            prose=self._prose(record),
            needs=self.state(record.needs.value, "`needs` is empty; write what must be so before the step")
            if record.needs
            else Facts(),
            exactly=value_or(record.exactly, None),
            exact_breakpoints=value_or(record.exact_breakpoints, False),
        )

    def _check_sense(self, record: StepFields) -> None:
        if record.has(StepFields.send) and record.has(StepFields.key):
            self.problems.add(record.keys["key"], "a step is either `send` or `key`; make two steps")
        if not record.unknown and not record.given(StepFields.send, StepFields.key, *_EXPECTATIONS):
            self.problems.add(
                record.span,
                "this step does nothing; write `send` or `key`, or what is to be seen (`expect`, `at`, …)",
            )

    def _action(self, record: StepFields) -> Action:
        if record.key is not None:
            return Key(record.key.value)
        if record.send is not None:
            line = self.marks.in_send(record.send, self.problems)
            placeholders.check_line(line, record.send.span, self.problems)
            return Send(line)
        return Look()

    def _prose(self, record: StepFields) -> Prose:
        must_use = read_commands(value_or(record.must_use, ()), self.problems)
        forbid = read_commands(value_or(record.forbid, ()), self.problems)
        if record.forbid is not None and (both := sorted(set(must_use) & set(forbid))):
            self.problems.add(record.forbid.span, f"`{both[0]}` is in `must_use` as well as in `forbid`")
        return Prose(
            say=self._text(record.say),
            ask=self._text(record.ask),
            why=self._text(record.why),
            hints=self._texts(record.hints),
            predict=self._predict(record.predict.value, record) if record.predict else None,
            wrong=tuple(self._wrong(item.value) for item in value_or(record.wrong, ())),
            must_use=must_use,
            forbid=forbid,
            quiet=value_or(record.quiet, False),
        )

    def _text(self, written: Written[str] | None) -> str:
        if written is None:
            return ""
        text = self.marks.in_prose(written.value)
        placeholders.check(text, written.span, self.problems)
        return text

    def _texts(self, written: Written[tuple[Written[str], ...]] | None) -> tuple[str, ...]:
        return tuple(map(self._text, value_or(written, ())))

    def _predict(self, record: PredictFields, step: StepFields) -> Predict:
        answer = self.marks.in_prose(value_or(record.answer, ""))
        choices = tuple(self.marks.in_prose(one.value) for one in value_or(record.choices, ()))
        if choices and record.answer is not None and answer not in choices:
            guess = did_you_mean(answer, choices)
            self.problems.add(record.answer.span, f"the answer `{answer}` is not one of the `choices`{guess}")
        if record.choices is not None:
            check_letters(choices, record.choices.span, self.problems)
        basis = record.when.value if record.when is not None else step
        if not record.has(PredictFields.answer) and not basis.given(*_WITH_VALUE):
            cure = "; only with `returns`, `values` or `expect` can it be left out"
            self.problems.add(record.span, f"`predict` needs `answer`{cure}")
        when = expect = None
        if record.when is not None:
            when, written = self.state(record.when.value, _EMPTY_BASIS), record.when.value.expect
            expect = read_expect(written, self.problems) if written is not None else None
        return Predict(record.span, self._text(record.ask), answer, choices, when, expect)

    def _wrong(self, record: WrongFields) -> Wrong:
        return Wrong(
            self.state(record.when.value, "`when` is empty; write the state that the miss leads to")
            if record.when
            else Facts(),
            self._text(record.say),
        )


def check_letters(choices: Sequence[str], span: Span, problems: Problems) -> None:
    """Report a choice that is another one's letter: typed, it would be either."""
    for letter, choice in zip(LETTERS, choices, strict=False):
        if choice.lower() in LETTERS[: len(choices)] and choice.lower() != letter:
            problems.add(span, f"the choice `{choice}` is also the letter of another one; write more words")


def read_commands(names: Sequence[Written[str]], problems: Problems) -> tuple[str, ...]:
    """Return the long names of pdb commands; other names are reported and left out."""
    good: list[str] = []
    for name in names:
        if name.value in good:
            problems.add(name.span, f"`{name.value}` is listed twice")
        elif name.value in COMMANDS:
            good.append(name.value)
        elif command := find(name.value):
            problems.add(name.span, f"write the long form `{command.name}`, not `{name.value}`")
        else:
            guess = did_you_mean(name.value, COMMANDS)
            problems.add(name.span, f"`{name.value}` is not a pdb command{guess}")
    return tuple(good)


def exercised(steps: Sequence[Step]) -> frozenset[str]:
    """Return the long names of the commands that the learner meets in ``steps``: asked for, not ``quiet``.

    A command also counts if a step explains what it would have done: its text for a miss (``wrong``) names
    it in backquotes. That is how `step` is taught in contrast to `next`.
    """
    used: set[str] = set()
    for step in steps:
        if step.prose.quiet:
            continue
        match step.action:
            case Send() if step.prompt not in _NOT_PDB:
                used.update(step.line.names)
            case Key("ctrl-d") if step.prompt not in _NOT_PDB:
                used.add("EOF")
        for wrong in step.prose.wrong:
            for quoted in re.findall("`([^`\n]+)`", wrong.say):
                used.update(Line.parse(quoted, step.prompt).names)
    return frozenset(used)
