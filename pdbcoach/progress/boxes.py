"""Leitner boxes: how well each topic is known and when it is due. Computed from attempts, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.progress.records import AttemptRecord

GAPS: Final = (1, 3, 7, 21)
"""Days until a topic is due again, by box."""
LAST: Final = len(GAPS)
"""The last box. The first is 1."""

_NIGHT: Final = timedelta(hours=4)
"""A day lasts until 4 in the morning: practice after midnight still belongs to that evening."""

BoxKind = Literal["command", "misconception"]


class Topic(Struct, frozen=True, order=True):
    """What is sorted into boxes: a command, by its long name, or a misconception, by its id."""

    kind: BoxKind
    name: str


class Mastery(Struct, frozen=True):
    """How well one topic is known."""

    topic: Topic
    box: int
    """1 to ``LAST``."""
    due: date
    """The first day on which it should be tried again."""
    last: datetime
    """When it was last tried, with a time zone."""
    right: int
    wrong: int
    """How many attempts were right, and how many wrong."""

    @property
    def share(self) -> float:
        """The length of its bar: 0 in the first box, 1 in the last."""
        return (self.box - 1) / (LAST - 1)


def today(now: datetime) -> date:
    """Return the learner's day at ``now``, a time in the learner's time zone."""
    return (now - _NIGHT).date()


def topics(commands: Iterable[str], misconceptions: Iterable[str]) -> tuple[Topic, ...]:
    """Return the topics of a step or of a lesson, each once."""
    both = [
        *(Topic("command", name) for name in commands),
        *(Topic("misconception", id) for id in misconceptions),
    ]
    return tuple(dict.fromkeys(both))


def boxes(attempts: Iterable[AttemptRecord], now: datetime) -> dict[Topic, Mastery]:
    """Return the box of every topic that was ever tried. The order of the attempts does not matter.

    A topic begins in the first box. A right answer by the learner, without a hint, moves it to the next
    one, but only when it is due: a command typed five times in one lesson counts once. A hint, a miss,
    a shown answer or a misconception that shows moves it back to the first box. Other attempts change
    nothing, and neither does what the coach types in the stage *watch*.

    ``now`` is in the learner's time zone. Attempts after it, made while a clock was wrong, count as
    today's.
    """
    found: dict[Topic, Mastery] = {}
    for one in sorted(attempts, key=lambda one: one.when):
        when = min(one.when, now)
        day = today(when.astimezone(now.tzinfo))
        for topic, right in _evidence(one):
            known = found.get(topic) or Mastery(topic, 1, day, when, 0, 0)
            found[topic] = _right(known, when, day) if right else _wrong(known, when, day)
    return dict(sorted(found.items()))


def due(known: Iterable[Mastery], now: datetime) -> tuple[Mastery, ...]:
    """Return the topics that are due today or overdue, the longest overdue first."""
    ready = (mastery for mastery in known if mastery.due <= today(now))
    return tuple(sorted(ready, key=lambda mastery: (mastery.due, mastery.topic)))


def _evidence(one: AttemptRecord) -> Iterator[tuple[Topic, bool]]:
    """Yield each topic that an attempt is evidence about, and whether it was right."""
    if one.stage == "watch":
        return
    held = topics((), one.held)
    yield from ((topic, False) for topic in held)
    if (right := _was_right(one)) is not None:
        about = topics(one.commands, one.misconceptions)
        yield from ((topic, right) for topic in about if topic not in held)


def _was_right(one: AttemptRecord) -> bool | None:
    """Return whether an attempt was right or wrong, or None if it is no evidence."""
    if one.hints or one.verdict in ("miss", "assisted"):
        return False
    return True if one.verdict == "done" else None


def _right(known: Mastery, when: datetime, day: date) -> Mastery:
    known = replace(known, last=when, right=known.right + 1)
    if day < known.due:
        return known
    box = min(known.box + 1, LAST)
    return replace(known, box=box, due=_after(day, box))


def _wrong(known: Mastery, when: datetime, day: date) -> Mastery:
    return replace(known, box=1, due=_after(day, 1), last=when, wrong=known.wrong + 1)


def _after(day: date, box: int) -> date:
    return day + timedelta(days=GAPS[box - 1])
