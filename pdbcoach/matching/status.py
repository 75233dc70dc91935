"""What should have become of a process, and what has."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import assert_never

from pdbcoach.observation import ExitStatus, ProcessView
from pdbcoach.scenario.model import Exited, ExpectedStatus, Fact, Gone, Killed, Running, Stopped, Zombie


def statuses_met(expected: Mapping[str, Fact[ExpectedStatus]], processes: Mapping[str, ProcessView]) -> bool:
    """Whether every process named is there and is as expected."""
    return all(
        name in processes and compare_status(status.value, processes[name]) is None
        for name, status in expected.items()
    )


def compare_status(expected: ExpectedStatus, view: ProcessView) -> str | None:
    """``None`` if the process is as expected; what it is instead, in words, if not."""
    return None if _is(expected, view) else _status_text(view)


def expected_status_text(status: ExpectedStatus) -> str:
    """As the author writes it: ``exit 0``, ``killed SIGTERM``."""
    match status:
        case Stopped():
            return "stopped"
        case Running():
            return "running"
        case Zombie():
            return "zombie"
        case Gone():
            return "gone"
        case Exited(code):
            return f"exit {code}"
        case Killed(name):
            return f"killed {name}"
        case _:
            assert_never(status)


def _is(expected: ExpectedStatus, view: ProcessView) -> bool:
    ended = view.exit if view.phase in ("zombie", "gone") else None
    match expected:
        case Stopped():
            return view.phase == "stopped"
        case Running():
            return view.phase == "running"
        case Zombie():
            return view.phase == "zombie"
        case Gone():
            return view.phase == "gone"
        case Exited(code):
            return ended is not None and ended.signal is None and ended.code == code
        case Killed(name):
            # By number: some signals have two names.
            return ended is not None and ended.signal is not None and ended.signal == _number(name)
        case _:
            assert_never(expected)


def _status_text(view: ProcessView) -> str:
    match view.phase:
        case "stopped":
            return f"stopped ({view.describe()})"
        case "running":
            return f"running ({view.doing})" if view.doing else "running"
        case "zombie":
            return f"zombie ({_exit_text(view.exit) if view.exit else 'its exit status is unknown'})"
        case "gone":
            if view.exit is None:
                return "gone (its parent took the exit status before it could be read)"
            return f"gone ({_exit_text(view.exit)})"
        case _:
            assert_never(view.phase)


def _exit_text(status: ExitStatus) -> str:
    # Not every number of a real-time signal has a name.
    known = status.signal is None or status.signal in {number.value for number in signal.Signals}
    return str(status) if known else f"killed by signal {status.signal}"


def _number(name: str) -> int | None:
    member = signal.Signals.__members__.get(name)
    return None if member is None else member.value
