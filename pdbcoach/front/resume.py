"""Going a stored route again, so that a lesson is where it was left and its lines can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.moves import is_counted
from pdbcoach.front.debugger import Debugger, action_of
from pdbcoach.front.journey import Before, Journey, keys_of
from pdbcoach.progress.records import Position
from pdbcoach.route import Asked, Became, Performed, Pressed, Route, RouteEntry, Typed, Waited


class Resumed(Struct, frozen=True):
    """Where a stored route has led."""

    lesson: Lesson
    current: str
    """The process that was typed at last."""
    differs: frozenset[str]
    """The processes that haven't become what they were then."""


def resume(journey: Journey[Lesson], lesson: Lesson, position: Position) -> Resumed:
    """Go the route of ``position`` again, with ``lesson`` at its beginning."""
    points = {point.line: point for point in points_of(position.route, position.step)}
    returning = _Returning(journey.debugger, position.route, points, lesson, journey.history)
    differs = journey.debugger.go_again(position.route, returning)
    lesson = returning.lesson.at_step(position.step)
    if lesson.now is not None and not lesson.now.typed:
        lesson = replace(lesson, now=None)  # nothing is lost if it begins once more
    typed = (one.process for one in reversed(position.route) if isinstance(one, Typed | Pressed))
    return Resumed(lesson, next(typed, "main"), differs)


class Point(Struct, frozen=True):
    """A line on a route that the learner typed, or the coach typed in their place."""

    line: int
    """Its index on the route."""
    before: int
    """How many entries of the route come before it."""
    step: int
    """Counted from 1."""
    is_last: bool
    """It was the last line of its step."""
    is_coachs: bool
    """The coach typed it."""


def points_of(route: Route, step: int) -> list[Point]:
    """Return the learner's lines on a route that has led to ``step``, counted from 1."""
    asked: int | None = None
    before: int | None = None
    found: list[Point] = []
    for index, entry in enumerate(route):
        match entry:
            case Asked(number):
                asked, before = number, None
            case Performed(number):
                asked, before = (asked, index) if number == asked else (None, None)
            case Typed() | Pressed():
                if asked is not None:
                    start = index if before is None else before
                    found.append(Point(index, start, asked, False, before is not None))
            case Waited() | Became():
                pass
            case _:
                assert_never(entry)
    return _with_last(found, step)


def _with_last(points: Sequence[Point], step: int) -> list[Point]:
    """Return the points, each knowing whether it is the last of its step; they have led to ``step``."""
    following = [*(point.step for point in points[1:]), step]
    return [
        replace(point, is_last=point.step != after) for point, after in zip(points, following, strict=False)
    ]


class _Returning(Struct):
    """Has the lesson go along with the debugger, and fills the journey's history."""

    debugger: Debugger
    route: Sequence[RouteEntry]
    points: Mapping[int, Point]
    """The learner's own lines, by their indices."""
    lesson: Lesson
    """How it is now."""
    history: list[Before[Lesson]]

    def before(self, index: int) -> str:
        entry = self.route[index]
        match entry:
            case Asked(number):
                self.lesson = self.lesson.at_step(number)
                if self.lesson.step is not None:
                    begun, _says = self.lesson.begin_step(self.debugger.views)
                    self.lesson, _was_question = begun.predicted("")
            case Performed(number):
                self.lesson = self.lesson.at_step(number)
            case Typed(process) | Pressed(process):
                if (point := self.points.get(index)) is not None:
                    self._remember(point, process)
                return self.lesson.previous.get(process, "")
            case Waited() | Became():
                pass
            case _:
                assert_never(entry)
        return ""

    def _remember(self, point: Point, process: str) -> None:
        standing, pids = self.debugger.standing(), self.debugger.pids()
        route = tuple(self.route[: point.before])
        entry = self.route[point.line]
        typed = keys_of(action_of(entry)) if isinstance(entry, Typed | Pressed) else ""
        self.history.append(Before(self.lesson, route, standing, pids, process, True, typed))

    def typed(self, index: int, attempt: Attempt) -> None:
        point = self.points.get(index)
        if self.lesson.step is None:
            return  # the file has become shorter since
        if point is None or point.is_coachs:
            self.lesson, _says = self.lesson.performed(
                attempt.output, attempt.after, instead=point is not None
            )
            return
        after, judged = self.lesson.attempted(attempt)
        if not point.is_last:
            self.history[-1] = replace(self.history[-1], counts=is_counted(attempt))
            # A line that didn't reach the goal then may reach it now, by chance: the step is asked again.
            after = (
                after if judged.grade != "done" else replace(self.lesson.aside(attempt), trail=after.trail)
            )
        self.lesson = after


def with_what_stays(then: Lesson, now: Lesson) -> Lesson:
    """Return ``then``, but hints that were read, misses and the choice about questions are as ``now``."""
    lesson = replace(then, helped=now.helped, missed=now.missed, predict=now.predict)
    if lesson.now is None:
        return lesson
    tried = replace(lesson.now, asking=lesson.now.asking and now.predict)
    if now.now is not None and lesson.at == now.at:
        tried = replace(tried, hints=now.now.hints, misses=now.now.misses, assisted=now.now.assisted)
    return replace(lesson, now=tried)


def with_new_pids(lesson: Lesson, pids: Mapping[str, str]) -> Lesson:
    """Return ``lesson`` as if it had seen the new pids instead of the old ones."""
    lesson = replace(lesson, captures=_renamed(lesson.captures, pids))
    if lesson.now is None:
        return lesson
    goal = replace(lesson.now.goal, captures=_renamed(lesson.now.goal.captures, pids))
    return replace(lesson, now=replace(lesson.now, goal=goal))


def _renamed(captures: Mapping[str, str], pids: Mapping[str, str]) -> Mapping[str, str]:
    return {name: pids.get(text, text) for name, text in captures.items()}
