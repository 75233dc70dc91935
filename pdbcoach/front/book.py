"""Writes the learner's records during a practice: each attempt, each place, each lesson passed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Self

from msgspec import Struct

from pdbcoach.coach.course import Course, Entry, States
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.moves import par
from pdbcoach.coach.stages import clean_steps, passed_by
from pdbcoach.front.screen import PackContents
from pdbcoach.language import _
from pdbcoach.pdb.commands import COMMANDS
from pdbcoach.progress.boxes import boxes, due
from pdbcoach.progress.records import AttemptRecord, LessonState, Position, Score, StepOutcome
from pdbcoach.progress.store import Store
from pdbcoach.route import RouteEntry
from pdbcoach.scenario.model import Scenario, Step


class Book(Struct, frozen=True):
    store: Store

    @classmethod
    def blank(cls) -> Self:
        """Return a book with nothing in it, which is nowhere on disk."""
        return cls(Store.blank())

    @property
    def states(self) -> States:
        """How far the learner is in each lesson, by name."""
        return self.store.lessons()

    def due(self) -> int:
        """Return how many commands and misconceptions are due for review."""
        now = datetime.now().astimezone()
        return len(due(boxes(self.store.attempts(), now).values(), now))

    def state(self, entry: Entry, scenario: Scenario) -> LessonState:
        """Return how far the learner is in this scenario."""
        return self.store.lesson(entry.name_of(scenario.id))

    def contents(self, course: Course) -> Iterator[PackContents]:
        """Yield each pack of ``course``, and how far each lesson is. Lessons without a pack have no title."""
        states = self.states
        for title, entries in groupby(
            course.entries, key=lambda entry: entry.pack.title if entry.pack else ""
        ):
            yield title, tuple((entry.id, _progress(entry, states)) for entry in entries)

    def clean(self, entry: Entry, scenario: Scenario) -> frozenset[int]:
        """Return the indices of the steps that were done well when they were last tried."""
        return clean_steps(self.store.attempts(entry.name_of(scenario.id)))

    def attempt(
        self,
        entry: Entry,
        lesson: Lesson,
        step: int,
        typed: str,
        verdict: StepOutcome,
        route: Iterable[RouteEntry],
        hints: int = 0,
        held: tuple[str, ...] = (),
        refuted: tuple[str, ...] = (),
    ) -> None:
        """Record an attempt at the step with this index, and where ``lesson`` is now."""
        scenario = lesson.scenario
        tried = scenario.steps[step]
        self.store.record(
            AttemptRecord(
                datetime.now(UTC),
                entry.name_of(scenario.id),
                step + 1,
                typed,
                verdict,
                hints,
                lesson.stage,
                lesson.python,
                commands_of(tried),
                refuted,
                held,
            ),
            _position(lesson, route),
        )

    def place(self, entry: Entry, lesson: Lesson, route: Iterable[RouteEntry]) -> None:
        """Record where ``lesson`` is."""
        name = entry.name_of(lesson.scenario.id)
        self.store.move(name, _position(lesson, route), datetime.now(UTC))

    def forget_place(self, entry: Entry, scenario: Scenario) -> None:
        """Record that the lesson is no longer in progress."""
        self.store.move(entry.name_of(scenario.id), None, datetime.now(UTC))

    def passed(self, entry: Entry, lesson: Lesson) -> None:
        """Record that the lesson has been gone through to its end."""
        stage = passed_by(lesson.stage, lesson.outright)
        score = Score(lesson.commands, par(lesson.scenario))
        self.store.complete(entry.name_of(lesson.scenario.id), stage, datetime.now(UTC), score)

    def file_passed(self, entry: Entry) -> None:
        """Record that every variant of a file has been passed."""
        self.store.complete(entry.name, "task", datetime.now(UTC))


def _progress(entry: Entry, states: States) -> str:
    if entry.finished(states):
        return _("finished")
    state = states.get(entry.name)
    if state is None:
        return ""
    if state.position is not None:
        return _("in progress")
    return _("seen") if state.passed == "watch" else _("halfway") if state.passed is not None else ""


def commands_of(step: Step) -> tuple[str, ...]:
    """Return the long names of the commands that the step is about."""
    return tuple(dict.fromkeys(name for name in step.line.names if COMMANDS[name].is_topic))


def _position(lesson: Lesson, route: Iterable[RouteEntry]) -> Position:
    return Position(lesson.stage, lesson.at + 1, tuple(route), lesson.python)
