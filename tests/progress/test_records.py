from __future__ import annotations

import pytest
from hypothesis import given
from msgspec.structs import replace
from progress.learner import HALFWAY, day, states

from pdbcoach.progress.records import (
    LessonState,
    Score,
    Stage,
    better,
    further,
    lesson_name,
    merged,
    pack_of,
    whole_lesson,
)

same_lesson = states.map(lambda state: replace(state, lesson="basics/one"))


@pytest.mark.parametrize(
    ("pack", "scenario", "name"),
    [
        pytest.param("basics", "into-or-over", "basics/into-or-over", id="in-a-pack"),
        pytest.param("hunts", "tabs[by-hand]", "hunts/tabs[by-hand]", id="variant"),
        pytest.param("", "mine", "mine", id="in-none"),
    ],
)
def test_a_lesson_s_name_has_its_pack(pack: str, scenario: str, name: str) -> None:
    assert lesson_name(pack, scenario) == name
    assert pack_of(name) == pack
    assert whole_lesson(name) == name.removesuffix("[by-hand]")


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        pytest.param(None, "watch", "watch", id="any"),
        pytest.param("watch", "guided", "guided", id="guided"),
        pytest.param("task", "guided", "task", id="task"),
    ],
)
def test_the_later_stage_wins(one: Stage | None, other: Stage, later: Stage) -> None:
    assert further(one, other) == further(other, one) == later


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(Score(4, 5), Score(4, 4), id="more-under-par"),
        pytest.param(Score(3, 3), Score(9, 9), id="fewer-commands"),
        pytest.param(Score(9, 1), None, id="any"),
    ],
)
def test_the_better_score_wins(one: Score, other: Score | None) -> None:
    assert better(one, other) == better(other, one) == one


class TestMerged:
    def test_a_merged_state_knows_the_most_of_both(self) -> None:
        here = LessonState("a", "task", None, day(2), Score(5, 4), day(2))
        there = LessonState("a", "guided", HALFWAY, day(1), Score(4, 4), None)
        assert merged(here, there) == LessonState("a", "task", None, day(2), Score(4, 4), day(2))

    def test_a_merged_lesson_is_where_it_was_last(self) -> None:
        here = LessonState("a", None, HALFWAY, day(1))
        there = LessonState("a", None, replace(HALFWAY, step=5), day(2))
        assert merged(here, there).position == replace(HALFWAY, step=5)

    @given(same_lesson, same_lesson)
    def test_merging_is_commutative(self, one: LessonState, other: LessonState) -> None:
        assert merged(one, other) == merged(other, one)

    @given(same_lesson, same_lesson, same_lesson)
    def test_merging_is_associative(self, one: LessonState, two: LessonState, three: LessonState) -> None:
        assert merged(merged(one, two), three) == merged(one, merged(two, three))

    @given(same_lesson, same_lesson)
    def test_merging_is_idempotent(self, one: LessonState, other: LessonState) -> None:
        assert merged(merged(one, other), other) == merged(one, other)

    @given(same_lesson)
    def test_merging_with_an_empty_state_changes_nothing(self, one: LessonState) -> None:
        assert merged(one, LessonState("basics/one")) == one
