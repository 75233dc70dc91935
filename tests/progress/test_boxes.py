from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from progress.learner import NOON, attempt, attempts, day, moments

from pdbcoach.progress.boxes import GAPS, LAST, Mastery, Topic, boxes, due, today, topics
from pdbcoach.progress.records import AttemptRecord

NEXT = Topic("command", "next")


def box_of_next(*those: AttemptRecord, now: datetime | None = None) -> Mastery:
    return boxes(those, now or max(one.when for one in those))[NEXT]


def days_after(first: float, mastery: Mastery) -> int:
    return (mastery.due - today(day(first))).days


class TestOneAttempt:
    @pytest.mark.parametrize(
        ("changes", "box"),
        [
            pytest.param({}, 2, id="right"),
            pytest.param({"stage": "guided"}, 2, id="right-when-guided"),
            pytest.param({"hints": 1}, 1, id="hint"),
            pytest.param({"verdict": "miss"}, 1, id="miss"),
            pytest.param({"verdict": "assisted"}, 1, id="assisted"),
            pytest.param({"verdict": "not-yet", "hints": 1}, 1, id="not-yet-with-a-hint"),
        ],
    )
    def test_an_attempt_opens_a_box(self, changes: dict[str, Any], box: int) -> None:
        known = box_of_next(attempt(**changes))
        assert known.box == box
        assert days_after(0, known) == GAPS[box - 1]
        assert (known.right, known.wrong) == ((1, 0) if box == 2 else (0, 1))

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"stage": "watch"}, id="watched"),
            pytest.param({"verdict": "not-yet"}, id="not-yet"),
            pytest.param({"verdict": "skipped"}, id="skipped"),
        ],
    )
    def test_some_attempts_are_no_evidence(self, changes: dict[str, Any]) -> None:
        assert boxes([attempt(**changes)], NOON) == {}

    def test_an_attempt_counts_for_every_topic_of_its_step(self) -> None:
        one = attempt(commands=("next", "step", "next"), misconceptions=("M01",))
        assert list(boxes([one], NOON)) == [NEXT, Topic("command", "step"), Topic("misconception", "M01")]


class TestMisconceptions:
    HELD = Topic("misconception", "M11")

    def test_a_misconception_that_shows_goes_back_to_the_first_box(self) -> None:
        right = attempt(commands=(), misconceptions=("M11",))
        for verdict in ("not-yet", "done"):
            shown = attempt(day(9), verdict=verdict, held=("M11",))
            known = boxes([right, shown], day(9))[self.HELD]
            assert (known.box, known.right, known.wrong) == (1, 1, 1)

    def test_a_misconception_that_shows_does_not_count_against_the_command(self) -> None:
        shown = attempt(held=("M11",), misconceptions=("M11", "M12"))
        found = boxes([shown], NOON)
        assert {topic.name: known.box for topic, known in found.items()} == {"next": 2, "M11": 1, "M12": 2}

    def test_nothing_counts_while_the_coach_types(self) -> None:
        assert boxes([attempt(stage="watch", held=("M11",))], NOON) == {}


class TestDays:
    def test_a_right_answer_that_is_due_moves_one_box_further(self) -> None:
        found, now = [], 0
        those: list[AttemptRecord] = []
        for _ in range(5):
            those.append(attempt(day(now)))
            known = box_of_next(*those)
            found.append((known.box, days_after(now, known)))
            now += days_after(now, known)
        assert found == [(2, 3), (3, 7), (4, 21), (4, 21), (4, 21)]

    def test_a_right_answer_before_it_is_due_moves_nothing(self) -> None:
        known = box_of_next(attempt(), attempt(day(0.01)), attempt(day(2)))
        assert (known.box, days_after(0, known)) == (2, 3)
        assert known.right == 3
        assert known.last == day(2)

    def test_a_late_answer_counts_from_its_own_day(self) -> None:
        known = box_of_next(attempt(), attempt(day(100)))
        assert (known.box, days_after(100, known)) == (3, 7)

    def test_a_wrong_answer_goes_back_at_any_time(self) -> None:
        known = box_of_next(attempt(), attempt(day(3)), attempt(day(4), verdict="miss"))
        assert (known.box, days_after(4, known)) == (1, 1)

    def test_a_right_answer_after_a_miss_waits_for_tomorrow(self) -> None:
        miss = attempt(verdict="miss")
        assert box_of_next(miss, attempt(day(0.01))).box == 1
        assert box_of_next(miss, attempt(day(1))).box == 2

    def test_a_miss_counts_over_a_right_answer_at_the_same_instant(self) -> None:
        right, miss = attempt(), attempt(verdict="miss")
        assert box_of_next(right, miss) == box_of_next(miss, right)
        assert box_of_next(right, miss).box == 1

    def test_an_evening_ends_after_midnight(self) -> None:
        evening, night, morning = (
            NOON.replace(day=1, hour=23),
            NOON.replace(day=2, hour=3),
            NOON.replace(day=2, hour=7),
        )
        miss = attempt(evening, verdict="miss")
        assert box_of_next(miss, attempt(night)).box == 1
        assert box_of_next(miss, attempt(morning)).box == 2

    def test_a_day_is_that_of_the_learner(self) -> None:
        east = timezone(timedelta(hours=12))
        known = box_of_next(attempt(NOON), now=NOON.astimezone(east))
        assert known.due == date(2025, 3, 1) + timedelta(days=3)
        known = box_of_next(attempt(NOON + timedelta(hours=5)), now=day(0.5).astimezone(east))
        assert known.due == date(2025, 3, 2) + timedelta(days=3)

    def test_an_attempt_in_the_future_counts_as_today_s(self) -> None:
        known = box_of_next(attempt(day(4000)), now=day(0))
        assert (known.box, known.last, days_after(0, known)) == (2, day(0), 3)


def test_due_topics_are_sorted_by_date() -> None:
    known = boxes(
        [
            attempt(commands=("step", "next")),
            attempt(commands=("until",), verdict="miss"),
            attempt(day(2), commands=("where",)),
        ],
        day(4),
    )
    assert [one.topic.name for one in due(known.values(), day(0))] == []
    assert [one.topic.name for one in due(known.values(), day(1))] == ["until"]
    assert [one.topic.name for one in due(known.values(), day(4))] == ["until", "next", "step"]


def test_a_bar_is_empty_in_the_first_box_and_full_in_the_last() -> None:
    shares = [Mastery(NEXT, box, date(2025, 1, 1), NOON, 0, 0).share for box in range(1, LAST + 1)]
    assert shares == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_a_topic_is_listed_once() -> None:
    assert topics(["next", "next"], ["M01"]) == (NEXT, Topic("misconception", "M01"))


histories = st.lists(attempts, max_size=25)


class TestAlways:
    @given(histories, moments, st.randoms())
    def test_the_order_of_attempts_does_not_matter(
        self, those: list[AttemptRecord], now: datetime, random: Any
    ) -> None:
        shuffled = random.sample(those, len(those))
        assert boxes(shuffled, now) == boxes(those, now)

    @given(histories, moments)
    def test_a_due_date_is_one_gap_after_an_attempt(self, those: list[AttemptRecord], now: datetime) -> None:
        for topic, known in boxes(those, now).items():
            tried = {
                today(min(one.when, now).astimezone(now.tzinfo))
                for one in those
                if topic in topics(one.commands, (*one.misconceptions, *one.held))
            }
            assert known.due - timedelta(days=GAPS[known.box - 1]) in tried
            assert 0 <= known.share <= 1

    @given(histories, attempts, moments)
    def test_a_miss_at_the_end_goes_back_to_the_first_box(
        self, those: list[AttemptRecord], last: AttemptRecord, now: datetime
    ) -> None:
        miss = AttemptRecord(now, "a", 1, "", "miss", 0, "task", "", last.commands, last.misconceptions)
        known = boxes([*those, miss], now)
        for topic in topics(last.commands, last.misconceptions):
            assert (known[topic].box, known[topic].due) == (1, today(now) + timedelta(days=1))

    @given(histories, moments)
    def test_a_box_takes_at_least_one_right_answer_each(
        self, those: Sequence[AttemptRecord], now: datetime
    ) -> None:
        assert all(known.box <= known.right + 1 for known in boxes(those, now).values())
