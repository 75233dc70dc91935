"""What is remembered of a learner: every attempt at a step, and how far each lesson has come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.route import RouteEntry

Verdict = Literal["done", "not-yet", "miss", "assisted", "skipped"]
Stage = Literal["watch", "guided", "task"]

VERDICTS: Final[tuple[Verdict, ...]] = ("done", "not-yet", "miss", "assisted", "skipped")
STAGES: Final[tuple[Stage, ...]] = ("watch", "guided", "task")
"""In the order in which a lesson goes through them."""


def lesson_name(pack: str, scenario: str) -> str:
    """What a lesson is called here: ``basics/into-or-over``; in no pack (empty), the scenario's id alone."""
    return f"{pack}/{scenario}" if pack else scenario


def pack_of(lesson: str) -> str:
    """The pack in the name of a lesson; empty if it is in none."""
    return lesson.rpartition("/")[0]


def whole_lesson(lesson: str) -> str:
    """The lesson that a variant is one of: ``hunts/tabs`` for ``hunts/tabs[by-hand]``, else the lesson."""
    return lesson.partition("[")[0]


class Attempt(Struct, frozen=True):
    """One attempt at one step of a lesson."""

    when: datetime
    """Aware, in any time zone; what is read back is in UTC."""
    lesson: str
    """As ``lesson_name`` gives it."""
    step: int
    """Counted from 1."""
    typed: str
    """The line as typed; empty where nothing was, as for ``:skip``."""
    verdict: Verdict
    hints: int
    """How many hints had been seen at this step when this was typed."""
    stage: Stage
    python: str
    """The version that ran it, such as ``3.13.0``."""
    commands: tuple[str, ...] = ()
    """Long names of the pdb commands that the step is about."""
    misconceptions: tuple[str, ...] = ()
    """Ids of the misconceptions that the step is about, such as ``M01``."""
    held: tuple[str, ...] = ()
    """Ids of those that it has shown to be held: by the line itself, or by a prediction that was wrong."""


class Position(Struct, frozen=True):
    """Where in a lesson the learner is, so that it can be resumed by going ``route`` again."""

    stage: Stage
    step: int
    """The step that is asked now, counted from 1."""
    route: tuple[RouteEntry, ...] = ()
    python: str = ""
    """The version that it was reached on: another one might not get there."""


class Score(Struct, frozen=True):
    """Moving and changing commands of one run of a lesson, and of its scenario's own road."""

    commands: int
    par: int


class LessonState(Struct, frozen=True):
    """How far a lesson has come. Of a lesson never begun, all but the name is empty."""

    lesson: str
    passed: Stage | None = None
    """The last of the stages that has been gone through to its end."""
    position: Position | None = None
    """``None``: it is not under way."""
    moved: datetime | None = None
    """When ``position`` was last set or cleared."""
    best: Score | None = None
    """Of the task: the run that was least over par."""
    finished: datetime | None = None
    """When the task was last passed."""


def further(one: Stage | None, other: Stage | None) -> Stage | None:
    """The later of two stages."""
    return max(one, other, key=lambda stage: -1 if stage is None else STAGES.index(stage))


def better(one: Score | None, other: Score | None) -> Score | None:
    """The score that is less over par, and of equal ones that of the fewer commands."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda score: (score.commands - score.par, score.commands))


def merged(one: LessonState, other: LessonState) -> LessonState:
    """What two records of the same lesson know together. The order of the two does not matter."""
    latest = max(one, other, key=_last_move)
    finished = [state.finished for state in (one, other) if state.finished is not None]
    return replace(
        latest,
        passed=further(one.passed, other.passed),
        best=better(one.best, other.best),
        finished=max(finished, default=None),
    )


def _last_move(state: LessonState) -> tuple[datetime, str]:
    # Of two that moved at the same instant any will do, as long as it is always the same.
    return (state.moved or datetime.min.replace(tzinfo=UTC), repr(state.position))
