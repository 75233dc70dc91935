"""Where a move ended that missed the goal: too deep, too far, out of the call, somewhere else."""

from __future__ import annotations

from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.source_outline import MODULE, SourceOutline
from pdbcoach.facts.base import is_file
from pdbcoach.facts.place import Place
from pdbcoach.facts.words import place_text, sort_text
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState


def off_route(
    place: Place, attempt: Attempt, state: DebuggerState, start: DebuggerState | None, program: SourceOutline
) -> Explanation:
    """Explain where the debugger is, relative to the goal ``place``. ``start``: when the step began."""
    now = state.stop
    home = _home(place, now.file, program)
    here = _("You're at line {line}, in `{function}`.").format(line=now.line, function=now.function)
    here = went_on_above(attempt) + here
    there = place_text(replace(place, function=home), now.file)
    there = _("The goal is {place}.").format(place=there)
    same_file = place.file is None or is_file(place.file, now.file)
    if start is not None and state.depth <= start.depth and _is_leaving(state, start, program):
        end = _("The program has run and is about to end.")
        return Explanation("leaving", f"{went_on_above(attempt)}{end} {there}", "lost")
    if start is not None and state.depth > start.depth and home != now.function:
        return _too_deep(state, start, there, program)
    if start is not None and state.depth < start.depth and home == start.stop.function:
        text = _("The call of `{function}` is over.").format(function=home)
        text = f"{text} {here}"
        if not _comes_again(home, state, program):
            return Explanation("over", text, "lost")
        return Explanation("over", f"{text} {there}", "overshot")
    again = home != MODULE and not program.called_once(home or "")
    if place.line is not None and same_file and home == now.function:
        if now.line == place.line:
            return _right_line(place, state, there, again=again)
        in_frame = start is None or state.depth in (1, start.depth, place.depth)
        was_behind = _was_behind(place.line, home, start, program)
        if in_frame and not was_behind and program.passed(now.file, place.line, now.line):
            left = _("You're past line {line}.").format(line=place.line)
            return Explanation("passed", f"{here} {left}", "overshot" if again else "lost")
    if home not in (None, MODULE, now.function):
        return _not_entered(home or "", here, there, state, start, program)
    return Explanation("elsewhere", f"{here} {there}")


def _is_leaving(state: DebuggerState, start: DebuggerState, program: SourceOutline) -> bool:
    """Return whether the program has run and returns to the code that started it."""
    outside = program.has(start.stop.file) and not program.has(state.stop.file)
    return outside and state.event == "return" and state.depth <= 1


def _was_behind(line: int, home: str | None, start: DebuggerState | None, program: SourceOutline) -> bool:
    """Return whether the line had already been passed when the step began."""
    return (
        start is not None
        and start.stop.function == home
        and program.passed(start.stop.file, line, start.stop.line)
    )


def _home(place: Place, file: str, program: SourceOutline) -> str | None:
    """Return the function that the place is in, or None if that isn't known."""
    if place.function is not None or place.line is None:
        return place.function
    return program.function_at(place.file or file, place.line)


def _too_deep(state: DebuggerState, start: DebuggerState, there: str, program: SourceOutline) -> Explanation:
    function = state.stop.function
    if program.has(state.stop.file):
        inside = _("You're inside `{function}`.").format(function=function)
        return Explanation(f"inside {function}", f"{inside} {there}")
    text = _(
        "You're inside `{function}`, which isn't part of your program. Type `{up}` and then `n` to get back."
    )
    levels = state.depth - start.depth
    up = "u" if levels == 1 else f"u {levels}"
    return Explanation("inside a library", text.format(function=function, up=up))


def went_on_above(attempt: Attempt) -> str:
    """Return a sentence and a space if ``n`` or ``until`` continued in a selected frame, else nothing."""
    before = state_of(attempt.process, attempt.before)
    command = attempt.line.first.command
    if command is None or not command.within_frame:
        return ""
    if before is None or before.focus_depth >= before.depth:
        return ""
    return (
        _("You were looking at `{function}`, so `{command}` continued there.").format(
            function=before.focus.function, command=attempt.line.first.word
        )
        + " "
    )


def _comes_again(function: str | None, state: DebuggerState, program: SourceOutline) -> bool:
    if function is None or function == MODULE:
        return False
    if state.depth == 1:
        return program.may_be_called(function, state.stop.file, state.stop.line)
    return not program.called_once(function)


def _not_entered(
    function: str,
    here: str,
    there: str,
    state: DebuggerState,
    start: DebuggerState | None,
    program: SourceOutline,
) -> Explanation:
    now = state.stop
    again = _comes_again(function, state, program)
    if start is not None and state.depth < start.depth:
        text = _("The call of `{function}` where this step began is over.")
        text = text.format(function=start.stop.function)
        return Explanation("over", f"{text} {here}", "overshot" if again else "lost")
    if state.depth == 1 and not program.may_be_called(function, now.file, now.line):
        none = _("`{function}` won't be called again in this run.").format(function=function)
        return Explanation("passed", f"{here} {none}", "lost")
    if (
        start is not None
        and start.depth == state.depth
        and function in program.names_at(start.stop.file, start.stop.line)
        and program.passed(now.file, start.stop.line, now.line)
    ):
        text = _("Line {line} has run, so the call of `{function}` is over.").format(
            line=start.stop.line, function=function
        )
        return Explanation("passed", f"{text} {here}", "overshot" if again else "lost")
    returns = state.event == "return" and start is not None and start.event != "return"
    if returns and start is not None and start.depth == state.depth:
        text = _("`{function}` has run and is about to return.").format(function=now.function)
        return Explanation("passed", f"{text} {there}", "overshot")
    return Explanation("elsewhere", f"{here} {there}")


def _right_line(place: Place, state: DebuggerState, there: str, *, again: bool) -> Explanation:
    if place.event == "line" and state.event == "return":
        text = _("Line {line} has run, and `{function}` is about to return.").format(
            line=place.line, function=state.stop.function
        )
        return Explanation("passed", text, "overshot" if again else "lost")
    if place.event is not None and place.event != state.event:
        text = _("That's the right line, but this is {now}. The goal is {wanted}.").format(
            now=sort_text(state.event), wanted=sort_text(place.event)
        )
    elif place.depth is not None and place.depth != state.depth:
        text = _("That's the right line, but in a different call of `{function}`.").format(
            function=state.stop.function
        )
    else:
        text = _("That's the right line, but not the stop you need.") + f" {there}"
    return Explanation("right line", text)
