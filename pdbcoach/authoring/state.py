"""A debugger's state, written as the facts of a step."""

from __future__ import annotations

from pathlib import PurePosixPath

from pdbcoach.authoring.emit import Data
from pdbcoach.authoring.marks import MarkBook
from pdbcoach.form.source import UNWANTED
from pdbcoach.observation import Breakpoint, DebuggerState, Location, ProcessView
from pdbcoach.scenario.model import Exited, ExpectedStatus, Gone, Killed, Running, Stopped, Zombie


def is_own(file: str) -> bool:
    """Whether a file lies in the work folder: what is elsewhere differs between Pythons."""
    return not file.startswith(("/", "<"))


def place(where: Location, event: str | None, marks: MarkBook) -> dict[str, Data]:
    """Where a process stands: of a file that is not the lesson's own, no line."""
    facts: dict[str, Data] = {}
    if is_own(where.file):
        mark = marks.name(where.file, where.line)
        if mark is None and where.file != marks.script:
            facts["file"] = where.file
        facts["line"] = mark if mark is not None else where.line
    else:
        facts["file"] = where.file if where.file.startswith("<") else PurePosixPath(where.file).name
    facts["function"] = where.function
    if event is not None:
        facts["event"] = event
    return facts


def row(one: Breakpoint, marks: MarkBook, *, detailed: bool = False) -> Data:
    """A row of the breakpoint table; ``detailed``: it says whether it is temporary, too."""
    where = spot(one.file, one.line, marks)
    facts: dict[str, Data] = {"at": where}
    if one.temporary or detailed:
        facts["temporary"] = one.temporary
    if not one.enabled:
        facts["enabled"] = False
    if one.condition:
        facts["condition"] = one.condition
    if one.ignore:
        facts["ignore"] = one.ignore
    return facts if len(facts) > 1 else where


def spot(file: str, line: int, marks: MarkBook) -> str:
    """``@mark``, ``15`` or ``stock.py:13``."""
    mark = marks.name(file, line)
    if mark is not None:
        return f"@{mark}"
    if file == marks.script:
        return str(line)
    return f"{file if is_own(file) else PurePosixPath(file).name}:{line}"


def breakpoints(now: DebuggerState, before: DebuggerState | None, marks: MarkBook) -> list[Data] | None:
    """The table, if it has changed; new rows in detail."""
    known = {one.number: _essence(one) for one in before.breakpoints} if before else {}
    if {one.number: _essence(one) for one in now.breakpoints} == known:
        return None
    return [row(one, marks, detailed=known.get(one.number) != _essence(one)) for one in now.breakpoints]


def _essence(one: Breakpoint) -> tuple[object, ...]:
    return one.file, one.line, one.temporary, one.enabled, one.condition or "", one.ignore


def status(view: ProcessView) -> ExpectedStatus:
    """What has become of a process."""
    if view.phase == "stopped":
        return Stopped()
    if view.phase == "running":
        return Running()
    if view.exit is not None and view.exit.code is not None:
        return Exited(view.exit.code)
    name = str(view.exit).removeprefix("killed ") if view.exit is not None else ""
    if name.startswith("SIG"):
        return Killed(name)
    return Zombie() if view.phase == "zombie" else Gone()


def is_text(text: str) -> bool:
    """Whether a scenario file can hold ``text`` on one line."""
    return not UNWANTED.search(text) and not any(sign in text for sign in "\n\t\r")
