"""The shipped packs in Chinese: whoever reads them so meets no English prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Scenario

ENGLISH = packs.load_all([str(packs.shipped())], lang="en")
CHINESE = packs.load_all([str(packs.shipped())], lang="zh")
FOLDERS = sorted({one.path.parent for one in ENGLISH})

each_pair = pytest.mark.parametrize(
    ("english", "chinese"),
    list(zip(ENGLISH, CHINESE, strict=True)),
    ids=[one.id for one in ENGLISH],
)


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def code(text: str) -> set[str]:
    return set(re.findall("`[^`]+`", text))


def has_words(text: str) -> bool:
    """Whether anything is said in words: not in code, nor with values and the names of processes only."""
    rest = re.sub(r"`[^`]+`|\b(?:main(?:\.\d+)*|None|True|False)\b", "", text)
    return re.search("[A-Za-z]{2}|[\u4e00-\u9fff]", rest) is not None


def prose(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """All that a learner reads, each text with its place in the scenario."""
    yield from (("title", scenario.title), ("intro", scenario.intro), ("outro", scenario.outro))
    for number, step in enumerate(scenario.steps, 1):
        said = step.prose
        at = f"step {number}: "
        yield from ((at + "say", said.say), (at + "ask", said.ask), (at + "why", said.why))
        yield from ((at + "hint", hint) for hint in said.hints)
        yield from ((at + "wrong", wrong.say) for wrong in said.wrong)
        if said.predict is not None:
            yield at + "predict", said.predict.ask
            yield from ((at + "choice", choice) for choice in said.predict.choices)


def test_what_has_words_is_told_from_code() -> None:
    assert not any(map(has_words, ("", "`p x`", "14", "(1, 2)", "None", "main.1", "n", "[7, 50] 60")))
    assert all(map(has_words, ("yes", "only `main`", "只有 `main`", "the pid of main", "a zombie")))


@pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
def test_a_pack_has_a_chinese_title(folder: Path) -> None:
    assert is_chinese(packs.load_pack(folder, "zh").title)


@each_pair
def test_a_scenario_has_a_chinese_title(english: Scenario, chinese: Scenario) -> None:
    assert chinese.title != english.title
    assert is_chinese(chinese.title)


@each_pair
def test_nothing_is_left_in_english(english: Scenario, chinese: Scenario) -> None:
    left = [
        f"{where}: {theirs}"
        for (where, ours), (_, theirs) in zip(prose(english), prose(chinese), strict=True)
        if has_words(ours) and (theirs == ours or not is_chinese(theirs))
    ]
    assert left == []


@each_pair
def test_what_is_code_is_the_same(english: Scenario, chinese: Scenario) -> None:
    differing = [
        f"{where}: {code(ours) ^ code(theirs)}"
        for (where, ours), (_, theirs) in zip(prose(english), prose(chinese), strict=True)
        if code(ours) != code(theirs)
    ]
    assert differing == []
