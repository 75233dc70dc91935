"""What is recorded about a learner: every attempt at a step, and the state of each lesson.

These values are stored and exported as they are declared here; msgspec checks what is read back.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from pdbcoach.route import RouteEntry, StepNumber

StepOutcome = Literal["done", "not-yet", "miss", "assisted", "skipped"]
"""What came of one attempt."""
Stage = Literal["watch", "guided", "task"]

STEP_OUTCOMES: Final[tuple[StepOutcome, ...]] = ("done", "not-yet", "miss", "assisted", "skipped")
STAGES: Final[tuple[Stage, ...]] = ("watch", "guided", "task")
"""In the order in which a lesson goes through them."""

_LARGEST: Final = 2**63 - 1
"""The largest integer that SQLite can store."""

Count = Annotated[int, Meta(ge=0, le=_LARGEST)]
Moment = Annotated[datetime, Meta(tz=True)]
"""A time with a time zone. What a store or a document returns is in UTC."""
RecordedName = Annotated[str, Meta(pattern=r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+\Z")]
"""The name of a lesson, command or misconception: not blank, no control characters or lone surrogates."""


def lesson_name(pack: str, scenario: str) -> str:
    """Return the name of a lesson, such as ``basics/into-or-over``; without a pack, the scenario's id."""
    return f"{pack}/{scenario}" if pack else scenario


def pack_of(lesson: str) -> str:
    """Return the pack in a lesson's name, or an empty string if it is in no pack."""
    return lesson.rpartition("/")[0]


def whole_lesson(lesson: str) -> str:
    """Return the lesson that a variant belongs to: ``hunts/tabs`` for ``hunts/tabs[by-hand]``."""
    return lesson.partition("[")[0]


class AttemptRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One attempt at one step of a lesson."""

    when: Moment
    lesson: RecordedName
    """As ``lesson_name`` returns it."""
    step: StepNumber
    typed: str
    """The line as typed; empty if nothing was typed, as for ``:skip``."""
    verdict: StepOutcome
    hints: Count
    """How many hints had been shown at this step before this attempt."""
    stage: Stage
    python: str
    """The version that ran the program, such as ``3.13.0``."""
    commands: tuple[RecordedName, ...] = ()
    """Long names of the pdb commands that the step is about."""
    misconceptions: tuple[RecordedName, ...] = ()
    """Ids of the misconceptions that the step is about, such as ``M01``."""
    held: tuple[RecordedName, ...] = ()
    """Ids of the misconceptions that this attempt showed, by its line or by a wrong prediction."""


class Position(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the learner is in a lesson. Going ``route`` again resumes it there."""

    stage: Stage
    step: StepNumber
    """The step that is asked now."""
    route: tuple[RouteEntry, ...] = ()
    python: str = ""
    """The version that reached it; another one might not get there."""


class Score(Struct, frozen=True, forbid_unknown_fields=True):
    """How many moving and changing commands a run of a lesson took, and how many its scenario takes."""

    commands: Count
    par: Count


class LessonState(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a lesson has come. Before it is begun, everything but the name is empty."""

    lesson: RecordedName
    passed: Stage | None = None
    """The last stage that was completed."""
    position: Position | None = None
    """None if the lesson is not under way."""
    moved: Moment | None = None
    """When ``position`` was last set or cleared."""
    best: Score | None = None
    """Of the task: the run that was least over par."""
    finished: Moment | None = None
    """When the task was last passed."""


def further(one: Stage | None, other: Stage | None) -> Stage | None:
    """Return the later of two stages."""
    return max(one, other, key=lambda stage: -1 if stage is None else STAGES.index(stage))


def better(one: Score | None, other: Score | None) -> Score | None:
    """Return the score that is less over par; of equal ones, the one with fewer commands."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda score: (score.commands - score.par, score.commands))


def merged(one: LessonState, other: LessonState) -> LessonState:
    """Return what two records of the same lesson know together, whichever comes first."""
    latest = max(one, other, key=_last_move)
    finished = [state.finished for state in (one, other) if state.finished is not None]
    return replace(
        latest,
        passed=further(one.passed, other.passed),
        best=better(one.best, other.best),
        finished=max(finished, default=None),
    )


def _last_move(state: LessonState) -> tuple[datetime, str]:
    # If both moved at the same instant, either will do, but it must always be the same one.
    return (state.moved or datetime.min.replace(tzinfo=UTC), repr(state.position))
