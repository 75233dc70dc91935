"""The coach at the keyboard: types the steps that are not the learner's."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.lesson import Lesson
from pdbcoach.front.debugger import Debugger
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.replay.result import keystrokes
from pdbcoach.route import Performed
from pdbcoach.scenario.model import Step


class Performer(Struct, frozen=True):
    window: Window
    debugger: Debugger

    def perform(self, lesson: Lesson, step: Step) -> tuple[Lesson, str]:
        """Type ``step``, the next one, and show it. Return the lesson and the output of the step.

        If the facts of the step don't hold then, the learner has taken a different way, and a fresh
        debugger goes the lesson's own way, up to and including this step. The returned lesson has not yet
        taken the step as performed.
        """
        self.debugger.mark(Performed(lesson.at + 1))
        output, holds = self._type(lesson, step)
        return (lesson, output) if holds else self._realign(lesson)

    def _type(self, lesson: Lesson, step: Step) -> tuple[str, bool]:
        view = self.debugger.views.get(step.process)
        prompt = view.prompt.text if view is not None and view.prompt is not None else ""
        typed = keystrokes(step.action)
        if typed is not None:
            self.window.echo(step.process, prompt, typed)
        output, holds = self._carry_out(lesson, step)
        self.window.output(step.process, prompt if typed is not None else None, typed, output)
        self.window.news()
        return output, holds

    def _realign(self, lesson: Lesson) -> tuple[Lesson, str]:
        self.window.say(
            _(
                "You took a different way, and the lesson can't continue from there. Here is the "
                "lesson's own state, up to this step."
            )
        )
        self.debugger.go_again([])
        *before, step = lesson.scenario.steps[: lesson.at + 1]
        fresh = replace(lesson.at_step(1), captures={}, previous={})
        for number, own in enumerate(before, 1):
            self.debugger.mark(Performed(number))
            fresh, _says = fresh.performed(self.debugger.perform(own).output)
        self.debugger.mark(Performed(lesson.at + 1))
        output, holds = self._carry_out(lesson, step)
        self.window.output(step.process, None, None, output)
        if not holds:
            self.window.does_not_repeat((step.process,))
        known = replace(lesson, captures=fresh.captures, previous=fresh.previous, theirs=frozenset())
        return known, output

    def _carry_out(self, lesson: Lesson, step: Step) -> tuple[str, bool]:
        """Return the step's output, and whether its facts hold. Those of a demonstration always do."""
        seen = self.debugger.perform(step)
        return seen.output, lesson.holds(seen.processes) or lesson.scenario.grade == "demo"
