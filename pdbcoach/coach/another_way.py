"""Another command in place of one that the learner typed, where the step accepts it."""

from __future__ import annotations

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.goal import Goal
from pdbcoach.facts import At
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState


def in_place_of(goal: Goal, attempt: Attempt) -> str:
    """Return a sentence with another way than the line that reached the goal; empty if none is sure."""
    prose, place = goal.step.prose, goal.step.facts.of(At)
    began = state_of(attempt.process, attempt.before)
    is_free = not prose.must_use and not prose.forbid and goal.step.exactly is None
    if place is None or began is None or not is_free or len(attempt.typed.parts) > 1:
        return ""
    road = _road(goal, attempt, place, began)
    said = _("Instead of `{line}`, you could use {road}.")
    return said.format(line=attempt.text.strip(), road=road) if road else ""


def _road(goal: Goal, attempt: Attempt, place: At, began: DebuggerState) -> str:
    now = state_of(attempt.process, attempt.after)
    if now is None or attempt.restarted:
        return ""
    is_further = _is_further_down(place, now, began)
    match attempt.typed.first.name:
        case "step" if place.event == "call" and goal.program.has(now.stop.file):
            return _("a breakpoint on the function's name, then `c`")
        case "next" if is_further:
            return _("`until`, or `tbreak` with the next line, then `c`")
        case "until" if is_further and attempt.typed.first.argument:
            return _("`tbreak` with that line, then `c`")
        case "continue" if is_further:
            return _("`until` with the line where you want to stop")
        case _:
            return ""


def _is_further_down(place: At, now: DebuggerState, began: DebuggerState) -> bool:
    """Return whether the program is before a later line of the call in which it was."""
    same_call = (now.depth, now.stop.function) == (began.depth, began.stop.function)
    return place.event == now.event == "line" and same_call and now.stop.line > began.stop.line
