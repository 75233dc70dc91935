"""The shipped list of misconceptions: complete, short, and the same in every language."""

from __future__ import annotations

import re

import pytest

from pdbcoach.scenario import packs
from pdbcoach.scenario.misconceptions import misconceptions_of
from pdbcoach.scenario.model import Misconception

LIST = misconceptions_of(packs.shipped())
IDS = [f"M{number:02}" for number in range(1, 42)]
each = pytest.mark.parametrize("one", LIST.values(), ids=list(LIST))


def test_there_are_41_in_order() -> None:
    assert list(LIST) == IDS


@each
def test_an_explanation_has_two_sentences_on_one_line(one: Misconception) -> None:
    prose = re.sub("`[^`]+`", "code", one.explanation)
    assert "\n" not in prose
    assert len(re.split(r"(?<=[.!?]) ", prose)) == 2
    assert prose.endswith(".")


@each
def test_a_title_is_one_short_line(one: Misconception) -> None:
    assert len(one.title) <= 90
    assert not one.title.endswith(".")


@each
def test_a_source_is_a_link_or_several(one: Misconception) -> None:
    assert all(re.fullmatch(r"https://[^\s,]+", link) for link in one.source.split(", "))
