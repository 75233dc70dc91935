"""A debugger that is nowhere: steps, states and attempts made up by hand, and a small program to stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fabricated import span

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.goal import Goal, make_goal
from pdbcoach.coach.moves import Effect, effect_of
from pdbcoach.coach.program import Program
from pdbcoach.engine.observation import (
    Breakpoint,
    DebuggerState,
    EventName,
    ExitStatus,
    Location,
    ProcessView,
    Prompt,
    PromptKind,
    RaisedException,
)
from pdbcoach.scenario.model import (
    Block,
    Expect,
    ExpectedBreakpoint,
    ExpectedStatus,
    Fact,
    Facts,
    Key,
    Place,
    Prose,
    Send,
    Step,
    Wrong,
)

FILE = "prog.py"
MODULE = "<module>"
TEXT = '''\
"""A program."""


def add(ticks, bonus=0):
    total = 0
    for t in ticks:
        total += t
    return total + bonus


def report(ticks):
    total = add(ticks)
    return total


first = report([1, 2])
second = report([3])
print(first, second)
'''
PROGRAM = Program({FILE: TEXT})
LINES = {1: MODULE, 4: MODULE, 11: MODULE, 16: MODULE, 17: MODULE, 18: MODULE, 12: "report", 13: "report"}
PROMPTS: Mapping[PromptKind, str] = {
    "pdb": "(Pdb) ",
    "nested": "((Pdb)) ",
    "commands": "(com) ",
    "python": ">>> ",
    "interact": ">>> ",
    "confirm": "Clear all breaks? ",
    "program": "? ",
}


def state(line: int = 1, function: str | None = None, **changes: Any) -> DebuggerState:
    """Where a debugger stands: in PROGRAM, the function by the line. ``focus`` is a line, too."""
    event: EventName = changes.pop("event", "line")
    file = changes.pop("file", FILE)
    where = Location(file, line, function or LINES.get(line, "add"))
    depth = changes.pop("depth", {MODULE: 1, "report": 2}.get(where.function, 3))
    focus = changes.pop("focus", None)
    seen = where if focus is None else Location(file, focus, LINES.get(focus, "add"))
    focus_depth = changes.pop("focus_depth", depth if focus is None else depth - 1)
    raised = changes.pop("raised", None)
    return DebuggerState(
        event,
        where,
        depth,
        seen,
        focus_depth,
        raised=RaisedException(raised, "no") if raised is not None else None,
        local_values=changes.pop("values", {}),
        **changes,
    )


def stopped(at: DebuggerState | int = 1, name: str = "main", prompt: PromptKind = "pdb") -> ProcessView:
    """A process at a prompt."""
    where = state(at) if isinstance(at, int) else at
    return ProcessView(name, 100, "stopped", prompt=Prompt(prompt, PROMPTS[prompt]), state=where)


def running(name: str = "main") -> ProcessView:
    return ProcessView(name, 100, "running")


def gone(name: str = "main", code: int = 0) -> ProcessView:
    return ProcessView(name, 100, "gone", ExitStatus(code=code))


def zombie(name: str = "main", code: int = 0) -> ProcessView:
    return ProcessView(name, 100, "zombie", ExitStatus(code=code))


def views(*processes: ProcessView | DebuggerState | int) -> dict[str, ProcessView]:
    """Processes by their names; a state or a line is that of ``main``."""
    made = [one if isinstance(one, ProcessView) else stopped(one) for one in processes]
    return {one.name: one for one in made}


def typed(
    line: str | Key,
    before: ProcessView | DebuggerState | int | dict[str, ProcessView] = 1,
    after: ProcessView | DebuggerState | int | dict[str, ProcessView] | None = None,
    output: str = "",
    **changes: Any,
) -> Attempt:
    """A line of the learner's. Without ``after`` it has changed nothing."""
    then = before if isinstance(before, dict) else views(before)
    now = then if after is None else after if isinstance(after, dict) else views(after)
    process = changes.pop("process", "main")
    at = then[process].prompt if process in then else None
    kind = changes.pop("prompt", at.kind if at is not None else None)
    previous = changes.pop("previous", "")
    effect: Effect = changes.pop("effect", None) or (
        effect_of(line, prompt=kind or "pdb", previous=previous) if isinstance(line, str) else "move"
    )
    action = Send(line) if isinstance(line, str) else line
    return Attempt(process, action, kind, effect, then, now, output, previous=previous, **changes)


# --- steps ------------------------------------------------------------------------------------


def place(line: int | None = None, function: str | None = None, **more: Any) -> Place:
    return Place(span(), line=line, function=function, **{"file": FILE, **more})


def facts(
    at: Place | int | None = None,
    *,
    values: Mapping[str, str] | None = None,
    table: Sequence[ExpectedBreakpoint | int] | None = None,
    processes: Mapping[str, ExpectedStatus] | None = None,
    returns: str | None = None,
    raises: str | None = None,
    focus: Place | None = None,
) -> Facts:
    rows = None if table is None else tuple(row(one) if isinstance(one, int) else one for one in table)
    return Facts(
        place(at) if isinstance(at, int) else at,
        focus,
        None if returns is None else Fact(returns, span()),
        None if raises is None else Fact(raises, span()),
        {name: Fact(value, span()) for name, value in (values or {}).items()},
        None if rows is None else Fact(rows, span()),
        {name: Fact(status, span()) for name, status in (processes or {}).items()},
    )


def step(line: str | Key = "n", of: Facts | None = None, expect: str | None = None, **changes: Any) -> Step:
    """A step; what is left of ``changes`` is prose."""
    action = Send(line) if isinstance(line, str) else line
    own = {name: changes.pop(name) for name in ("process", "prompt") if name in changes}
    shown = None if expect is None else Expect((Block(expect, span()),), span())
    return Step(span(), action, facts=of or Facts(), expect=shown, prose=Prose(**changes), **own)


def wrong(say: str, when: Facts) -> Wrong:
    return Wrong(when, say)


def goal(
    of: Step, start: ProcessView | DebuggerState | int | dict[str, ProcessView] = 1, **more: Any
) -> Goal:
    """The goal of a step, seen from ``start``."""
    begun = start if isinstance(start, dict) else views(start)
    return make_goal(of, FILE, "3.13.0", begun, **more)


# --- breakpoints ------------------------------------------------------------------------------


def row(line: int, **notes: Any) -> ExpectedBreakpoint:
    return ExpectedBreakpoint(span(), line, **notes)


def bp(number: int, line: int, **notes: Any) -> Breakpoint:
    base: dict[str, Any] = {"temporary": False, "enabled": True, "condition": None, "ignore": 0, "hits": 0}
    return Breakpoint(number, FILE, line, **{**base, **notes})


def with_breakpoints(line: int, *table: Breakpoint, **changes: Any) -> DebuggerState:
    return state(line, breakpoints=table, **changes)
