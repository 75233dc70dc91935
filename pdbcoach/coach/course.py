"""The lessons in their order, and which one is next for a learner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from pdbcoach.progress.records import STAGES, LessonState, Stage, lesson_name
from pdbcoach.scenario.model import Pack, Scenario
from pdbcoach.scenario.packs import scenario_files

HUNTS = "hunts"
"""The pack of bug hunts. Its lessons start with the stage *task*."""

States = Mapping[str, LessonState]


class Entry(Struct, frozen=True):
    """A scenario file, number ``number`` of ``of`` in its pack. It is loaded only when needed."""

    path: Path
    pack: Pack | None
    number: int
    of: int

    @property
    def id(self) -> str:
        """The id of the scenario, which is its file's name without the suffix."""
        return self.path.stem

    @property
    def name(self) -> str:
        """The name of the file in the learner's records."""
        return self.name_of(self.id)

    def name_of(self, scenario_id: str) -> str:
        """Return the name of one of its scenarios or variants in the learner's records."""
        return lesson_name(self.pack.id if self.pack is not None else "", scenario_id)

    @property
    def is_hunt(self) -> bool:
        """Whether it is a bug hunt."""
        return self.pack is not None and self.pack.id == HUNTS

    def stage(self, scenario: Scenario, states: States) -> Stage:
        """Return the stage of the next visit to ``scenario``. A bug hunt starts with *task*."""
        state = states.get(self.name_of(scenario.id))
        if state is not None and state.position is not None:
            return state.position.stage
        if scenario.grade == "demo":
            return "watch"
        if self.is_hunt:
            return "task"
        if state is None or state.passed is None:
            return "watch"
        return STAGES[min(STAGES.index(state.passed) + 1, len(STAGES) - 1)]

    def finished(self, states: States) -> bool:
        """Return whether the learner has finished everything in the file."""
        state = states.get(self.name)
        return state is not None and state.passed == "task"

    def under_way(
        self, scenarios: Iterable[Scenario], states: States, stage: Stage | None = None
    ) -> Scenario | None:
        """Return the unfinished scenario of the file that was left last, in ``stage`` if given, or None."""
        found = [
            (state.moved, number, scenario)
            for number, scenario in enumerate(scenarios)
            if (state := states.get(self.name_of(scenario.id))) is not None
            and state.position is not None
            and state.moved is not None
            and stage in (None, state.position.stage)
        ]
        return max(found)[2] if found else None

    def open_scenario(self, scenarios: Iterable[Scenario], states: States) -> Scenario | None:
        """Return the next of the file's scenarios to do, or None if none is left.

        An unfinished one comes first. If the file has steps of its own, it is one lesson, and its variants
        are only for learners who ask for them. If only its variants have steps, all of them are needed.
        """
        all_of_them = tuple(scenarios)
        if (left := self.under_way(all_of_them, states)) is not None:
            return left
        for scenario in wanted(all_of_them):
            state = states.get(self.name_of(scenario.id))
            passed = state.passed if state is not None else None
            if passed != "task" and not (scenario.grade == "demo" and passed is not None):
                return scenario
        return None


class Course(Struct, frozen=True):
    """The lessons in the order in which they are learned."""

    entries: tuple[Entry, ...]

    def find(self, wanted: str) -> Entry | None:
        """Return the lesson with this id or name, or None. A variant's name finds its file."""
        plain = wanted.partition("[")[0]
        return next((entry for entry in self.entries if plain in (entry.id, entry.name)), None)

    def first(self, states: States) -> Entry | None:
        """Return the lesson left last, else the first unfinished one, or None if all are finished."""
        under_way = [
            (state.moved, at)
            for at, entry in enumerate(self.entries)
            for name, state in states.items()
            if name.partition("[")[0] == entry.name and state.position is not None and state.moved is not None
        ]
        if under_way:
            return self.entries[max(under_way)[1]]
        return next((entry for entry in self.entries if not entry.finished(states)), None)


def entries_of(pack: Pack) -> tuple[Entry, ...]:
    """Return the lessons of a pack."""
    return tuple(
        Entry(file, pack, number, len(pack.order)) for number, file in enumerate(scenario_files(pack), 1)
    )


def wanted(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Return the scenarios of a file that its lesson consists of."""
    all_of_them = tuple(scenarios)
    return all_of_them[:1] if all_of_them and "[" not in all_of_them[0].id else all_of_them
