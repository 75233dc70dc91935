"""Ways through a lesson: its own, by other commands, with a mistake that is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from front.driving import Desk, typed

from pdbcoach.facts import At, Breakpoints, Processes
from pdbcoach.pdb.line import Line
from pdbcoach.scenario.model import Key, Send, Step

Way = Callable[[Desk, Step], Iterator[str]]
"""Gives the lines to type for one step."""

SPELT_SO: Final = {"p.is_alive()"}
"""Lines whose spelling is the point, although no key of the step says so."""

_MOST: Final = 40
"""Lines at most for one step."""


def through(way: Way) -> Callable[[Desk], Iterator[str]]:
    """Return a script that does each step of a lesson in this way, at whatever process."""

    def script(desk: Desk) -> Iterator[str]:
        while (step := desk.visit.lesson.step) is not None:
            at = desk.step
            if step.process != desk.visit.conversation.current.name:
                yield f":in {step.process}"
            yield from way(desk, desk.visit.debugger.with_numbers(step))
            assert desk.step > at, f"step {at} is not done:\n{desk.text[-3000:]}"

    return script


def own(desk: Desk, step: Step) -> Iterator[str]:
    """Type what the lesson itself types."""
    yield typed(step)


def enter(desk: Desk, step: Step) -> Iterator[str]:
    """Have the coach type it."""
    yield ""


def other(desk: Desk, step: Step) -> Iterator[str]:
    """Type other commands with the same effect, or else the same by its long name."""
    line = typed(step)
    if _only_so(desk, step):
        yield line
    elif not _within_a_frame(desk, step):
        yield spelt_otherwise(line, prints=not _prints_elsewhere(desk, line))
    elif Line.parse(line).first.name == "next" and (at := step.facts.of(At)).line > desk.line(step.process):
        yield f"until {at.line}"
    else:
        yield from _line_by_line(desk)


def _prints_elsewhere(desk: Desk, line: str) -> bool:
    """Return whether ``print()`` would show something else than pdb: in an attached process it prints on
    that one's terminal, and of an exception it prints the message."""
    return " -p " in desk.visit.lesson.scenario.run_line or "$_exception" in line


def _only_so(desk: Desk, step: Step) -> bool:
    """Return whether the step accepts only this line."""
    now = desk.visit.lesson.now
    exact = step.prose.must_use or typed(step) in SPELT_SO or (now is not None and now.goal.judged == "line")
    if exact or not isinstance(step.action, Send) or step.prompt not in (None, "pdb", "nested"):
        return True
    return step.action.text.partition(" ")[0] in desk.state(step.process).aliases


def _within_a_frame(desk: Desk, step: Step) -> bool:
    """Return whether the step only moves within its frame, and only the target counts."""
    facts, here = step.facts, desk.state(step.process)
    at = facts.of(At)
    return (
        typed(step) in ("n", "c", "next", "continue")
        and len(desk.phases()) == 1
        and facts.of(Breakpoints) is None
        and facts.of(Processes) is None
        and at is not None
        and at.line is not None
        and at.file in (None, here.stop.file)
        and at.function in (None, here.stop.function)
        and at.event in (None, "line")
        and at.depth in (None, here.depth)
    )


def _line_by_line(desk: Desk) -> Iterator[str]:
    number = desk.step
    for _ in range(_MOST):
        if desk.step > number:
            return
        yield "next"


def spelt_otherwise(line: str, *, prints: bool) -> str:
    """Return ``line`` with long names, ``print()`` for ``p`` (if it ``prints``), statements after ``!``."""
    return " ;; ".join(_spelt_otherwise(part.text, prints) for part in Line.parse(line).parts)


def _spelt_otherwise(command: str, prints: bool) -> str:
    _, _, rest = command.partition(" ")
    match Line.parse(command).first.name:
        case None:
            return command
        case "exec":
            return f"!{command}"
        case "p" | "pp" if rest:
            return f"print({rest})" if prints else f"pp {rest}"
        case "!":
            return command
        case name:
            return f"{name} {rest}".strip()


def mistaken_at(number: int) -> Way:
    """Return the lesson's own way, with a mistake at the step of this number that is undone."""

    def way(desk: Desk, step: Step) -> Iterator[str]:
        if desk.step == number:
            before, mark = desk.visit.debugger.standing(), len(desk.text)
            yield mistake(desk, step)
            if desk.step > number:  # it was another way to do it
                return
            yield ":undo"
            assert desk.step == number
            now = desk.visit.debugger.standing()
            assert (now == before) != ("doesn't behave the same every time" in desk.text[mark:])
            assert now == before or may_differ(desk)
            if step.process != desk.visit.conversation.current.name:
                yield f":in {step.process}"
        yield typed(step)

    return way


def may_differ(desk: Desk) -> bool:
    """Return whether chance decides where the program is: which worker, how it ended, when Ctrl-C came."""
    scenario = desk.visit.lesson.scenario
    interrupted = any(step.action == Key("ctrl-c") for step in scenario.steps[: desk.step - 1])
    attached = scenario.path.stem == "attach-by-pid"
    return interrupted or attached or scenario.path.parent.name == "pool"


def mistake(desk: Desk, step: Step) -> str:
    """Return a line that does something else than the step asks for."""
    if at_pdb(desk, step):
        return "n" if Line.parse(typed(step)).first.name == "continue" else "c"
    return "oops"


def at_pdb(desk: Desk, step: Step) -> bool:
    """Return whether the step's process is at one of pdb's own prompts."""
    view = desk.visit.debugger.views.get(step.process)
    return view is not None and view.prompt is not None and view.prompt.kind in ("pdb", "nested")
