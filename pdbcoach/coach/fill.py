"""The author's texts with the values of the moment at which they are shown."""

from __future__ import annotations

from msgspec.structs import replace

from pdbcoach.coach.attempt import Views, state_of
from pdbcoach.scenario.model import Step
from pdbcoach.scenario.placeholders import fill, numbers_filled


def filled_text(text: str, process: str, views: Views, script: str | None) -> str:
    """Return the text with its values; empty if one of them doesn't exist now."""
    return fill(text, state_of(process, views), script) or ""


def filled_step(step: Step, views: Views, script: str | None) -> Step:
    """Return the step as it is asked now: the numbers in its line, and the values in what goes before it.

    ``why`` and ``wrong`` stay: they are about what the learner's line does.
    """
    numbered = numbers_filled(step, state_of(step.process, views), script) or step
    prose = step.prose

    def now(text: str) -> str:
        return filled_text(text, step.process, views, script)

    predict = replace(prose.predict, ask=now(prose.predict.ask)) if prose.predict is not None else None
    hints = tuple(filter(None, map(now, prose.hints)))
    return replace(
        numbered,
        prose=replace(prose, say=now(prose.say), ask=now(prose.ask), hints=hints, predict=predict),
    )
