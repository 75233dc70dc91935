"""What an observation tells of one process: its debugger's state, or where it is instead."""

from __future__ import annotations

from collections.abc import Mapping

from pdbcoach.observation import DebuggerState, Observation, ProcessView


def state_of(process: str, seen: Observation) -> DebuggerState | None:
    """Return the state of a process's debugger; None if it is not at a debugger's prompt."""
    if process == seen.process:
        return seen.state
    view = seen.processes.get(process)
    return None if view is None else view.state


def whereabouts(process: str, seen: Observation) -> str:
    """Say what a process without a debugger's state is doing."""
    view = seen.processes.get(process)
    if view is not None:
        return view.describe()
    if seen.outcome == "absent":
        return no_such(seen.processes)
    if seen.prompt is not None:
        return f"{process} waits at {seen.prompt.text.strip()}"
    return f"{process} is at no prompt ({seen.outcome})"


def no_such(processes: Mapping[str, ProcessView]) -> str:
    """Say that a process does not exist, and which ones do."""
    return f"no such process; there are {', '.join(processes)}" if processes else "no such process"
