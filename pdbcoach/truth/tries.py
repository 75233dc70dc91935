"""What a rehearsal has seen: each line with what came of it, each step, and each try."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.goal import Goal
from pdbcoach.scenario.model import Step
from pdbcoach.truth.perturbations import Perturbation

TextKind = Literal["why", "remark", "say", "ask", "predict", "hint"]
"""What kind of text it is. ``remark``: of a line that did not end the step, the author's or the tool's."""


class Heard(Struct, frozen=True):
    """A text that the coach says."""

    source: TextKind
    text: str


class Exchange(Struct, frozen=True):
    """One typed line, and what came of it."""

    typed: str
    output: str
    before: Views
    after: Views
    heard: tuple[Heard, ...]
    is_done: bool
    """The step is done with it."""
    missing: frozenset[str]
    """What the step's goal still lacks, by the keys of its facts."""
    is_restart: bool
    """The program has started again."""


class Help(Struct, frozen=True):
    """What the learner can ask for: the hints, and the line that ``:show`` gives."""

    hints: tuple[Heard, ...]
    shown: str
    """What ``:show`` says."""
    line: str | None
    """The line that ``:show`` tells to type; None if it gives none."""
    undo: int = 0
    """How many lines ``:show`` or a hint tells to take back first."""


class AskedStep(Struct, frozen=True):
    """A step when it is the learner's turn."""

    at: int
    step: Step
    heard: tuple[Heard, ...]
    """What was said since the last line, and when the step began."""
    help: Help
    views: Views
    goal: Goal
    current: str
    """The process that is typed to."""


class OwnRoad(Struct, frozen=True):
    """A step on the lesson's own road."""

    asked: AskedStep
    own: Exchange
    """The step's own line."""
    following: AskedStep | None
    """The next step of the learner's; None: the lesson is over."""


class Try(Struct, frozen=True):
    """A perturbation, and the step's own line after it."""

    road: OwnRoad
    perturbation: Perturbation
    exchanges: tuple[Exchange, ...]
    help: Help | None
    """What was said to do after the perturbation, if that did not end the step."""
    by_itself: bool
    """The perturbation ended the step, so nothing else was typed."""
    following: AskedStep | None
    """The next step, if this one is done."""
    back: Exchange | None = None
    """What ``:show`` told to type, after ``:undo`` as it told, if it told that."""

    @property
    def is_done(self) -> bool:
        return self.exchanges[-1].is_done

    @property
    def typed(self) -> tuple[str, ...]:
        return tuple(one.typed for one in self.exchanges)
