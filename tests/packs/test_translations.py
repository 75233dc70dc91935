"""The Chinese of the shipped packs: nothing forgotten, and code left as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from packs.shelf import SCENARIOS

from pdbcoach.scenario import packs
from pdbcoach.scenario.misconceptions import misconceptions_of
from pdbcoach.scenario.model import Misconception, Scenario

WHOLE = {"basics", "stopping", "looking", "fork", "process", "pool"}
"""Packs whose lessons are translated from their first to their last word; of others, the titles are."""

CHINESE = packs.load_all([str(packs.shipped())], lang="zh")
PACKS = sorted({one.path.parent for one in SCENARIOS})
PAIRS = list(zip(SCENARIOS, CHINESE, strict=True))
MISCONCEPTIONS = list(
    zip(
        misconceptions_of(packs.shipped()).values(),
        misconceptions_of(packs.shipped(), "zh").values(),
        strict=True,
    )
)

each_pair = pytest.mark.parametrize(("english", "chinese"), PAIRS, ids=[one.id for one in SCENARIOS])
each_misconception = pytest.mark.parametrize(
    ("english", "chinese"), MISCONCEPTIONS, ids=[one.id for one, _ in MISCONCEPTIONS]
)


def prose(scenario: Scenario) -> Iterator[str]:
    """Every text that its learner reads, but the title."""
    yield from (scenario.intro, scenario.outro)
    for step in scenario.steps:
        said = step.prose
        yield from (said.say, said.ask, said.why, *said.hints)
        if said.predict is not None:
            yield from (said.predict.ask, *said.predict.choices)
        yield from (wrong.say for wrong in said.wrong)


def code(text: str) -> set[str]:
    return set(re.findall("`([^`]+)`", text))


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def needs_words(text: str) -> bool:
    """Whether it says anything but code, numbers, and what has one name in every language."""
    return not set(re.findall("[A-Za-z]+", re.sub("`[^`]+`", "", text))) <= {"None", "True", "False", "main"}


@pytest.mark.parametrize("folder", PACKS, ids=[path.name for path in PACKS])
def test_every_pack_has_a_title(folder: Path) -> None:
    assert is_chinese(packs.load_pack(folder, "zh").title)


@each_pair
def test_every_lesson_has_a_title(english: Scenario, chinese: Scenario) -> None:
    assert is_chinese(chinese.title)


@pytest.mark.parametrize(
    ("english", "chinese"),
    [pair for pair in PAIRS if pair[0].path.parent.name in WHOLE],
    ids=[one.id for one in SCENARIOS if one.path.parent.name in WHOLE],
)
def test_nothing_is_left_in_english(english: Scenario, chinese: Scenario) -> None:
    texts = zip(prose(english), prose(chinese), strict=True)
    assert [text for text, said in texts if needs_words(text) and not is_chinese(said)] == []


@each_pair
def test_code_stays_as_it_is(english: Scenario, chinese: Scenario) -> None:
    texts = zip(prose(english), prose(chinese), strict=True)
    assert [(text, said) for text, said in texts if code(text) != code(said)] == []


@each_misconception
def test_a_misconception_is_explained_in_two_sentences_with_the_same_code(
    english: Misconception, chinese: Misconception
) -> None:
    assert is_chinese(chinese.title)
    assert chinese.explanation.count("。") == 2
    assert chinese.explanation.endswith("。")
    assert code(chinese.title) == code(english.title)
    assert code(chinese.explanation) == code(english.explanation)
