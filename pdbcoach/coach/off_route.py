"""Where a move ended that missed the goal: too deep, too far, out of the call, somewhere else."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.explanation import Explanation, Gravity
from pdbcoach.coach.source_outline import MODULE, SourceOutline
from pdbcoach.facts.base import is_file
from pdbcoach.facts.place import Place
from pdbcoach.facts.words import place_text, sort_text
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState, Location


class _Miss(Struct, frozen=True):
    """A stop that isn't at the goal."""

    place: Place
    """The goal, with the function that it is in, if that is known."""
    state: DebuggerState
    start: DebuggerState | None
    """The debugger when the step began; None if it wasn't at a prompt, or if the program has restarted."""
    program: SourceOutline
    jumped: bool
    """Lines were jumped over, so what was passed may not have run."""
    just_jumped: bool
    above: str
    """What to say first, see ``went_on_above``."""

    @property
    def now(self) -> Location:
        return self.state.stop

    @property
    def began(self) -> Location | None:
        return self.start.stop if self.start is not None else None

    @property
    def home(self) -> str:
        """The function that the goal is in; empty if that isn't known."""
        return self.place.function or ""

    @property
    def here(self) -> str:
        text = _("You're at line {line}, in `{function}`.")
        return self.above + text.format(line=self.now.line, function=self.now.function)

    @property
    def there(self) -> str:
        return _("The goal is {place}.").format(place=place_text(self.place, self.now.file))

    @property
    def deeper(self) -> int:
        """How many calls have begun since the step did; less than 0 if some have ended."""
        return 0 if self.start is None else self.state.depth - self.start.depth

    @property
    def is_called_again(self) -> bool:
        """Whether the goal's function may be called more than once."""
        return self.home != MODULE and not self.program.called_once(self.home)

    @property
    def comes_again(self) -> bool:
        """Whether the goal's function may still be called."""
        if self.home != MODULE and self.state.depth == 1:
            return self.program.may_be_called(self.home, self.now.file, self.now.line)
        return self.is_called_again


def off_route(
    place: Place,
    attempt: Attempt,
    state: DebuggerState,
    start: DebuggerState | None,
    program: SourceOutline,
    *,
    jumped: bool = False,
) -> Explanation:
    """Explain where the debugger is, relative to the goal ``place``.

    ``start``: when the step began, None if that was another run. ``jumped``: lines were jumped over since.
    """
    if place.function is None and place.line is not None:
        place = replace(place, function=program.function_at(place.file or state.stop.file, place.line))
    miss = _Miss(place, state, start, program, jumped, attempt.jumps, went_on_above(attempt))
    found = (rule(miss) for rule in (_leaving, _too_deep, _call_over, _same_function, _not_entered))
    return next(filter(None, found), Explanation("elsewhere", f"{miss.here} {miss.there}"))


def _leaving(miss: _Miss) -> Explanation | None:
    """The program has run and returns to the code that started it."""
    began, has = miss.began, miss.program.has
    outside = began is not None and has(began.file) and not has(miss.now.file)
    if not outside or miss.state.event != "return" or miss.state.depth > 1 or miss.deeper > 0:
        return None
    end = _("The program has run and is about to end.")
    return Explanation("leaving", f"{miss.above}{end} {miss.there}", "lost")


def _too_deep(miss: _Miss) -> Explanation | None:
    function = miss.now.function
    if miss.deeper <= 0 or miss.home == function:
        return None
    if miss.program.has(miss.now.file):
        inside = _("You're inside `{function}`.").format(function=function)
        return Explanation(f"inside {function}", f"{inside} {miss.there}")
    text = _(
        "You're inside `{function}`, which isn't part of your program. Type `{up}` and then `n` to get back."
    )
    up = "u" if miss.deeper == 1 else f"u {miss.deeper}"
    return Explanation("inside a library", text.format(function=function, up=up))


def _call_over(miss: _Miss) -> Explanation | None:
    if miss.deeper >= 0 or miss.began is None or miss.home != miss.began.function:
        return None
    text = _("The call of `{function}` is over.").format(function=miss.home) + f" {miss.here}"
    if not miss.comes_again:
        return Explanation("over", text, "lost")
    return Explanation("over", f"{text} {miss.there}", "overshot")


def _same_function(miss: _Miss) -> Explanation | None:
    line, now = miss.place.line, miss.now
    if line is None or miss.home != now.function or not is_file(miss.place.file or now.file, now.file):
        return None
    if now.line == line:
        return _right_line(miss)
    if not _is_passed(line, miss) or _was_passed(line, miss):
        return None
    if miss.just_jumped:
        over = _("Line {line} was jumped over: it hasn't run.").format(line=line)
        return Explanation("jumped", f"{miss.here} {over}", _gravity(miss.is_called_again))
    left = _("You're past line {line}.").format(line=line)
    return Explanation("passed", f"{miss.here} {left}", _gravity(miss.is_called_again))


def _is_passed(line: int, miss: _Miss) -> bool:
    """Return whether the line has been passed in the call that it is about."""
    in_frame = miss.deeper == 0 or miss.state.depth in (1, miss.place.depth)
    return in_frame and miss.program.passed(miss.now.file, line, miss.now.line)


def _was_passed(line: int, miss: _Miss) -> bool:
    """Return whether the line had already been passed when the step began."""
    began = miss.began
    return (
        began is not None
        and began.function == miss.home
        and miss.program.passed(began.file, line, began.line)
    )


def _right_line(miss: _Miss) -> Explanation:
    place, state, function = miss.place, miss.state, miss.now.function
    if place.event == "line" and state.event == "return":
        text = _("Line {line} has run, and `{function}` is about to return.")
        text = text.format(line=place.line, function=function)
        return Explanation("passed", text, _gravity(miss.is_called_again))
    if (
        place.event == "return"
        and state.event == "line"
        and miss.program.returns_at(miss.now.file, miss.now.line)
    ):
        text = _(
            "You're at the `return`, and it hasn't run yet. One more `n` or `s` leads to its `--Return--`."
        )
        return Explanation("right line", text)
    if place.event is not None and place.event != state.event:
        text = _("That's the right line, but this is {now}. The goal is {wanted}.")
        text = text.format(now=sort_text(state.event), wanted=sort_text(place.event))
    elif place.depth not in (None, state.depth):
        text = _("That's the right line, but in a different call of `{function}`.").format(function=function)
    else:
        text = _("That's the right line, but not the stop you need.") + f" {miss.there}"
    return Explanation("right line", text)


def _not_entered(miss: _Miss) -> Explanation | None:
    home, now, began = miss.home, miss.now, miss.began
    if home in ("", MODULE, now.function):
        return None
    if miss.deeper < 0 and began is not None:
        text = _("The call of `{function}` where this step began is over.").format(function=began.function)
        return Explanation("over", f"{text} {miss.here}", _gravity(miss.comes_again))
    if miss.state.depth == 1 and not miss.comes_again:
        none = _("`{function}` won't be called again in this run.").format(function=home)
        return Explanation("passed", f"{miss.here} {none}", "lost")
    return _has_run(miss) if miss.deeper == 0 else None


def _has_run(miss: _Miss) -> Explanation | None:
    """Explain that the call has ended, or that the frame where the step began is about to return."""
    home, now, start, program = miss.home, miss.now, miss.start, miss.program
    if start is None:
        return None
    file, line = start.stop.file, start.stop.line
    if miss.just_jumped and program.passed(now.file, line, now.line):
        over = _("Line {line} was jumped over: it hasn't run.").format(line=line)
        return Explanation("jumped", f"{miss.here} {over}", _gravity(miss.comes_again))
    if miss.jumped:
        return None
    if home in program.names_at(file, line) and program.passed(now.file, line, now.line):
        text = _("Line {line} has run, so the call of `{function}` is over.").format(line=line, function=home)
        return Explanation("passed", f"{text} {miss.here}", _gravity(miss.comes_again))
    if miss.state.event == "return" != start.event:
        text = _("`{function}` has run and is about to return.").format(function=now.function)
        return Explanation("passed", f"{text} {miss.there}", "overshot")
    return None


def _gravity(may_come_again: bool) -> Gravity:
    return "overshot" if may_come_again else "lost"


def went_on_above(attempt: Attempt) -> str:
    """Return a sentence and a space if ``n`` or ``until`` continued in a selected frame, else nothing."""
    before = state_of(attempt.process, attempt.before)
    part = attempt.line.first
    if part.command is None or not part.command.within_frame:
        return ""
    if before is None or before.focus_depth >= before.depth:
        return ""
    text = _("You were looking at `{function}`, so `{command}` continued there.")
    return text.format(function=before.focus.function, command=part.word) + " "
