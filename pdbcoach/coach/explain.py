"""What a line has done, from the difference of two states, and whether the goal can still be reached."""

from __future__ import annotations

from typing import Final, assert_never

from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.explanation import Explanation, Gravity
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.leaving import leaves
from pdbcoach.coach.moves import effect, prepares
from pdbcoach.coach.off_route import off_route, went_on_above
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.questions import is_refusal
from pdbcoach.coach.source_outline import MODULE, SourceOutline
from pdbcoach.coach.status_words import status_text
from pdbcoach.coach.stray import moved_on, only_looks_elsewhere, what_it_needs
from pdbcoach.facts import AnyCriterion, At, Breakpoints, Ends, Focus, Processes, Raises, Returns, Values
from pdbcoach.facts.implied import Aliased, AtPrompt, BreakpointSet, Defined, Displayed, GlobalValue
from pdbcoach.facts.place import Place
from pdbcoach.facts.processes import ExpectedProcess, StatusFact
from pdbcoach.facts.status import Gone
from pdbcoach.facts.table import ExpectedBreakpoint, expected_text, row_text
from pdbcoach.facts.values import UNDEFINED
from pdbcoach.facts.words import place_text
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState, ProcessView
from pdbcoach.pdb.words import PromptKind

_ON_THE_WAY: Final = ("restarted", "passed", "leaving", "elsewhere", "over")
"""Any end of these leads to the program's beginning, so they are fine if the goal is there."""


def explain(now: StepProgress, attempt: Attempt, program: SourceOutline) -> Explanation | None:
    """Return what an attempt that missed the goal has done; None if nothing is worth saying.

    ``now`` is the progress in the step, with this attempt.
    """
    goal = now.goal
    said = _processes(goal, attempt) or _prompt(goal, attempt) or _debugger(now, attempt, program)
    if said is None or said.about not in _ON_THE_WAY or not goal.is_at_the_beginning(program):
        return said
    return _beginning(goal, attempt)


def _beginning(goal: Goal, attempt: Attempt) -> Explanation | None:
    """Explain how the program's beginning was missed, or what is missing there."""
    state, met = state_of(_whose(goal), attempt.after), goal.met(attempt.after)
    if goal.line.restarts and attempt.restarted:
        text = _("That's a new start, but not the one you need. Check the arguments.")
    elif attempt.started_again:
        text = _("That restarts the program instead of letting it finish.")
        return Explanation("beginning", text, "overshot")
    elif state is not None and _unmet(At, goal, met) is None:
        return _rest(goal, attempt, met, state)
    else:
        text = _("The goal is the program's first line, after a restart.")
    return Explanation("beginning", text)


# --- who


def _processes(goal: Goal, attempt: Attempt) -> Explanation | None:
    name = _whose(goal)
    view = attempt.after.get(name)
    if view is None:
        absent = _("There's no process `{name}` yet.").format(name=name)
        return Explanation("absent", absent) if effect(attempt) == "move" else None
    if view.phase in ("zombie", "gone"):
        return _ended(view, attempt) if _wants_it_alive(goal, name, attempt) else _statuses(goal, attempt)
    if attempt.process != goal.step.process:
        return _wrong_process(goal, attempt)
    if attempt.restarted or _left_the_wreck(goal, attempt):
        return _restarted(attempt)
    return _running(name, attempt) if view.phase == "running" else None


def _running(name: str, attempt: Attempt) -> Explanation | None:
    if leaves(attempt) and attempt.process == name:
        text = _("You left the debugger, and `{name}` goes on running without it.")
        return Explanation("ended", text.format(name=name), "lost")
    if effect(attempt) == "look":
        return None
    text = _("`{name}` is running and hasn't come back to a prompt. Press Ctrl-C to stop it.")
    return Explanation("running", text.format(name=name))


def _whose(goal: Goal) -> str:
    """Return the process that the goal is about."""
    place = goal.step.facts.of(At)
    return (place.process if place is not None else None) or goal.step.process


def _unmet(kind: type[At | Focus], goal: Goal, met: frozenset[AnyCriterion]) -> At | Focus | None:
    """Return the goal's place of this kind; None if it has none, or if it is reached."""
    place = goal.step.facts.of(kind)
    return place if place in goal.criteria and place not in met else None


def _wants_it_alive(goal: Goal, name: str, attempt: Attempt) -> bool:
    missing = goal.missing(attempt.after)
    only_statuses = all(isinstance(one, StatusFact) for one in missing)
    is_one = any(isinstance(one, StatusFact) and name in one.names for one in missing)
    return goal.judged in ("shown", "line") or not only_statuses or is_one


def _ended(view: ProcessView, attempt: Attempt) -> Explanation:
    how = f" ({view.exit})" if view.exit is not None else ""
    if attempt.process == view.name and leaves(attempt) and not attempt.typed.calls_exit:
        text = _("You left the debugger: `{name}` has ended{how}.")
    else:
        text = _("`{name}` has ended{how}, so there's no debugger left to type to.")
    return Explanation("ended", text.format(name=view.name, how=how), "lost")


def _wrong_process(goal: Goal, attempt: Attempt) -> Explanation | None:
    if effect(attempt) == "look" and goal.judged != "shown":
        return None
    name = goal.step.process
    text = _("You typed that to `{typed}`; this step is about `{name}`.")
    text = text.format(typed=attempt.process, name=name)
    if attempt.after[name].phase == "stopped":
        text += " " + _("Type `:in {name}` to switch to it.").format(name=name)
    return Explanation("process", text)


def _left_the_wreck(goal: Goal, attempt: Attempt) -> bool:
    """Return whether pdb restarted the program: it cannot continue after a crash."""
    before, now = state_of(_whose(goal), attempt.before), state_of(_whose(goal), attempt.after)
    if before is None or now is None:
        return False
    return (before.event, now.event, now.depth) == ("post-mortem", "line", 1)


def _restarted(attempt: Attempt) -> Explanation:
    if attempt.started_again:
        text = _("The program has restarted from its first line. Your breakpoints are still set.")
    elif (before := state_of(attempt.process, attempt.before)) and before.event == "post-mortem":
        text = _("A crashed program can't continue, so pdb restarted it.")
    else:
        text = went_on_above(attempt)
        text += _("The program ended, and pdb restarted it: you're at its first line.")
        if "continue" in attempt.line.names:
            text += " " + _("`c` stops only at breakpoints.")
    return Explanation("restarted", text, "lost")


# --- at which prompt


def _prompt(goal: Goal, attempt: Attempt) -> Explanation | None:
    """Explain a prompt at which the goal cannot be reached."""
    before, after = attempt.before.get(goal.step.process), attempt.after.get(goal.step.process)
    if after is None or after.prompt is None:
        return None
    now = after.prompt.kind
    if after.prompt.text.startswith("..."):
        text = _("That statement isn't complete, so pdb is waiting for more. An empty line ends it.")
        return Explanation("prompt ...", text)
    if before is not None and before.prompt == after.prompt:
        return None
    if now == (goal.step.prompt or "pdb") or AtPrompt(now) in goal.criteria:
        return None
    return Explanation(f"prompt {now}", _about_prompt(now), "overshot" if now == "python" else "aside")


def _about_prompt(kind: PromptKind) -> str:
    match kind:
        case "confirm":
            return _("pdb is asking a yes/no question: type `y` or `n`.")
        case "commands":
            return _("What you type now goes into the breakpoint's command list. `end` finishes the list.")
        case "interact":
            return _("This is a Python shell, not pdb's prompt. Press Ctrl-D (or type `:eof`) to leave it.")
        case "python":
            return _("You left pdb. This is Python's own prompt.")
        case "nested":
            return _("This is a second debugger inside the first. `q` leaves it.")
        case "program" | "terminal":
            return _("Now the program itself is waiting for input.")
        case "pdb":
            return _("You're back at pdb's usual prompt.")


# --- where, and how


def _debugger(now: StepProgress, attempt: Attempt, program: SourceOutline) -> Explanation | None:
    goal = now.goal
    name = _whose(goal)
    state, before = state_of(name, attempt.after), state_of(name, attempt.before)
    if state is None:
        return None
    met = goal.met(attempt.after)
    at, focus = _unmet(At, goal, met), _unmet(Focus, goal, met)
    if (needed := what_it_needs(goal, attempt.after)) is not None:
        return _strayed(goal, attempt, needed)
    if _has_left(goal, attempt):
        return Explanation("needs", moved_on(), "overshot")
    stays = before is not None and _stands(before) == _stands(state)
    if _is_beside_the_point(goal, attempt, stays=stays):
        return None
    if (crash := _crashed(goal, before, state)) is not None:
        return crash
    if at is not None:
        return _away(now, at, attempt, state, program, stays=stays)
    return _focus(focus, state) if focus is not None else _rest(goal, attempt, met, state)


def _has_left(goal: Goal, attempt: Attempt) -> bool:
    """Return whether the program has moved although the step is about the place where it was."""
    is_about_here = goal.effect == "look" or (goal.effect == "change" and goal.judged != "state")
    return is_about_here and effect(attempt) == "move" and not is_refusal(attempt.output)


def _is_beside_the_point(goal: Goal, attempt: Attempt, *, stays: bool) -> bool:
    """Return whether the line only looked, only prepared a move, or was refused by pdb, which says why."""
    if effect(attempt) == "look":
        before, now = (state_of(_whose(goal), views) for views in (attempt.before, attempt.after))
        turned = before is not None and now is not None and before.focus_depth != now.focus_depth
        return not turned or goal.step.facts.of(Focus) is None
    if not stays:
        return False
    is_refused = is_refusal(attempt.output) and not goal.is_own_line(attempt)
    return is_refused or (goal.effect == "move" and prepares(attempt))


def _strayed(goal: Goal, attempt: Attempt, needed: str) -> Explanation | None:
    """Explain what the step needs, but not to somebody who just looks around."""
    if effect(attempt) == "look" and not _is_right_question(goal, attempt):
        return None
    if only_looks_elsewhere(goal, attempt.after):
        return Explanation("focus", needed + " " + _("`u` and `d` go from frame to frame."))
    needed = went_on_above(attempt) + needed
    about = "question" if effect(attempt) == "look" else "needs"
    return Explanation(about, needed, "overshot")


def _stands(state: DebuggerState) -> object:
    return state.stop, state.event, state.depth, state.focus_depth


def _is_right_question(goal: Goal, attempt: Attempt) -> bool:
    answered = bool(goal.wanted) and goal.questions_answered(attempt) == goal.wanted
    return goal.effect != "move" and (answered or goal.is_own_line(attempt))


def _crashed(goal: Goal, before: DebuggerState | None, state: DebuggerState) -> Explanation | None:
    place = goal.step.facts.of(At)
    began, now, wanted = (one is not None and one.event == "post-mortem" for one in (before, state, place))
    if began or wanted or not now:
        return None
    raised = f"{state.raised.type}: {state.raised.text}".rstrip(": ") if state.raised is not None else "?"
    text = _("The program crashed with `{raised}`. You can look around, but it can't continue.")
    return Explanation("crashed", text.format(raised=raised), "lost")


def _away(
    now: StepProgress,
    place: Place,
    attempt: Attempt,
    state: DebuggerState,
    program: SourceOutline,
    *,
    stays: bool,
) -> Explanation | None:
    goal = now.goal
    start, here = goal.start.get(_whose(goal)), attempt.after[_whose(goal)]
    another = start is not None and start.prompt != here.prompt  # a debugger inside the debugger
    if attempt.process != _whose(goal):
        text = _("The goal is {place} in `{name}`.")
        text = text.format(place=place_text(place, state.stop.file), name=_whose(goal))
        return Explanation("elsewhere", text) if effect(attempt) == "move" else None
    if not stays and not another:
        began = start.state if start is not None and not now.new_run else None
        return off_route(place, attempt, state, began, program, jumped=now.jumped)
    there = _("The goal is {place}.").format(place=place_text(place, state.stop.file))
    return Explanation("stays", there) if effect(attempt) == "move" else None


def _focus(place: Place, state: DebuggerState) -> Explanation:
    function, line = state.focus.function, state.focus.line
    text = _("You're looking at line {line}, in `{function}`. The goal is {goal}.").format(
        line=line, function=function, goal=place_text(place, state.focus.file)
    )
    return Explanation(f"focus {function} {line} {state.focus_depth}", text)


def _rest(
    goal: Goal, attempt: Attempt, met: frozenset[AnyCriterion], state: DebuggerState
) -> Explanation | None:
    """Explain the first criterion that is not met and not about a place; statuses come last."""
    missing = (one for one in goal.criteria if one not in met)
    explained = (_criterion(one, goal, state, goal.optional(attempt.after)) for one in missing)
    found = next((one for one in explained if one is not None), None) or _statuses(goal, attempt)
    if found is None or goal.effect != "move" or not found.about.startswith(("value", "returns", "raises")):
        return found
    return replace(found, gravity="overshot")  # the right place, but in another call or another round


def _criterion(
    criterion: AnyCriterion, goal: Goal, state: DebuggerState, optional: frozenset[int]
) -> Explanation | None:
    """Explain one criterion that is not met."""
    match criterion:
        case Returns(text=wanted):
            return Explanation("returns", _returns(wanted, state))
        case Raises(text=wanted):
            text = _("The goal is a stop where `{type}` was raised.").format(type=wanted)
            return Explanation("raises", text)
        case Values(rows=(row, *_others)):
            return Explanation(f"value {row.name}", _value(row.name, state.value(row.name), row.text))
        case GlobalValue(variable, value):
            return Explanation(f"value {variable}", _global_value(variable, state, value))
        case Breakpoints():
            text = _breakpoints(criterion, goal, state, optional)
            return Explanation(text, text)
        case Aliased(alias) if alias in state.aliases:
            text = _("`{name}` is now an alias for `{body}`.")
            text = text.format(name=alias, body=state.aliases[alias])
            return Explanation(text, text)
        case At() | Focus() | Processes() | Ends() | AtPrompt():
            return None  # explained elsewhere: by where the program is, by its prompt, or by its processes
        case Values() | Aliased() | Displayed() | Defined() | BreakpointSet():
            return None
        case _:
            assert_never(criterion)


def _returns(wanted: str, state: DebuggerState) -> str:
    if state.event == "return" and state.returning is not None:
        return _("This call of `{function}` returns `{value}`; at the goal, it returns `{wanted}`.").format(
            function=state.stop.function, value=state.returning, wanted=wanted
        )
    return _("The goal is a stop where `{value}` is about to be returned.").format(value=wanted)


def _value(name: str, value: str | None, wanted: str) -> str:
    if value is None:
        text = _("`{name}` doesn't exist here; at the goal, it's `{wanted}`.")
    elif wanted == UNDEFINED:
        text = _("`{name}` is `{value}` here; at the goal, it doesn't exist.")
    else:
        text = _("`{name}` is `{value}` here; at the goal, it's `{wanted}`.")
    return text.format(name=name, value=value, wanted=wanted)


def _global_value(name: str, state: DebuggerState, wanted: str) -> str:
    if wanted == UNDEFINED:
        text = _("The global `{name}` is `{value}`; at the goal, it doesn't exist.")
    elif name in state.global_values:
        text = _("The global `{name}` is `{value}`; at the goal, it's `{wanted}`.")
    else:
        text = _("There's no global `{name}`; at the goal, it's `{wanted}`.")
    text = text.format(name=name, value=state.global_values.get(name), wanted=wanted)
    if name in state.local_values and state.focus.function != MODULE:
        text += " " + _("A local variable `{name}` hides it here.").format(name=name)
    return text


def _rows_text(rows: tuple[ExpectedBreakpoint, ...], goal: Goal) -> str:
    return ", ".join(expected_text(row, goal.script) for row in rows)


def _breakpoints(wanted: Breakpoints, goal: Goal, state: DebuggerState, optional: frozenset[int]) -> str:
    missing, extra = wanted.differs(state.breakpoints, goal.script)
    if goal.step.exact_breakpoints and extra and not missing:
        row, which = extra[0], _rows_text(wanted.rows, goal)
        text = _(
            "Breakpoint {number} on line {line} is yours. This step wants only {which}: `clear {number}`."
        )
        return text.format(number=row.number, line=row.line, which=which or _("none"))
    said = []
    if which := _rows_text(missing, goal):
        said.append(_("Breakpoints still missing: {which}.").format(which=which))
    if which := ", ".join(row_text(row, goal.script) for row in extra if row.number not in optional):
        said.append(_("Breakpoints that shouldn't be there, or not like this: {which}.").format(which=which))
    return " ".join(said)


def _statuses(goal: Goal, attempt: Attempt) -> Explanation | None:
    """Explain the first process that has not become what the goal needs."""
    met = goal.met(attempt.after)
    unmet = (one for one in goal.criteria if isinstance(one, StatusFact) and one not in met)
    rows = (row for one in unmet for row in one.rows if row.name in attempt.after)
    return next((_status(row, attempt.after[row.name]) for row in rows), None)


def _status(wanted: ExpectedProcess, view: ProcessView) -> Explanation:
    text = _("Not there yet: `{name}` is {how}.").format(name=view.name, how=status_text(view))
    alive = view.phase in ("stopped", "running")
    awaits_its_parent = view.phase == "zombie" and isinstance(wanted.status, Gone)
    gravity: Gravity = "aside" if alive or awaits_its_parent else "lost"
    return Explanation(f"status {view.name} {view.phase}", text, gravity)
