"""Leitner boxes: what is known, and when it is due again. Computed from the attempts, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.progress.records import AttemptRecord

GAPS: Final = (1, 3, 7, 21)
"""Days until something is due again, by box."""
LAST: Final = len(GAPS)
"""The last box. The first is 1."""

_NIGHT: Final = timedelta(hours=4)
"""A day ends when people have gone to bed: after midnight it is still the same evening."""

BoxKind = Literal["command", "misconception"]


class Topic(Struct, frozen=True, order=True):
    """What has a box: a command, by its long name, or a misconception, by its id."""

    kind: BoxKind
    name: str


class Mastery(Struct, frozen=True):
    """How well one topic is known."""

    topic: Topic
    box: int
    """1 to ``LAST``."""
    due: date
    """The day from which on it should be tried again."""
    last: datetime
    """When it was last tried, aware."""
    right: int
    wrong: int
    """Attempts that spoke for it, and against it."""

    @property
    def share(self) -> float:
        """What a bar shows: 0 in the first box, 1 in the last."""
        return (self.box - 1) / (LAST - 1)


def today(now: datetime) -> date:
    """The learner's day at ``now``, which is aware and in the learner's time zone."""
    return (now - _NIGHT).date()


def topics(commands: Iterable[str], misconceptions: Iterable[str]) -> tuple[Topic, ...]:
    """The topics of a step or of a lesson, each once."""
    both = [
        *(Topic("command", name) for name in commands),
        *(Topic("misconception", id) for id in misconceptions),
    ]
    return tuple(dict.fromkeys(both))


def boxes(attempts: Iterable[AttemptRecord], now: datetime) -> dict[Topic, Mastery]:
    """The box of every topic that was ever tried, by topic. The order of the attempts does not matter.

    A topic begins in the first box. A right answer without a hint, typed by the learner, moves it on
    by one, but only when it is due: a command typed five times in one lesson is one proof, not five.
    A hint, a miss, or the answer shown puts it back into the first, and so does a misconception that
    shows. Whatever else is typed changes nothing, nor does what the coach types in the stage *watch*.

    ``now`` is aware and in the learner's time zone. What lies after it, because a clock was wrong,
    counts as today's.
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
    """What is due today or was before, the longest overdue first."""
    ready = (mastery for mastery in known if mastery.due <= today(now))
    return tuple(sorted(ready, key=lambda mastery: (mastery.due, mastery.topic)))


def _evidence(one: AttemptRecord) -> Iterator[tuple[Topic, bool]]:
    """What an attempt says something about, and whether it speaks for it, or against it."""
    if one.stage == "watch":
        return
    held = topics((), one.held)
    yield from ((topic, False) for topic in held)
    if (right := _speaks_for(one)) is not None:
        about = topics(one.commands, one.misconceptions)
        yield from ((topic, right) for topic in about if topic not in held)


def _speaks_for(one: AttemptRecord) -> bool | None:
    """Whether an attempt speaks for what it is about, or against it; ``None``: it says nothing."""
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
