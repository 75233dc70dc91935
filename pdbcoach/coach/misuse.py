"""Lines that pdb doesn't read as the learner meant them. ``misuse_rules`` has one row for each kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.questions import is_refusal
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState
from pdbcoach.pdb.commands import Command, find


class Misuse(Struct, frozen=True):
    """What pdb made of such a line, and what to type instead."""

    text: str
    misconception: str = ""
    """The id of a misconception of the pack, such as ``M11``, or empty."""
    even_if_right: bool = False
    """Worth saying although the line has reached the goal."""
    is_guess: bool = False
    """The line may have been meant as pdb read it, so this is said only if there is nothing else to say."""


class Case(Struct, frozen=True):
    """A line that fits a rule's pattern, with everything that the rule may ask about it."""

    line: str
    """The first command of the line, without surrounding spaces."""
    groups: Mapping[str, str]
    """The named groups of the pattern."""
    attempt: Attempt
    program: SourceOutline
    goal: Goal

    @property
    def command(self) -> Command | None:
        """The command that is typed as the group ``word``."""
        return find(self.groups["word"])

    @property
    def is_refused(self) -> bool:
        """Whether pdb answered with an error."""
        return is_refusal(self.attempt.output)

    @property
    def before(self) -> DebuggerState | None:
        """The debugger's state before the line; None if it was at no prompt of pdb."""
        return state_of(self.attempt.process, self.attempt.before)

    @property
    def after(self) -> DebuggerState | None:
        """The debugger's state after the line; None if it is at no prompt of pdb."""
        return state_of(self.attempt.process, self.attempt.after)


Words = Mapping[str, str]
"""Words for a message, by the name that stands for them in it."""


def given(is_so: bool, **words: str) -> Words | None:
    """Return the words if something is so, else None."""
    return words if is_so else None


def _always(case: Case) -> Words | None:
    return {}


class Rule(Struct, frozen=True):
    """One kind of misuse: how it is recognised, and what is said."""

    pattern: str
    """A regular expression for the whole first command of the line."""
    message: str
    """A message of the catalogue. Its names are ``line``, the groups of the pattern, the guard's words."""
    misconception: str = ""
    guard: Callable[[Case], Words | None] = _always
    """Return more words for the message, or None if the rule doesn't fit after all."""
    then: str = ""
    """A second sentence, also a message of the catalogue, without names."""
    even_if_right: bool = False
    is_guess: bool = False

    def read(self, line: str, attempt: Attempt, program: SourceOutline, goal: Goal) -> Misuse | None:
        """Return what to say of ``line``, the attempt's first command, or None if the rule doesn't fit."""
        found = re.fullmatch(self.pattern, line)
        if found is None:
            return None
        case = Case(line, found.groupdict(), attempt, program, goal)
        words = self.guard(case)
        if words is None:
            return None
        text = _(self.message).format_map({"line": line, **case.groups, **words})
        if self.then:
            text += " " + _(self.then)
        return Misuse(text, self.misconception, self.even_if_right, self.is_guess)


def first_misuse(
    rules: Sequence[Rule], attempt: Attempt, program: SourceOutline, goal: Goal
) -> Misuse | None:
    """Return what the first of the rules that fits says about the attempt, or None."""
    line = attempt.typed.first.text
    return next((found for rule in rules if (found := rule.read(line, attempt, program, goal))), None)
