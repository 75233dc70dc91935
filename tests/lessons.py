"""Lessons from YAML text, where a debugger stands, and what was typed to it: all without a debugger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fabricated import PDB
from ui.lessons import write

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.moves import effect_of
from pdbcoach.engine.observation import (
    Breakpoint,
    DebuggerState,
    EventName,
    Location,
    ProcessView,
    Prompt,
    PromptKind,
)
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario, Send

DOUBLING = """\
def double(n):
    return 2 * n

def spin():
    while True:
        pass

a = 1
b = double(a)
c = double(b)
print(c)
"""
DOUBLING_STEPS = """\
  - ask: Put a breakpoint on line 9.
    send: b 9
    breakpoints: [{at: "9", temporary: false}]
  - predict: {ask: "At which line?", choices: ["9", "10"], answer: "9"}
    ask: Let the program run to it.
    send: c
    at: {line: 9}
    why: It stopped there.
    hints: [A hint.]
  - ask: Go into the call.
    send: s
    at: {function: double, event: call}
  - ask: Show `n`.
    send: p n
    expect: "1"
  - ask: Go to its return.
    send: r
    at: {line: 2, function: double, event: return}
    returns: "2"
  - send: q
    ends: {main: exit 0}
    quiet: true
"""
FILE = "lesson_prog.py"
REFUSED = "*** SyntaxError: invalid syntax\n"


def lesson_of(folder: Path, steps: str = DOUBLING_STEPS, *, extra: str = "") -> Scenario:
    """The only scenario of a lesson about the program ``DOUBLING``."""
    (scenario,) = load(write(folder, DOUBLING, steps, extra=extra))
    return scenario


def breakpoint_at(line: int, number: int = 1) -> Breakpoint:
    return Breakpoint(number, FILE, line, False, True, None, 0, 0)


def stopped(
    line: int = 7,
    function: str = "<module>",
    *,
    file: str = FILE,
    event: EventName = "line",
    depth: int = 1,
    **state: Any,
) -> Views:
    """One process, at pdb's prompt. ``state``: other fields of its state."""
    where = Location(file, line, function)
    fields = {"focus": where, "focus_depth": depth, **state}
    prompt = Prompt("pdb", PDB)
    return {
        "main": ProcessView(
            "main", 100, "stopped", prompt=prompt, state=DebuggerState(event, where, depth, **fields)
        )
    }


def typed(
    line: str,
    output: str = "",
    *,
    before: Views | None = None,
    after: Views | None = None,
    prompt: PromptKind = "pdb",
) -> Attempt:
    """A line typed to the debugger, which stays where it was unless ``after`` tells otherwise."""
    began = stopped() if before is None else before
    effect = effect_of(line, prompt=prompt)
    return Attempt("main", Send(line), prompt, effect, began, began if after is None else after, output)
