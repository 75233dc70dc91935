"""Back and forth in a lesson: taking lines back, free play, and the coach's way to where a step began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.moves import effect
from pdbcoach.progress.records import Kept, Position
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.kept import ASKED, MARKS, Point
from pdbcoach.ui.kept import points as points_of


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
    """Where a way back has led."""

    lesson: Lesson
    current: str
    differs: frozenset[str]
    """The processes that do not stand as they stood then."""


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

    def retrace(self, lesson: Lesson, position: Position) -> Returned:
        """Go a road that was written down. Its lines can be taken back as if they had just been typed.

        ``lesson`` is at its beginning.
        """
        kept = position.kept
        points = {point.line: point for point in points_of(kept, position.step)}
        memory = _Memory(self.debugger, kept, points, lesson, self._history)
        differs = self.debugger.go_again(kept, memory)
        lesson = memory.lesson.at_step(position.step)
        if lesson.now is not None and not lesson.now.typed:
            lesson = replace(lesson, now=None)  # nothing is lost if it is begun once more
        current = next((entry.process for entry in reversed(kept) if entry.kind in ("line", "key")), "main")
        return Returned(lesson, current, differs)

    def _now(self, lesson: Lesson, current: str, did: bool) -> Before:
        self.debugger.keep_changes()
        debugger = self.debugger
        return Before(lesson, tuple(debugger.kept), debugger.standing(), debugger.pids(), current, did)

    def _return(self, lesson: Lesson, to: Before) -> Returned:
        self.debugger.go_again(to.kept)
        standing = self.debugger.standing()
        names = {*standing, *to.standing}
        differs = frozenset(name for name in names if standing.get(name) != to.standing.get(name))
        now = {name: pid for pid, name in self.debugger.pids().items()}
        pids = {pid: now[name] for pid, name in to.pids.items() if name in now}
        return Returned(_with_these_pids(_with_what_stays(to.lesson, lesson), pids), to.current, differs)


class _Memory(Struct):
    """What comes back to a learner on a road that was gone before: the lesson at each of its lines."""

    debugger: Debugger
    kept: Sequence[Kept]
    points: Mapping[int, Point]
    """The learner's own lines, by their indices."""
    lesson: Lesson
    """How it stands now."""
    history: list[Before]

    def before(self, index: int) -> str:
        entry, point = self.kept[index], self.points.get(index)
        if entry.kind in MARKS:
            self.lesson = self.lesson.at_step(int(entry.text))
        if entry.kind == ASKED and self.lesson.step is not None:
            begun, _says = self.lesson.begin_step(self.debugger.views)
            self.lesson, _was_question = begun.predicted("")
        if point is not None:
            standing, pids = self.debugger.standing(), self.debugger.pids()
            before = Before(
                self.lesson, tuple(self.kept[: point.before]), standing, pids, entry.process, True
            )
            self.history.append(before)
        return self.lesson.previous.get(entry.process, "")

    def typed(self, index: int, attempt: Attempt) -> None:
        point = self.points.get(index)
        if self.lesson.step is None:
            return  # the file has become shorter meanwhile
        if point is None or point.is_coachs:
            self.lesson, _says = self.lesson.performed(attempt.output, instead=point is not None)
            return
        after, judged = self.lesson.attempted(attempt)
        if not point.is_last:
            did = effect(attempt) != "look"
            self.history[-1] = replace(self.history[-1], did=did)
            # What did not lead to the goal then may do so now, by chance: it is asked for all the same.
            after = after if judged.grade != "done" else self.lesson.aside(attempt)
        self.lesson = after


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
