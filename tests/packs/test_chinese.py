"""Tests of the shipped packs in Chinese: complete, and with the same code and numbers as the English."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Set
from pathlib import Path

import pytest
from packs.shelf import SCENARIOS

from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Scenario

CHINESE = packs.load_all([str(packs.shipped())], lang="zh")
FOLDERS = list(dict.fromkeys(one.path.parent for one in SCENARIOS))

each_pair = pytest.mark.parametrize(
    ("english", "chinese"),
    list(zip(SCENARIOS, CHINESE, strict=True)),
    ids=[one.id for one in SCENARIOS],
)


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def code(text: str) -> set[str]:
    return set(re.findall("`[^`]+`", text))


def numbers(text: str) -> set[str]:
    """Return the numbers outside code, including the line numbers that marks resolve to."""
    return set(re.findall(r"\d+(?:\.\d+)*", re.sub("`[^`]+`", "", text)))


def words(text: str) -> set[str]:
    """Return the words outside code that have more than one letter."""
    return set(re.findall(r"[A-Za-z_]\w+", re.sub("`[^`]+`", "", text)))


def names(scenario: Scenario) -> Set[str]:
    """Return words that stay the same in Chinese: Python's, pdb's and those in the lesson's programs."""
    programs = [f"{file.name}\n{file.path.read_text(encoding='utf-8')}" for file in scenario.files]
    return {"pdb", "main", "background", *keyword.kwlist}.union(
        *(words(re.sub("#.*", "", program)) for program in programs)
    )


def prose(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Yield each text a learner reads, with its place in the scenario."""
    yield from (("title", scenario.title), ("intro", scenario.intro), ("outro", scenario.outro))
    for number, step in enumerate(scenario.steps, 1):
        said = step.prose
        at = f"step {number}: "
        yield from ((at + "say", said.say), (at + "ask", said.ask), (at + "why", said.why))
        yield from ((at + "hint", hint) for hint in said.hints)
        yield from ((at + "wrong", wrong.say) for wrong in said.wrong)
        if said.predict is not None:
            yield at + "predict", said.predict.ask
            yield from ((at + "choice", choice) for choice in said.predict.labels)


def both(english: Scenario, chinese: Scenario) -> Iterator[tuple[str, str, str]]:
    for (where, ours), (_, theirs) in zip(prose(english), prose(chinese), strict=True):
        yield where, ours, theirs


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_a_pack_has_a_chinese_title(folder: Path) -> None:
    assert is_chinese(packs.load_pack(folder, "zh").title)


@each_pair
def test_a_scenario_has_a_chinese_title(english: Scenario, chinese: Scenario) -> None:
    assert chinese.title != english.title
    assert is_chinese(chinese.title)


@each_pair
def test_no_text_is_left_in_english(english: Scenario, chinese: Scenario) -> None:
    untranslatable = names(english)
    left = [
        f"{where}: {theirs}"
        for where, ours, theirs in both(english, chinese)
        if words(ours) - untranslatable and (theirs == ours or not is_chinese(theirs))
    ]
    assert left == []


@each_pair
def test_code_and_numbers_are_the_same(english: Scenario, chinese: Scenario) -> None:
    differing = [
        f"{where}: {difference}"
        for where, ours, theirs in both(english, chinese)
        if (difference := (code(ours) | numbers(ours)) ^ (code(theirs) | numbers(theirs)))
    ]
    assert differing == []
