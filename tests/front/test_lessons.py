"""Every shipped lesson can be practised, in each of its stages and in more than one way."""

from __future__ import annotations

import pytest
from front.driving import HERE, SHIPPED, Desk, asked
from front.ways import Way, enter, mistaken_at, other, own, through
from packs.shelf import SCENARIOS

from pdbcoach.matching.versions import admits
from pdbcoach.progress.records import Stage
from pdbcoach.scenario.model import Scenario, Send

HERE_TOO = [one for one in SCENARIOS if admits(one.python, HERE.version)]
LESSONS = [one for one in HERE_TOO if one.grade != "demo"]
each_lesson = pytest.mark.parametrize("scenario", LESSONS, ids=[one.id for one in LESSONS])


def middle(scenario: Scenario) -> int | None:
    """Return the number of a step for a mistake: in the middle, at a prompt of pdb."""
    numbers = [
        number
        for number, step in enumerate(scenario.steps, 1)
        if step in asked(scenario)
        and isinstance(step.action, Send)
        and step.prompt in (None, "pdb", "nested")
    ]
    return numbers[len(numbers) // 2] if numbers else None


MIDDLES = [(one, number) for one in LESSONS if (number := middle(one)) is not None]


def practised(desk: Desk, scenario: Scenario, way: Way, stage: Stage = "task") -> None:
    """Practise a lesson to its end."""
    code = desk.hold(scenario.id, through(way), stage=stage, predict=False)
    assert code == 0, desk.text
    assert desk.visit.lesson.scenario.id == scenario.id
    assert desk.visit.lesson.step is None, desk.text


@each_lesson
def test_a_lesson_passes_by_its_own_lines(desk: Desk, scenario: Scenario) -> None:
    practised(desk, scenario, own)
    entry = SHIPPED.find(scenario.id)
    assert entry is not None
    state = desk.progress(entry.name_of(scenario.id))
    assert state.passed == "task"
    assert state.best is not None
    assert state.best.commands <= state.best.par
    assert desk.visit.lesson.outright


@each_lesson
def test_a_lesson_passes_by_other_commands(desk: Desk, scenario: Scenario) -> None:
    practised(desk, scenario, other)


@pytest.mark.parametrize(("scenario", "number"), MIDDLES, ids=[one.id for one, _ in MIDDLES])
def test_a_lesson_passes_after_a_mistake_is_undone(desk: Desk, scenario: Scenario, number: int) -> None:
    practised(desk, scenario, mistaken_at(number))


@pytest.mark.parametrize("scenario", HERE_TOO, ids=[one.id for one in HERE_TOO])
def test_the_coach_can_type_a_whole_lesson(desk: Desk, scenario: Scenario) -> None:
    practised(desk, scenario, enter, "watch")


@each_lesson
def test_a_guided_lesson_passes(desk: Desk, scenario: Scenario) -> None:
    practised(desk, scenario, own, "guided")
