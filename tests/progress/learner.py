"""Records of an imaginary learner, and strategies for those of others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from pdbcoach.progress.records import STAGES, STEP_OUTCOMES, AttemptRecord, LessonState, Position, Score
from pdbcoach.route import Pressed, Typed

NOON = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
"""Noon of the first day."""


def day(number: float) -> datetime:
    """Return the time ``number`` days after noon of the first day."""
    return NOON + timedelta(days=number)


def attempt(when: datetime = NOON, **changes: Any) -> AttemptRecord:
    """Return a right answer to a step about ``next``, with ``changes``."""
    fields: dict[str, Any] = {
        "lesson": "basics/into-or-over",
        "step": 1,
        "typed": "n",
        "verdict": "done",
        "hints": 0,
        "stage": "task",
        "python": "3.13.0",
        "commands": ("next",),
    }
    return AttemptRecord(when=when, **{**fields, **changes})


HALFWAY = Position("guided", 3, (Typed("main", "b 7"), Pressed("main.1", "ctrl-c")), "3.13.0")

_zones = st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-11))])
moments = st.datetimes(datetime(2025, 1, 1), datetime(2025, 12, 31), timezones=_zones)
_texts = st.text(st.characters(codec="utf-8"), max_size=5)
_names = st.sampled_from(["next", "step", "until", "M01", "M40", "子"])
_lessons = st.sampled_from(["basics/one", "basics/two", "hunts/one", "alone"])
_tuples = st.lists(_names, max_size=3, unique=True).map(tuple)

attempts = st.builds(
    AttemptRecord,
    when=moments,
    lesson=_lessons,
    step=st.integers(1, 9),
    typed=_texts,
    verdict=st.sampled_from(STEP_OUTCOMES),
    hints=st.integers(0, 4),
    stage=st.sampled_from(STAGES),
    python=st.sampled_from(["3.9.18", "3.15.0b1"]),
    commands=_tuples,
    misconceptions=_tuples,
    held=_tuples,
)
positions = st.builds(
    Position,
    stage=st.sampled_from(STAGES),
    step=st.integers(1, 9),
    # A terminal may send lone surrogates, and they are kept.
    route=st.lists(
        st.builds(Typed, _names, st.text(st.characters(), max_size=5)),
        max_size=3,
    ).map(tuple),
    python=_texts,
)
states = st.builds(
    LessonState,
    lesson=_lessons,
    passed=st.none() | st.sampled_from(STAGES),
    position=st.none() | positions,
    moved=st.none() | moments,
    best=st.none() | st.builds(Score, st.integers(0, 9), st.integers(0, 9)),
    finished=st.none() | moments,
)
