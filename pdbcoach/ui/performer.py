"""The coach at the keyboard: types what a step types, where that is not the learner's to do."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.lesson import Lesson
from pdbcoach.language import _
from pdbcoach.replay.result import keystrokes
from pdbcoach.scenario.model import Step
from pdbcoach.ui.debugger import Debugger
from pdbcoach.ui.kept import PERFORMED
from pdbcoach.ui.window import Window


class Performer(Struct, frozen=True):
    window: Window
    debugger: Debugger

    def perform(self, lesson: Lesson, step: Step) -> str:
        """Type what ``step``, the one that is next, types, and show it. Returns its output.

        If what comes is not what the step says, the learner's road has led elsewhere: then the
        debugger goes the lesson's own, up to and with this step.
        """
        self.debugger.mark(PERFORMED, lesson.at + 1)
        output, holds = self._type(lesson, step)
        return output if holds else self._realign(lesson)

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

    def _realign(self, lesson: Lesson) -> str:
        self.window.say(_("That leads elsewhere on your road. Here is the lesson's own, up to this step."))
        self.debugger.go_again([])
        *before, step = lesson.scenario.steps[: lesson.at + 1]
        for number, own in enumerate(before, 1):
            self.debugger.mark(PERFORMED, number)
            self.debugger.perform(own)
        self.debugger.mark(PERFORMED, lesson.at + 1)
        output, holds = self._carry_out(lesson, step)
        self.window.output(step.process, None, None, output)
        if not holds:
            self.window.does_not_repeat()
        return output

    def _carry_out(self, lesson: Lesson, step: Step) -> tuple[str, bool]:
        """The step's output, and whether its facts hold. A demonstration has none to hold."""
        seen = self.debugger.perform(step)
        return seen.output, lesson.holds(seen.processes) or lesson.scenario.grade == "demo"
