"""Back and forth in a lesson: taking lines back, free play, and the coach's way to where a step began."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach import lesson as lessons
from pdbcoach.coach.lesson import Lesson
from pdbcoach.progress.records import Kept, Position
from pdbcoach.scenario.model import Key, Send
from pdbcoach.ui.debugger import ASKED, PERFORMED, Debugger, effect_of_action


class Before(Struct, frozen=True):
    """How all was before a line of the learner's."""

    lesson: Lesson
    kept: tuple[Kept, ...]
    """The debugger's road until then."""
    standing: dict[str, object]
    pids: dict[str, str]
    """The names of the processes by their pids, which are others each time."""
    current: str
    did: bool
    """Whether that line moved or changed anything, or reached a goal."""


class Returned(Struct, frozen=True):
    """Where a way back has led. ``same``: the debugger stands as it stood then."""

    lesson: Lesson
    current: str
    same: bool


class Road(Struct):
    """What can be gone back to. All going back is a fresh debugger that goes the kept road again."""

    debugger: Debugger
    _history: list[Before] = field(default_factory=list)
    _left: Before | None = None
    """How all was when free play began."""
    _played: int = 0
    """How much of the history is older than the free play."""

    @property
    def playing(self) -> bool:
        """Whether this is free play, in which nothing counts."""
        return self._left is not None

    def remember(self, lesson: Lesson, current: str, *, did: bool) -> None:
        """A line of the learner's is about to be typed."""
        self._history.append(self._now(lesson, current, did))

    def it_counted(self) -> None:
        """The line that was typed last has reached a goal."""
        self._history[-1:] = [replace(one, did=True) for one in self._history[-1:]]

    def undo(self, lesson: Lesson, lines: int) -> Returned | None:
        """Take back so many lines that did something, and the looks behind them. ``None``: there are none.

        In free play, only its own lines.
        """
        to: Before | None = None
        while lines and len(self._history) > (self._played if self.playing else 0):
            before = self._history.pop()
            if before.did:
                to = before
                lines -= 1
        return None if to is None else self._return(lesson, to)

    def play(self, lesson: Lesson, current: str) -> None:
        """Free play begins."""
        if self._left is None:
            self._left, self._played = self._now(lesson, current, True), len(self._history)

    def back(self, lesson: Lesson) -> Returned | None:
        """Free play is over. ``None``: there was none."""
        to, self._left = self._left, None
        if to is None:
            return None
        del self._history[self._played :]
        return self._return(lesson, to)

    def to_the_step(self) -> None:
        """Go back to where the step that is asked began, whatever has been typed since."""
        kept = self.debugger.kept
        began = max((index for index, entry in enumerate(kept) if entry.kind == ASKED), default=-1) + 1
        if any(entry.kind in ("line", "key", "wait") for entry in kept[began:]):
            self.debugger.go_again(kept[:began])

    def retrace(self, lesson: Lesson, position: Position) -> bool:
        """Go a road that was written down. Its lines can be taken back as if they had just been typed.

        ``lesson`` is at its beginning. False: the debugger is not led where it was led then.
        """
        kept = position.kept
        points = {point.line: point for point in _points(kept)}

        def passing(index: int) -> None:
            if (point := points.get(index)) is None:
                return
            entry = kept[index]
            then = lessons.resumed(lesson, replace(position, step=point.step, kept=kept[: point.before]))
            action = Send(entry.text) if entry.kind == "line" else Key("ctrl-c")
            view = self.debugger.views.get(entry.process)
            effect = effect_of_action(action, view, then.previous.get(entry.process, ""))
            did = point.is_last or effect != "look"
            standing, pids = self.debugger.standing(), self.debugger.pids()
            self._history.append(Before(then, kept[: point.before], standing, pids, entry.process, did))

        return self.debugger.go_again(kept, passing)

    def _now(self, lesson: Lesson, current: str, did: bool) -> Before:
        self.debugger.keep_changes()
        debugger = self.debugger
        return Before(lesson, tuple(debugger.kept), debugger.standing(), debugger.pids(), current, did)

    def _return(self, lesson: Lesson, to: Before) -> Returned:
        self.debugger.go_again(to.kept)
        same = self.debugger.standing() == to.standing
        now = {name: pid for pid, name in self.debugger.pids().items()}
        pids = {pid: now[name] for pid, name in to.pids.items() if name in now}
        return Returned(_with_these_pids(_with_what_stays(to.lesson, lesson), pids), to.current, same)


class _Point(Struct, frozen=True):
    """A line on a kept road that is the learner's, or the coach's in their place."""

    line: int
    """Its index."""
    before: int
    """How much of the road lies before it."""
    step: int
    """Counted from 1."""
    is_last: bool
    """It was the last one of its step."""


def _points(kept: Sequence[Kept]) -> Iterator[_Point]:
    asked, before = "", None
    found: list[_Point] = []
    for index, entry in enumerate(kept):
        if entry.kind == ASKED:
            asked, before = entry.text, None
        elif entry.kind == PERFORMED:
            asked, before = (asked, index) if entry.text == asked else ("", None)
        elif entry.kind in ("line", "key") and asked:
            found.append(_Point(index, index if before is None else before, int(asked), False))
    for point, following in zip_longest(found, found[1:]):
        yield replace(point, is_last=following is not None and following.step != point.step)


def _with_what_stays(then: Lesson, now: Lesson) -> Lesson:
    """``then``, but hints that were read stay read, misses made, and questions switched off."""
    lesson = replace(then, helped=now.helped, missed=now.missed, predict=now.predict)
    if lesson.now is None:
        return lesson
    tried = replace(lesson.now, asking=lesson.now.asking and now.predict)
    if now.now is not None and lesson.at == now.at:
        tried = replace(tried, hints=now.now.hints, misses=now.now.misses, assisted=now.now.assisted)
    return replace(lesson, now=tried)


def _with_these_pids(lesson: Lesson, pids: Mapping[str, str]) -> Lesson:
    """What the lesson has seen of pids, as if the new ones had been seen in place of the old."""
    lesson = replace(lesson, captures=_renamed(lesson.captures, pids))
    if lesson.now is None:
        return lesson
    goal = replace(lesson.now.goal, captures=_renamed(lesson.now.goal.captures, pids))
    return replace(lesson, now=replace(lesson.now, goal=goal))


def _renamed(captures: Mapping[str, str], pids: Mapping[str, str]) -> Mapping[str, str]:
    return {name: pids.get(text, text) for name, text in captures.items()}
