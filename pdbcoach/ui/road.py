"""Back and forth in a lesson: taking lines back, free play, and the coach's way to where a step began."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pdbcoach.coach.lesson import Lesson
from pdbcoach.ui.debugger import Debugger


@dataclass(frozen=True, slots=True)
class Before:
    """How all was before a line of the learner's."""

    lesson: Lesson
    kept: int
    """Lines and other entries of the debugger's road so far."""
    standing: dict[str, object]
    current: str
    moves: bool
    """Whether that line moved or changed anything."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Where a way back has led. ``same``: the debugger stands as it stood then."""

    lesson: Lesson
    current: str
    same: bool


@dataclass(slots=True)
class Road:
    """What can be gone back to. All going back is a fresh debugger that goes the kept road again."""

    debugger: Debugger
    step_began: int = 0
    """Entries of the debugger's road when the step that is asked now was begun."""
    _history: list[Before] = field(default_factory=list)
    _left: Before | None = None
    """How all was when free play began."""

    @property
    def playing(self) -> bool:
        """Whether this is free play, in which nothing counts."""
        return self._left is not None

    def remember(self, lesson: Lesson, current: str, *, moves: bool) -> None:
        """A line of the learner's is about to be typed."""
        self._history.append(self._now(lesson, current, moves))

    def undo(self, lesson: Lesson, lines: int) -> Returned | None:
        """Take back so many lines that did something, and the looks behind them. ``None``: there are none."""
        to: Before | None = None
        while self._history and lines:
            to = self._history.pop()
            lines -= to.moves
        return None if to is None else self._return(lesson, to)

    def play(self, lesson: Lesson, current: str) -> None:
        """Free play begins."""
        if self._left is None:
            self._left = self._now(lesson, current, True)

    def back(self, lesson: Lesson) -> Returned | None:
        """Free play is over. ``None``: there was none."""
        to, self._left = self._left, None
        return None if to is None else self._return(lesson, to)

    def to_the_step(self) -> None:
        """Go back to where the step began, whatever has been typed since."""
        if len(self.debugger.kept) > self.step_began:
            self.debugger.go_again(self.debugger.kept[: self.step_began])

    def _now(self, lesson: Lesson, current: str, moves: bool) -> Before:
        return Before(lesson, len(self.debugger.kept), self.debugger.standing(), current, moves)

    def _return(self, lesson: Lesson, to: Before) -> Returned:
        self.debugger.go_again(self.debugger.kept[: to.kept])
        same = self.debugger.standing() == to.standing
        return Returned(_with_what_was_helped(to.lesson, lesson), to.current, same)


def _with_what_was_helped(then: Lesson, now: Lesson) -> Lesson:
    """``then``, but hints that were read stay read, and misses made."""
    lesson = replace(then, helped=now.helped, missed=now.missed)
    if lesson.now is None or now.now is None or lesson.at != now.at:
        return lesson
    tried = replace(lesson.now, hints=now.now.hints, misses=now.now.misses, assisted=now.now.assisted)
    return replace(lesson, now=tried)
