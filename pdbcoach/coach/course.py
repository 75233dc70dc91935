"""Which lesson is next: the packs in order, and how far the learner is in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from pdbcoach.progress.records import STAGES, LessonState, Stage, lesson_name
from pdbcoach.scenario.model import Pack, Scenario
from pdbcoach.scenario.packs import scenario_files

HUNTS = "hunts"
"""The pack whose lessons are tasks from the start."""

States = Mapping[str, LessonState]


class Entry(Struct, frozen=True):
    """A scenario file in its place: the ``number``-th of ``of`` in its pack. It is read when it is needed."""

    path: Path
    pack: Pack | None
    number: int
    of: int

    @property
    def id(self) -> str:
        """The id of the scenario, which is how its file is called."""
        return self.path.stem

    @property
    def name(self) -> str:
        """What the whole file is called in the learner's records."""
        return self.name_of(self.id)

    def name_of(self, scenario_id: str) -> str:
        """What one of its scenarios, a variant perhaps, is called in the learner's records."""
        return lesson_name(self.pack.id if self.pack is not None else "", scenario_id)

    @property
    def is_hunt(self) -> bool:
        """Whether it is a bug hunt."""
        return self.pack is not None and self.pack.id == HUNTS

    def stage(self, scenario: Scenario, states: States) -> Stage:
        """The stage of the next visit to ``scenario``. Bug hunts are tasks from the start."""
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
        """Whether all that the file has to teach has been gone through."""
        state = states.get(self.name)
        return state is not None and state.passed == "task"

    def under_way(
        self, scenarios: Iterable[Scenario], states: States, stage: Stage | None = None
    ) -> Scenario | None:
        """That of the file's scenarios that was left last and not finished, in ``stage`` if one is given."""
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
        """The next of the file's scenarios to be done; ``None`` if there is none left.

        That is the one that is under way, if there is one. A file that is a lesson by itself is that
        lesson, and its variants are there for who asks for them. One that has its steps in variants
        only wants them all.
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
    """Lessons in the order in which they are learned."""

    entries: tuple[Entry, ...]

    def find(self, wanted: str) -> Entry | None:
        """The lesson of this id or name; a variant's name finds its file."""
        plain = wanted.partition("[")[0]
        return next((entry for entry in self.entries if plain in (entry.id, entry.name)), None)

    def first(self, states: States) -> Entry | None:
        """Where to go on: the lesson left last, else the first that is not finished. ``None``: all are."""
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
    """The lessons of a pack."""
    return tuple(
        Entry(file, pack, number, len(pack.order)) for number, file in enumerate(scenario_files(pack), 1)
    )


def wanted(scenarios: Iterable[Scenario]) -> tuple[Scenario, ...]:
    """Those of a file's scenarios that its lesson consists of."""
    all_of_them = tuple(scenarios)
    return all_of_them[:1] if all_of_them and "[" not in all_of_them[0].id else all_of_them
