"""What a line has done, told from the difference of two states, and whether the goal can still be reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pdbcoach.coach.attempt import Attempt, state_of, stop_of
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.program import Program
from pdbcoach.engine.observation import DebuggerState, ProcessView
from pdbcoach.language import _
from pdbcoach.matching.breakpoints import row_text, unmatched
from pdbcoach.matching.files import is_file
from pdbcoach.scenario.commands import resolve
from pdbcoach.scenario.model import Place


@dataclass(frozen=True, slots=True)
class Explanation:
    text: str
    reachable: bool = True
    """Whether the goal may still be reached from here."""


def explain(goal: Goal, attempt: Attempt, program: Program) -> Explanation | None:
    """What the attempt, which has not reached the goal, has done. ``None``: nothing worth a word."""
    name = goal.step.process
    view = attempt.after.get(name)
    if view is None:
        return Explanation(_("There is no process `{name}` yet.").format(name=name))
    if view.phase in ("zombie", "gone"):
        return _ended(view, attempt)
    if attempt.process != name and attempt.effect != "look":
        return Explanation(
            _("That was `{typed}`; the goal is in `{name}`. `:in {name}` speaks to it.").format(
                typed=attempt.process, name=name
            )
        )
    if attempt.restarted:
        return _restarted(attempt)
    if view.phase == "running":
        return Explanation(
            _("`{name}` is running and has not come back to a prompt. Ctrl-C would stop it.").format(
                name=name
            )
        )
    state = view.state
    if state is None:
        return None
    if attempt.effect == "look" and goal.judged != "shown":
        return None
    return _crashed(goal, attempt, state) or _places(goal, attempt, state, program) or _rest(goal, attempt)


def _ended(view: ProcessView, attempt: Attempt) -> Explanation:
    how = f" ({view.exit})" if view.exit is not None else ""
    if attempt.process == view.name and resolve(attempt.text) in ("quit", "exit", "EOF"):
        text = _("That left the debugger, and with it the program: `{name}` has ended{how}.")
    else:
        text = _("`{name}` has ended{how}: there is no debugger left to speak to.")
    return Explanation(text.format(name=view.name, how=how), reachable=False)


def _restarted(attempt: Attempt) -> Explanation:
    if resolve(attempt.text) in ("run", "restart"):
        return Explanation(
            _("The program has been started again, from its first line. Breakpoints are kept."),
            reachable=False,
        )
    text = _("The program ran to its end, and pdb has started it again: you are at its first line.")
    if resolve(attempt.text) == "continue":
        text += " " + _("`c` stops only at breakpoints.")
    return Explanation(text, reachable=False)


def _crashed(goal: Goal, attempt: Attempt, state: DebuggerState) -> Explanation | None:
    wanted = goal.step.facts.at.event if goal.step.facts.at is not None else None
    before = state_of(goal.step.process, attempt.before)
    if state.event != "post-mortem" or wanted == "post-mortem":
        return None
    if before is not None and before.event == "post-mortem":
        return None
    raised = f"{state.raised.type}: {state.raised.text}".rstrip(": ") if state.raised is not None else "?"
    return Explanation(
        _("The program has crashed with `{raised}`. This is post-mortem: look, but do not go on.").format(
            raised=raised
        ),
        reachable=False,
    )


def _places(goal: Goal, attempt: Attempt, state: DebuggerState, program: Program) -> Explanation | None:
    facts = goal.step.facts
    met = goal.met(attempt.after)
    if facts.at is not None and "at" not in met:
        return _place(goal, facts.at, attempt, state, program)
    if facts.focus is not None and "focus" not in met:
        return Explanation(
            _("You look at `{function}`, line {line}. The goal is {goal}.").format(
                function=state.focus.function, line=state.focus.line, goal=place_text(facts.focus)
            )
        )
    return None


def _place(
    goal: Goal, place: Place, attempt: Attempt, state: DebuggerState, program: Program
) -> Explanation | None:
    now, before = state.stop, stop_of(goal.step.process, attempt.before)
    earlier = state_of(goal.step.process, attempt.before)
    start = state_of(goal.step.process, goal.start)
    here = _("You are at line {line}, in `{function}`.").format(line=now.line, function=now.function)
    there = _("The goal is {goal}.").format(goal=place_text(place))
    if now == before and earlier is not None and earlier.event == state.event and attempt.effect != "move":
        return None if attempt.effect == "change" else Explanation(there)
    same_file = place.file is None or is_file(place.file, now.file)
    same_function = place.function is None or place.function == now.function
    if (
        start is not None
        and state.depth < start.depth
        and (place.function or start.stop.function) == (start.stop.function)
    ):
        gone = _("The call of `{function}` is over.").format(function=start.stop.function)
        back = place.function is not None and place.function == now.function
        return Explanation(f"{gone} {here} {there}", reachable=back)
    if start is not None and state.depth > start.depth and not (same_function and place.function):
        deeper = _("You are inside `{function}`.").format(function=now.function)
        return Explanation(f"{deeper} {there}")
    if place.line is not None and same_file and same_function:
        if now.line == place.line:
            return Explanation(_right_line(place, state))
        if (
            start is not None
            and state.depth == start.depth
            and program.passed(now.file, place.line, now.line)
        ):
            left = _("Line {line} is behind you.").format(line=place.line)
            return Explanation(f"{here} {left}", reachable=False)
    return Explanation(f"{here} {there}")


def _right_line(place: Place, state: DebuggerState) -> str:
    if place.event is not None and place.event != state.event:
        return _("The line is right, but this stop is a `{now}`, and the goal is a `{event}`.").format(
            now=state.event, event=place.event
        )
    return _("The line is right, but it is not the stop that is asked for. The goal is {goal}.").format(
        goal=place_text(place)
    )


def _rest(goal: Goal, attempt: Attempt) -> Explanation | None:
    met = goal.met(attempt.after)
    facts = goal.step.facts
    state = state_of(goal.step.process, attempt.after)
    if facts.breakpoints is not None and "breakpoints" not in met and state is not None:
        missing, extra = unmatched(facts.breakpoints.value, state.breakpoints, goal.script)
        lines = [f"{row.file}:{row.line}" if row.file else str(row.line) for row in missing]
        return Explanation(_breakpoints(lines, [row_text(row, goal.script) for row in extra]))
    for name in facts.values:
        if f"values.{name}" not in met and state is not None:
            value = state.value(name)
            return Explanation(
                _("`{name}` does not exist here.").format(name=name)
                if value is None
                else _("`{name}` is `{value}` now, and that is not the goal yet.").format(
                    name=name, value=value
                )
            )
    for name, view in attempt.after.items():
        if f"processes.{name}" in goal.open - met:
            return Explanation(
                _("Not there yet: {process}.").format(process=view.describe()),
                reachable=view.phase in ("stopped", "running"),
            )
    if facts.returns is not None and "returns" not in met:
        return Explanation(_("The goal is a stop at which that value is being returned."))
    if facts.raises is not None and "raises" not in met:
        return Explanation(_("The goal is a stop at which that exception has been raised."))
    return None


def _breakpoints(missing: Sequence[str], extra: Sequence[str]) -> str:
    said = []
    if missing:
        said.append(_("Still missing from the breakpoints: {which}.").format(which=", ".join(missing)))
    if extra:
        said.append(_("Not asked for, or not like this: {which}.").format(which=", ".join(extra)))
    return " ".join(said)


def place_text(place: Place) -> str:
    """A place in words: ``line 15``, ``line 4 of `report```, ``a call of `fact```."""
    if place.line is None:
        if place.function is None:
            return (
                _("another stop")
                if place.event is None
                else _("a stop of kind `{event}`").format(event=place.event)
            )
        if place.event == "call":
            return _("the beginning of a call of `{function}`").format(function=place.function)
        return _("a stop in `{function}`").format(function=place.function)
    where = _("line {line}").format(line=place.line)
    if place.file is not None:
        where = _("line {line} of {file}").format(line=place.line, file=place.file)
    if place.function is not None and place.function != "<module>":
        where = _("{where}, in `{function}`").format(where=where, function=place.function)
    if place.event == "return":
        return _("{where}, where it returns").format(where=where)
    return where
