"""Tests of the texts that every shipped lesson shows to a learner."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from packs.shelf import SCENARIOS, asked, lesson

from pdbcoach.scenario.model import Scenario, Step

ASKED = [(one, step) for one in SCENARIOS for step in asked(one)]
each_asked = pytest.mark.parametrize(
    ("scenario", "step"), ASKED, ids=[f"{one.id}:{step.span.line}" for one, step in ASKED]
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_a_scenario_has_a_title_an_intro_and_an_outro(scenario: Scenario) -> None:
    assert scenario.title
    assert scenario.intro
    assert scenario.outro


def test_every_lesson_asks_the_learner_for_a_step() -> None:
    assert {lesson(one) for one, _ in ASKED} == {lesson(one) for one in SCENARIOS}


@each_asked
def test_an_asked_step_has_two_hints_and_a_why(scenario: Scenario, step: Step) -> None:
    assert len(step.prose.hints) >= 2
    assert step.prose.why


@each_asked
def test_an_asked_step_has_a_wrong_text(scenario: Scenario, step: Step) -> None:
    # Only pdb's own prompts have a debugger state that a `wrong` text can match.
    assert step.prose.wrong or step.prompt in ("python", "program")


def prose(scenario: Scenario) -> Iterator[str]:
    """Every text of a scenario that a learner reads."""
    yield from (scenario.title, scenario.intro, scenario.outro)
    for step in scenario.steps:
        yield from (step.prose.say, step.prose.ask, step.prose.why, *step.prose.hints)
        yield from (wrong.say for wrong in step.prose.wrong)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_each_list_item_starts_a_line(scenario: Scenario) -> None:
    assert [text for text in prose(scenario) if re.search(r"[.`] [*-] [`A-Z]", text)] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_code_stays_on_one_line(scenario: Scenario) -> None:
    assert [
        text for text in prose(scenario) if re.search("`[^`]*\n[^`]*`", re.sub("`[^`\n]*`", "", text))
    ] == []


@pytest.mark.parametrize(
    "scenario",
    [one for one in SCENARIOS if one.id == lesson(one)],
    ids=[one.id for one in SCENARIOS if one.id == lesson(one)],
)
def test_an_english_intro_mentions_chinese_comments(scenario: Scenario) -> None:
    programs = (file.path.read_text(encoding="utf-8") for file in scenario.files)
    chinese = any(re.search("#.*[\u4e00-\u9fff]", program) for program in programs)
    assert ("comments in this file are in Chinese" in scenario.intro) is chinese
