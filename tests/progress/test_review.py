from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progress.learner import HALFWAY, NOON, attempt, attempts, day, moments, states

from pdbcoach.progress.boxes import Topic
from pdbcoach.progress.records import AttemptRecord, LessonState
from pdbcoach.progress.review import SIZE, ReviewItem, Task, choose

NEXT, STEP, UNTIL = (Topic("command", name) for name in ("next", "step", "until"))


def lesson(name: str, *commands: str) -> ReviewItem:
    return ReviewItem(name, commands, is_hunt=name.startswith("hunts/"))


def tried(name: str, *commands: str, on: float = 0, **changes: Any) -> AttemptRecord:
    return attempt(day(on), lesson=name, commands=commands, **changes)


def chosen(
    lessons: Sequence[ReviewItem],
    those: Sequence[AttemptRecord] = (),
    *,
    on: float,
    finished: Sequence[str] = (),
) -> list[tuple[str, str]]:
    known = {name: LessonState(name, "task", finished=NOON) for name in finished}
    return [(task.reason, task.lesson) for task in choose(lessons, known, those, day(on))]


BOOK = [
    lesson("basics/n", "next"),
    lesson("basics/s", "step"),
    lesson("basics/u", "until"),
    lesson("basics/w", "where"),
    lesson("basics/j", "jump"),
    lesson("basics/a", "args"),
    lesson("hunts/easy", "next"),
    lesson("hunts/hard", "jump", "debug"),
]
LEARNED = [
    tried("basics/n", "next", on=3),
    tried("basics/s", "step", on=2),
    tried("basics/u", "until", on=1),
    tried("basics/w", "where", on=0),
]


def test_a_review_has_three_due_one_new_and_one_hunt() -> None:
    assert chosen(BOOK, LEARNED, on=9) == [
        ("due", "basics/w"),
        ("due", "basics/u"),
        ("due", "basics/s"),
        ("new", "basics/j"),
        ("hunt", "hunts/easy"),
    ]


class TestDue:
    def test_one_lesson_serves_all_of_its_due_topics(self) -> None:
        both = lesson("basics/both", "until", "step")
        learned = [tried("basics/both", "until", "step", on=3), *LEARNED]
        tasks = choose([*BOOK, both], {}, learned, day(9))
        assert tasks[0] == Task("basics/w", "due", (Topic("command", "where"),))
        assert tasks[1] == Task("basics/both", "due", (UNTIL, STEP))
        assert tasks[2] == Task("basics/n", "due", (NEXT,))

    def test_misconceptions_are_due_like_commands(self) -> None:
        arrow = ReviewItem("basics/arrow", misconceptions=("M01",))
        miss = attempt(lesson="basics/arrow", commands=(), misconceptions=("M01",), verdict="miss")
        (first, *_) = choose([*BOOK, arrow], {}, [miss], day(1))
        assert first == Task("basics/arrow", "due", (Topic("misconception", "M01"),))

    def test_a_begun_lesson_is_preferred(self) -> None:
        more = lesson("basics/more", "next", "step", "until")
        assert ("due", "basics/n") in chosen([more, *BOOK], [tried("basics/n", "next")], on=3)

    def test_a_new_lesson_serves_a_due_topic_if_no_other_does(self) -> None:
        assert chosen([lesson("other/n", "next")], [tried("gone/n", "next")], on=3) == [("due", "other/n")]

    def test_of_two_equal_lessons_the_longest_unseen_is_chosen(self) -> None:
        again = lesson("basics/again", "next")
        those = [tried("basics/n", "next", on=0), tried("basics/again", "next", on=1)]
        assert chosen([again, *BOOK], those, on=9)[0] == ("due", "basics/n")
        assert chosen([again, *BOOK], [*those, tried("basics/n", "next", on=2)], on=9)[0] == (
            "due",
            "basics/again",
        )

    def test_a_hunt_is_not_used_for_due_topics(self) -> None:
        hunt = lesson("hunts/two", "next", "step")
        those = [tried("hunts/two", "next", "step", on=0), *LEARNED]
        assert ("due", "hunts/two") not in chosen([*BOOK, hunt], those, on=9)

    def test_a_hunt_serves_a_topic_that_no_other_lesson_has(self) -> None:
        assert chosen([lesson("hunts/x", "next")], [tried("hunts/x", "next")], on=3) == [("due", "hunts/x")]

    def test_a_topic_without_a_lesson_is_skipped(self) -> None:
        those = [tried("gone/x", "alias", on=0), *LEARNED]
        assert chosen(BOOK, those, on=9)[0] == ("due", "basics/w")


class TestTooLittle:
    def test_too_few_due_lessons_are_filled_up(self) -> None:
        assert chosen(BOOK, LEARNED, on=3) == [
            ("due", "basics/w"),
            ("new", "basics/j"),
            ("new", "basics/a"),
            ("hunt", "hunts/easy"),
            ("hunt", "hunts/hard"),
        ]

    def test_too_few_new_lessons_are_filled_up(self) -> None:
        assert chosen([*BOOK[:4], *BOOK[6:]], LEARNED, on=9) == [
            ("due", "basics/w"),
            ("due", "basics/u"),
            ("due", "basics/s"),
            ("due", "basics/n"),
            ("hunt", "hunts/easy"),
        ]

    def test_too_few_hunts_are_filled_up(self) -> None:
        assert [reason for reason, _ in chosen(BOOK[:6], LEARNED, on=9)] == ["due"] * 4 + ["new"]

    def test_well_known_lessons_fill_up_a_review(self) -> None:
        names = ["basics/w", "basics/u", "basics/s"]
        assert chosen(BOOK[:4], LEARNED, on=2.5, finished=names) == [
            ("again", "basics/n"),
            ("again", "basics/w"),
            ("again", "basics/u"),
            ("again", "basics/s"),
        ]

    def test_no_lessons_give_no_tasks(self) -> None:
        assert chosen([], LEARNED, on=9) == []


class TestHunts:
    def test_an_unfinished_hunt_comes_first(self) -> None:
        assert chosen(BOOK, LEARNED, on=9, finished=["hunts/easy"])[-1] == ("hunt", "hunts/hard")

    def test_of_finished_hunts_the_longest_unseen_comes_first(self) -> None:
        hunts = [lesson("hunts/a", "next"), lesson("hunts/b", "next")]
        seen = [tried("hunts/a", "next", on=1), tried("hunts/b", "next", on=0), *LEARNED]
        assert chosen([*BOOK, *hunts], seen, on=9, finished=[one.name for one in (*BOOK, *hunts)])[-1] == (
            "hunt",
            "hunts/b",
        )

    def test_a_beginner_with_something_to_learn_gets_no_hunt(self) -> None:
        assert [reason for reason, _ in chosen(BOOK, on=0)] == ["new"] * 5
        assert chosen(BOOK[5:], on=0) == [
            ("new", "basics/a"),
            ("hunt", "hunts/easy"),
            ("hunt", "hunts/hard"),
        ]


class TestAVariant:
    def test_a_variant_is_the_same_lesson(self) -> None:
        assert chosen(BOOK[:2], [tried("basics/n[quit]", "debug")], on=0) == [
            ("again", "basics/n"),
            ("new", "basics/s"),
        ]

    def test_a_variant_under_way_makes_its_lesson_begun(self) -> None:
        known = {"basics/n[quit]": LessonState("basics/n[quit]", position=HALFWAY)}
        assert choose(BOOK[:1], known, [], NOON) == (Task("basics/n", "again"),)

    def test_a_variant_can_be_a_lesson_of_its_own(self) -> None:
        those = [lesson("basics/n[a]"), lesson("basics/n[b]")]
        assert chosen(those, [tried("basics/n[a]", "next")], on=0) == [
            ("again", "basics/n[a]"),
            ("new", "basics/n[b]"),
        ]


def test_a_lesson_under_way_is_not_new() -> None:
    known = {"basics/n": LessonState("basics/n", position=HALFWAY)}
    assert choose(BOOK[:2], known, [], NOON) == (Task("basics/n", "again"), Task("basics/s", "new"))


names = st.sampled_from(["basics/one", "basics/two", "hunts/one", "hunts/two", "alone", "other/x", "other/y"])
topic_names = st.lists(st.sampled_from(["next", "step", "until", "M01"]), max_size=3).map(tuple)
shelves = st.lists(
    st.builds(ReviewItem, names, topic_names, topic_names, st.booleans()),
    max_size=7,
    unique_by=lambda lesson: lesson.name,
)


@given(shelves, st.lists(states), st.lists(attempts, max_size=20), moments)
def test_a_review_has_five_different_lessons_and_is_repeatable(
    shelf: list[ReviewItem], some: list[LessonState], those: list[AttemptRecord], now: datetime
) -> None:
    known = {state.lesson: state for state in some}
    tasks = choose(shelf, known, those, now)
    assert len({task.lesson for task in tasks}) == len(tasks) == min(SIZE, len(shelf))
    assert {task.lesson for task in tasks} <= {lesson.name for lesson in shelf}
    assert tasks == choose(shelf, known, those[::-1], now)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_fewer_lessons_give_fewer_tasks(count: int) -> None:
    assert len(chosen(BOOK[:count], on=0)) == count
