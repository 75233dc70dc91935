"""Tests of the shipped misconceptions: complete, short, and the same in both languages."""

from __future__ import annotations

import re

import pytest

from pdbcoach.scenario import packs
from pdbcoach.scenario.misconceptions import misconceptions_of
from pdbcoach.scenario.model import Misconception

LIST = misconceptions_of(packs.shipped())
CHINESE = misconceptions_of(packs.shipped(), "zh")
IDS = [f"M{number:02}" for number in range(1, 42)]
each = pytest.mark.parametrize("one", LIST.values(), ids=list(LIST))


def code(text: str) -> set[str]:
    return set(re.findall("`([^`]+)`", text))


def test_there_are_41_misconceptions_in_order() -> None:
    assert list(LIST) == list(CHINESE) == IDS


@each
def test_an_explanation_has_a_few_sentences_on_one_line(one: Misconception) -> None:
    """Two, or more where Pythons differ."""
    prose = re.sub("`[^`]+`", "code", one.explanation)
    assert "\n" not in prose
    assert 2 <= len(re.split(r"(?<=[.!?)]) ", prose)) <= 4
    assert len(prose) <= 400
    assert prose.endswith(".")


@each
def test_a_title_is_one_short_line(one: Misconception) -> None:
    assert len(one.title) <= 90
    assert not one.title.endswith(".")


@each
def test_a_source_is_one_or_more_links(one: Misconception) -> None:
    assert all(re.fullmatch(r"https://[^\s,]+", link) for link in one.source.split(", "))


@each
def test_the_chinese_has_a_few_sentences_and_the_same_code(one: Misconception) -> None:
    chinese = CHINESE[one.id]
    assert re.search("[\u4e00-\u9fff]", chinese.title)
    assert re.fullmatch("([^。]+。）?){2,4}", chinese.explanation)
    assert code(chinese.title) == code(one.title)
    assert code(chinese.explanation) == code(one.explanation)
