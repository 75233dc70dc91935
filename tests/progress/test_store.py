from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from msgspec.structs import replace
from progress.learner import HALFWAY, NOON, attempt, day

from pdbcoach.progress.records import LessonState, Position, Score
from pdbcoach.progress.store import FILE, Merged, Store
from pdbcoach.route import Typed

LESSON = "basics/into-or-over"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened
        assert opened.trouble is None


class TestAttempts:
    def test_attempts_are_returned_oldest_first(self, home: Path) -> None:
        second = attempt(
            day(1), typed="子\x00\x1b", verdict="miss", hints=2, misconceptions=("M01", "M02"), held=("M02",)
        )
        first = attempt()
        with Store.open(home) as store:
            store.record(second)
            store.record(first)
        with Store.open(home) as store:
            assert store.attempts() == (first, second)

    def test_attempts_of_one_instant_keep_their_order(self, store: Store) -> None:
        those = tuple(attempt(typed=text) for text in "cab")
        for one in those:
            store.record(one)
        assert store.attempts() == those

    def test_attempts_can_be_filtered_by_lesson(self, store: Store) -> None:
        store.record(attempt(lesson="a"))
        store.record(attempt(lesson="b"))
        assert store.attempts("a") == (attempt(lesson="a"),)

    def test_attempts_are_returned_in_utc(self, store: Store) -> None:
        store.record(attempt(NOON.astimezone(timezone(timedelta(hours=-9)))))
        (read,) = store.attempts()
        assert read.when == NOON
        assert read.when.utcoffset() == timedelta(0)

    def test_a_line_that_is_not_text_is_stored_escaped(self, store: Store) -> None:
        store.record(attempt(typed="p '\udcff'", lesson="\udcff"))
        assert [one.typed for one in store.attempts("\udcff")] == [r"p '\udcff'"]


class TestLessons:
    def test_a_lesson_never_begun_has_an_empty_state(self, store: Store) -> None:
        assert store.lesson(LESSON) == LessonState(LESSON)
        assert store.lessons() == {}

    def test_a_position_is_stored(self, home: Path) -> None:
        with Store.open(home) as store:
            store.record(attempt(day(1)), HALFWAY)
        with Store.open(home) as store:
            assert store.lesson(LESSON) == LessonState(LESSON, position=HALFWAY, moved=day(1))

    def test_an_attempt_without_a_position_moves_nothing(self, store: Store) -> None:
        store.move(LESSON, HALFWAY, NOON)
        store.record(attempt(day(1)))
        assert store.lesson(LESSON).position == HALFWAY

    def test_a_position_can_be_cleared(self, store: Store) -> None:
        store.move(LESSON, HALFWAY, NOON)
        store.move(LESSON, None, day(1))
        assert store.lesson(LESSON) == LessonState(LESSON, moved=day(1))

    def test_any_typed_text_is_stored(self, store: Store) -> None:
        there = Position("task", 1, (Typed("main", "\udcff\x00子"),))
        store.move(LESSON, there, NOON)
        assert store.lesson(LESSON).position == there

    def test_a_completed_stage_is_no_longer_under_way(self, store: Store) -> None:
        store.move(LESSON, HALFWAY, NOON)
        store.complete(LESSON, "guided", NOON)
        assert store.lesson(LESSON) == LessonState(LESSON, passed="guided", moved=NOON)

    def test_passing_the_task_finishes_the_lesson(self, store: Store) -> None:
        store.complete(LESSON, "task", day(1), Score(5, 4))
        assert store.lessons() == {LESSON: LessonState(LESSON, "task", None, day(1), Score(5, 4), day(1))}

    def test_watching_again_loses_nothing(self, store: Store) -> None:
        store.complete(LESSON, "task", NOON, Score(5, 4))
        store.complete(LESSON, "watch", day(1))
        assert store.lesson(LESSON) == LessonState(LESSON, "task", None, day(1), Score(5, 4), NOON)

    def test_the_best_score_stays(self, store: Store) -> None:
        for number, commands in enumerate((7, 4, 6)):
            store.complete(LESSON, "task", day(number), Score(commands, 4))
        assert store.lesson(LESSON).best == Score(4, 4)

    def test_an_unreadable_position_is_none(self, home: Path, store: Store) -> None:
        store.move(LESSON, HALFWAY, NOON)
        store._connection.execute("UPDATE lessons SET position = replace(position, 'guided', 'flying')")
        assert store.lesson(LESSON) == LessonState(LESSON, moved=NOON)


class TestMerge:
    def test_a_merge_adds_new_attempts(self, store: Store) -> None:
        store.record(attempt())
        assert store.merge([attempt(), attempt(day(1))], []) == Merged(attempts=1, lessons=0)
        assert store.attempts() == (attempt(), attempt(day(1)))

    def test_a_merge_keeps_the_larger_number_of_equal_attempts(self, store: Store) -> None:
        store.merge([attempt()] * 2, [])
        store.merge([attempt()] * 3, [])
        store.merge([attempt()], [])
        assert store.attempts() == (attempt(),) * 3

    def test_a_merge_combines_two_states_of_a_lesson(self, store: Store) -> None:
        store.complete(LESSON, "task", NOON, Score(5, 4))
        theirs = LessonState(LESSON, passed="watch", position=HALFWAY, moved=day(1))
        assert store.merge([], [theirs]) == Merged(attempts=0, lessons=1)
        assert store.lesson(LESSON) == replace(theirs, passed="task", best=Score(5, 4), finished=NOON)
        assert store.merge([], [theirs]) == Merged(0, 0)

    def test_a_lesson_that_comes_twice_counts_once(self, store: Store) -> None:
        assert store.merge([], [LessonState("a", "watch"), LessonState("a", "task")]) == Merged(0, 1)
        assert store.lesson("a").passed == "task"


class TestRead:
    def test_a_reader_sees_what_was_just_written(self, home: Path, store: Store) -> None:
        store.record(attempt())
        with Store.read(home) as seen:
            assert seen.attempts() == (attempt(),)

    def test_a_reader_writes_nothing(self, home: Path) -> None:
        Store.open(home).close()
        before = (home / FILE).read_bytes()
        with Store.read(home) as seen:
            seen.record(attempt())
            assert len(seen.attempts()) == 1
        assert (home / FILE).read_bytes() == before
        assert [path.name for path in home.iterdir()] == [FILE]

    def test_a_reader_creates_nothing(self, home: Path) -> None:
        with Store.read(home) as seen:
            assert seen.attempts() == ()
            assert seen.trouble is None
        assert not home.exists()


def test_the_folder_is_private(home: Path) -> None:
    with Store.open(home):
        assert home.stat().st_mode & 0o777 == 0o700


def test_a_folder_may_have_any_name(tmp_path: Path) -> None:
    home = tmp_path / "a?b#c%41 子\udcff"
    with Store.open(home) as store:
        store.record(attempt())
    with Store.read(home) as seen:
        assert seen.attempts() == (attempt(),)


def test_closing_leaves_only_the_file(home: Path) -> None:
    with Store.open(home) as store:
        store.record(attempt())
    assert [path.name for path in home.iterdir()] == [FILE]


def test_the_environment_can_set_the_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PDBCOACH_HOME", str(home))
    with Store.open() as store:
        assert store.path == home / FILE
