"""The coach at the keyboard: types the steps that are not the learner's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import state_of
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.recap import own_road
from pdbcoach.facts import Facts
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.observation import Breakpoint
from pdbcoach.replay.result import keystrokes
from pdbcoach.route import Performed
from pdbcoach.scenario.model import Send, Step


class Performer(Struct, frozen=True):
    window: Window
    debugger: Debugger

    def perform(self, lesson: Lesson, step: Step) -> tuple[Lesson, str]:
        """Type ``step``, the next one, and show it. Return the lesson and the output of the step.

        If the step lacks what it needs, or its facts don't hold then, the learner has taken a different
        way, and a fresh debugger goes the lesson's own way, up to and including this step. The returned
        lesson has not yet taken the step as performed.
        """
        self.debugger.mark(Performed(lesson.at + 1))
        if (needed := lesson.lacks(self.debugger.views)) is not None:
            return self._realign(lesson, needed)
        output, holds = self._type(lesson, step)
        return (lesson, output) if holds else self._realign(lesson, "")

    def _type(self, lesson: Lesson, step: Step) -> tuple[str, bool]:
        view = self.debugger.views.get(step.process)
        prompt = view.prompt.text if view is not None and view.prompt is not None else ""
        step = self.debugger.with_numbers(step)
        typed = keystrokes(step.action)
        if typed is not None:
            self.window.echo(step.process, prompt, typed)
        output, holds = self._carry_out(lesson, step)
        self.window.output(step.process, prompt if typed is not None else None, typed, output)
        self.window.news()
        return output, holds

    def _realign(self, lesson: Lesson, needed: str) -> tuple[Lesson, str]:
        theirs = self._own_breakpoints(lesson)
        lines = ", ".join(f"`{line}`" for line in own_road(lesson.scenario, range(lesson.at)))
        went = _("I went the lesson's own way to this step for you: {lines}.").format(lines=lines)
        why = needed or _("You took a different way, and the lesson can't continue from there.")
        self.window.say(f"{why} {went}" if lines else why)
        self.debugger.go_again([])
        *before, step = lesson.scenario.steps[: lesson.at + 1]
        fresh = replace(lesson.at_step(1), captures={}, previous={})
        for number, own in enumerate(before, 1):
            self.debugger.mark(Performed(number))
            seen = self.debugger.perform(own)
            fresh, _says = fresh.performed(seen.output, seen.processes)
        self.debugger.mark(Performed(lesson.at + 1))
        output, holds = self._carry_out(lesson, step)
        self.window.output(step.process, None, None, output)
        if not holds:
            self.window.does_not_repeat((step.process,))
        for row in theirs if state_of(step.process, self.debugger.views) is not None else ():
            self._type(lesson, replace(step, action=Send(_line_for(row)), wait=0.0, facts=Facts()))
        known = replace(lesson, captures=fresh.captures, previous=fresh.previous)
        return replace(known, theirs=self._numbers(step, theirs)), output

    def _own_breakpoints(self, lesson: Lesson) -> tuple[Breakpoint, ...]:
        """Return the learner's own breakpoints, which the lesson's own way doesn't set."""
        step = lesson.scenario.steps[lesson.at]
        state = state_of(step.process, self.debugger.views)
        return tuple(row for row in state.breakpoints if row.number in lesson.theirs) if state else ()

    def _numbers(self, step: Step, rows: Sequence[Breakpoint]) -> frozenset[int]:
        """Return the numbers that these breakpoints have now."""
        state = state_of(step.process, self.debugger.views)
        places = {(row.file, row.line) for row in rows}
        table = state.breakpoints if state is not None else ()
        return frozenset(row.number for row in table[-len(rows) :] if (row.file, row.line) in places)

    def _carry_out(self, lesson: Lesson, step: Step) -> tuple[str, bool]:
        """Return the step's output, and whether its facts hold. Those of a demonstration always do."""
        seen = self.debugger.perform(step)
        return seen.output, lesson.holds(seen.processes) or lesson.scenario.grade == "demo"


def _line_for(row: Breakpoint) -> str:
    """Return the line that sets this breakpoint."""
    condition = f", {row.condition}" if row.condition else ""
    return f"{'tbreak' if row.temporary else 'b'} {row.file}:{row.line}{condition}"
