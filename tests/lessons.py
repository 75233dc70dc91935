"""Lessons from YAML text, states of a debugger and typed lines, all without a debugger."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fabricated import PDB
from front import lessons as doubling
from front.lessons import write

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.observation import Breakpoint, DebuggerState, Location, ProcessView, Prompt
from pdbcoach.pdb.words import EventName, PromptKind
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario, Send

_SPIN = """
def spin():
    while True:
        pass
"""
DOUBLING = doubling.DOUBLING.replace("\na = 1", f"{_SPIN}\na = 1")
DOUBLING_STEPS = doubling.doubling_steps(9)
FILE = "lesson_prog.py"
REFUSED = "*** SyntaxError: invalid syntax\n"


def lesson_of(folder: Path, steps: str = DOUBLING_STEPS, *, extra: str = "") -> Scenario:
    """Return the only scenario of a lesson about the program ``DOUBLING``."""
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
    """Return one process at pdb's prompt. ``state``: further fields of its state."""
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
    """Return a line typed to the debugger, which stays where it was unless ``after`` says otherwise."""
    began = stopped() if before is None else before
    return Attempt("main", Send(line), prompt, began, began if after is None else after, output)
