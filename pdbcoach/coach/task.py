"""The task of a step, in words."""

from __future__ import annotations

from pdbcoach.coach.hints import answer
from pdbcoach.facts import At, Ends
from pdbcoach.facts.words import place_text
from pdbcoach.language import _
from pdbcoach.scenario.model import Step


def task_of(step: Step, script: str | None) -> str:
    """Return the author's task, or one made from the step's facts, or else its line."""
    if step.prose.ask:
        return step.prose.ask
    if (place := step.facts.of(At)) is not None:
        return _("Get to {place}.").format(place=place_text(place, script))
    if step.facts.of(Ends) is not None:
        return _("Leave the debugger.")
    return answer(step)
