"""A learner who can't do the step from where they are: what it needs, and the way back."""

from __future__ import annotations

from pdbcoach.coach.attempt import Views, state_of
from pdbcoach.coach.goal import Goal
from pdbcoach.facts import AnyCriterion, At, Focus, Values
from pdbcoach.facts.implied import BreakpointSet, Defined
from pdbcoach.facts.values import UNDEFINED
from pdbcoach.facts.words import place_text
from pdbcoach.language import _, ngettext
from pdbcoach.observation import DebuggerState


def what_it_needs(goal: Goal, views: Views) -> str | None:
    """Return where the debugger is and what the step needs instead; None if it has all that it needs."""
    need = goal.lacks(views)
    if need is None:
        return None
    state = state_of(goal.step.process, views)
    wanted = _("This step needs {what}.").format(what=_in_words(need, state))
    return wanted if state is None else f"{_here(need, state)} {wanted}"


def what_it_needed(goal: Goal, views: Views) -> str | None:
    """Return as ``what_it_needs``, for somebody who isn't there any more when this is read."""
    need, state = goal.lacks(views), state_of(goal.step.process, views)
    if need is None:
        return None
    wanted = _("The next step needs {what}.").format(what=_in_words(need, state))
    if state is None:
        return wanted
    text = _("You were at line {line}, in `{function}`.")
    return text.format(line=state.stop.line, function=state.stop.function) + " " + wanted


def moved_on() -> str:
    """Return what to say if the place may be right, but another call or another round of a loop."""
    return _("This is another stop. The step is about the one where it began.")


def way_back(lines: int | None) -> str:
    """Return how to take back so many of one's own lines; None: no number of them leads back."""
    if lines is None:
        return _("`:skip` does this step the lesson's way.")
    if lines == 1:
        return _("`:undo` takes back your last line.")
    return ngettext(
        "`:undo {number}` takes back your last {number} line.",
        "`:undo {number}` takes back your last {number} lines.",
        lines,
    ).format(number=lines)


def first_back(lines: int | None, then: str) -> str:
    """Return the answer for somebody who has to go back first."""
    if lines is None:
        return f"{then} {way_back(None)}"
    undo = "`:undo`" if lines == 1 else f"`:undo {lines}`"
    return _("First {undo}. Then: {answer}").format(undo=undo, answer=then)


def only_looks_elsewhere(goal: Goal, views: Views) -> bool:
    """Return whether the step lacks nothing but another frame to look at."""
    state = state_of(goal.step.process, views)
    if state is None or isinstance(goal.lacks(views), At):
        return False
    return isinstance(goal.lacks(views), Focus) or state.focus_depth != state.depth


def _here(need: AnyCriterion, state: DebuggerState) -> str:
    if isinstance(need, At) or state.focus_depth == state.depth:
        text, where = _("You're at line {line}, in `{function}`."), state.stop
    else:
        text, where = _("You're looking at line {line}, in `{function}`."), state.focus
    return text.format(line=where.line, function=where.function)


def _in_words(need: AnyCriterion, state: DebuggerState | None) -> str:
    match need:
        case At() | Focus():
            return place_text(need, state.stop.file if state is not None else None)
        case Values(rows=(row,)) if row.text != UNDEFINED:
            return _("`{name}` to be `{value}`").format(name=row.name, value=row.text)
        case Defined(name):
            return _("`{name}`, which doesn't exist here").format(name=name)
        case BreakpointSet() as one:
            return _("a breakpoint at {place}").format(place=one.place)
        case _:
            return need.words()
