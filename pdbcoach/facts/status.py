"""The status of a process: as authors write it, and compared with what has become of the process."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from typing import Protocol, assert_never

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.observation import ExitStatus, ProcessView
from pdbcoach.route import Became


class Stopped(Struct, frozen=True):
    """At a prompt."""


class Running(Struct, frozen=True):
    """Neither at a prompt nor ended."""


class Zombie(Struct, frozen=True):
    """Ended, and its parent has not waited for it."""


class Gone(Struct, frozen=True):
    """Ended and reaped, however it ended."""


class Exited(Struct, frozen=True):
    """Ended by itself, with this exit code."""

    code: int


class Killed(Struct, frozen=True):
    """Killed by a signal, named as in ``SIGTERM``."""

    signal: str


ExpectedStatus = Stopped | Running | Zombie | Gone | Exited | Killed

_WORDS: Mapping[str, ExpectedStatus] = {
    "stopped": Stopped(),
    "running": Running(),
    "zombie": Zombie(),
    "gone": Gone(),
}
_SIGNALS = frozenset(signal.Signals.__members__)
_FORMS = "`stopped`, `running`, `zombie`, `gone`, `exit N` or `killed SIGNAME`"


class _Problems(Protocol):
    def problem(self, span: Span, message: str) -> None: ...


def read_status(text: Written[str], problems: _Problems) -> ExpectedStatus | None:
    """Return the status that ``exit 0`` and the like mean; None after reporting what is wrong."""
    word, _, rest = text.value.partition(" ")
    rest = rest.strip()
    if text.value in _WORDS:
        return _WORDS[text.value]
    if word == "exit":
        if re.fullmatch("[0-9]{1,3}", rest) and int(rest) <= 255:
            return Exited(int(rest))
        problems.problem(text.span, f"`{text.value}` needs an exit code from 0 to 255, such as `exit 0`")
    elif word == "killed":
        if rest in _SIGNALS:
            return Killed(rest)
        problems.problem(text.span, f"`{text.value}` needs the name of a signal{_signal_cure(rest)}")
    else:
        guess = did_you_mean(word, [*_WORDS, "exit", "killed"])
        problems.problem(text.span, f"`{text.value}` is no status; write {_FORMS}{guess}")
    return None


def status_of(view: ProcessView | Became) -> ExpectedStatus:
    """Return the most exact status that a process has now."""
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


def status_text(status: ExpectedStatus) -> str:
    """Return a status as authors write it: ``exit 0``, ``killed SIGTERM``."""
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


def other_status(status: ExpectedStatus) -> ExpectedStatus:
    """Return a status that a process with this one does not have."""
    match status:
        case Exited(code):
            return Exited((code + 1) % 256)
        case Killed(name):
            return Killed("SIGTERM" if name == "SIGKILL" else "SIGKILL")
        case Stopped():
            return Gone()
        case Running() | Zombie() | Gone():
            return Stopped()
        case _:
            assert_never(status)


def compare_status(expected: ExpectedStatus, view: ProcessView) -> str | None:
    """Return None if the process is as expected; if not, what it is instead, in words."""
    return None if _has(expected, view) else _view_text(view)


def _has(expected: ExpectedStatus, view: ProcessView) -> bool:
    match expected:
        case Stopped() | Running() | Zombie() | Gone():
            return view.phase == status_text(expected)
        case Exited(code):
            return _exit_of(view) == ExitStatus(code=code)
        case Killed(name):
            # By number: some signals have two names.
            member = signal.Signals.__members__.get(name)
            return member is not None and _exit_of(view) == ExitStatus(signal=member.value)
        case _:
            assert_never(expected)


def _exit_of(view: ProcessView) -> ExitStatus | None:
    return view.exit if view.phase in ("zombie", "gone") else None


def _view_text(view: ProcessView) -> str:
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


def _signal_cure(text: str) -> str:
    if re.fullmatch("[0-9]{1,3}", text) and int(text) in {number.value for number in signal.Signals}:
        return f"; write `killed {signal.Signals(int(text)).name}`"
    if f"SIG{text.upper().removeprefix('SIG')}" in _SIGNALS:
        return f"; write `killed SIG{text.upper().removeprefix('SIG')}`"
    return did_you_mean(text, _SIGNALS) or ", such as `killed SIGTERM`"
