"""What every shipped lesson says to its learner."""

from __future__ import annotations

import pytest
from packs.shelf import SCENARIOS, asked, lesson

from pdbcoach.scenario.model import Scenario, Step

ASKED = [(one, step) for one in SCENARIOS for step in asked(one)]
each_asked = pytest.mark.parametrize(
    ("scenario", "step"), ASKED, ids=[f"{one.id}:{step.span.line}" for one, step in ASKED]
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_a_scenario_has_a_title_a_beginning_and_an_end(scenario: Scenario) -> None:
    assert scenario.title
    assert scenario.intro
    assert scenario.outro


def test_every_lesson_asks_for_something() -> None:
    assert {lesson(one) for one, _ in ASKED} == {lesson(one) for one in SCENARIOS}


@each_asked
def test_an_asked_step_helps_and_gives_a_reason(scenario: Scenario, step: Step) -> None:
    assert len(step.prose.hints) >= 2
    assert step.prose.why


@each_asked
def test_an_asked_step_knows_what_may_go_wrong(scenario: Scenario, step: Step) -> None:
    # At a prompt that is not pdb's there is no debugger, and so no state to tell a miss by.
    assert step.prose.wrong or step.prompt in ("python", "program")
