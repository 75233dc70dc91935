"""What running processes are doing: whether all of them are at rest, and where they are."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.engine import readers
from pdbcoach.engine.process import Process

INTERVAL: Final = 0.02
"""Seconds between two samples."""

_EQUAL_SAMPLES: Final = 3
"""Number of equal samples in a row after which a process counts as blocked."""

_BUSY: Final = 0.3
"""Seconds of processor time after which a process that never blocks counts as running forever."""

_RESTLESS: Final = 2.0
"""Seconds after which a process that keeps waking up and does little also counts as running forever."""

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_SWITCHES: Final = re.compile(r"ctxt_switches:\s+(\d+)")

_WAITS: Final = {
    "do_wait": "waiting for a child process",
    "n_tty_read": "reading its terminal",
    "wait_woken": "reading its terminal",
    "hrtimer_nanosleep": "sleeping",
    "futex_wait_queue": "waiting for a lock",
    "futex_do_wait": "waiting for a lock",
    "pipe_read": "reading a pipe",
    "anon_pipe_read": "reading a pipe",
    "pipe_write": "writing to a pipe",
    "poll_schedule_timeout": "waiting in poll or select",
    "do_poll": "waiting in poll or select",
    "do_sys_poll": "waiting in poll or select",
    "do_select": "waiting in poll or select",
    "inet_csk_accept": "waiting for a connection",
    "do_epoll_wait": "waiting in poll or select",
    "ep_poll": "waiting in poll or select",
}
"""Names of kernel functions in /proc/PID/wchan, in words."""

Settled = Literal["blocked", "busy"]
"""Every process is blocked, or at least one runs forever as far as anybody can tell."""

_WRITE: Final = ("1 ", "64 ")
"""Beginnings of /proc/PID/syscall during write(2): its number on x86-64, and on other machines."""


class ActivityProbe:
    """Detects that a process has taken its line and all processes are blocked, or run forever.

    With ``anybody``, another process on the same terminal may take the line, or a part of it.
    """

    def __init__(self, processes: Sequence[Process], *, anybody: bool = False) -> None:
        self._processes = processes
        self._anybody = anybody
        self._last: dict[int, Sample] = {}
        self._equal = 0
        self._sampled = 0.0
        self._taken: tuple[float, float] | None = None
        """The time when the line had been taken, and the processor time used by then, in seconds."""

    def settled(self, one: Process) -> Settled | None:
        """Return how ``one`` runs on without coming to a prompt; None if it isn't certain yet."""
        now = time.monotonic()
        if now - self._sampled < INTERVAL / 2:
            return None
        self._sampled = now
        if not self._anybody and not _has_taken_line(one):
            return None
        # Also of those at prompts: a child that shares a terminal may prompt there, but read /dev/null.
        samples = {p.pid: _sample(p.pid) for p in self._processes if not p.ended}
        used = sum(sample.processor for sample in samples.values())
        self._taken = self._taken or (now, used)
        self._compare(samples)
        since, used_then = self._taken
        if self._equal >= _EQUAL_SAMPLES:
            return "blocked"
        return "busy" if used - used_then > _BUSY or now - since > _RESTLESS else None

    def _compare(self, samples: dict[int, Sample]) -> None:
        """Count the samples in a row that were equal, with every process blocked."""
        blocked = all(sample.state in "SDTt" for sample in samples.values())
        self._equal = self._equal + 1 if blocked and samples == self._last else 0
        self._last = samples


def _has_taken_line(one: Process) -> bool:
    # The interpreter's own `>>> ` sends no message when it has read a line, and Ctrl-C reads none.
    last = one.announced
    if last is not None and last.read_at is not None:
        return last.read_at.all_taken()
    return one.line_read >= one.answered[0] or last is None or last.prompt.kind == "python"


class Sample(Struct, frozen=True):
    state: str
    """The scheduler's letter: R, S, D, T and so on, see proc(5)."""
    switches: int
    """Number of context switches."""
    processor: float
    """Processor time used, in seconds."""


def _sample(pid: int) -> Sample:
    """Return a sample of a process's main thread; its state is ``X`` if there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
        switches = sum(map(int, _SWITCHES.findall(status)))
        return Sample(fields[0], switches, (int(fields[11]) + int(fields[12])) / _TICKS)
    except (OSError, ValueError, IndexError):
        return Sample("X", 0, 0.0)


def is_stuck(pid: int, *, at_door: int) -> bool:
    """Return True if a process can't do anything before somebody types, or another process acts.

    Only a process that can be looked at, with nothing that could wake it up: every thread sleeps without a
    bound in time, no alarm is handled, no signal is pending. ``at_door`` threads wait for the engine.
    """
    try:
        status = _fields(Path(f"/proc/{pid}/status").read_text(errors="replace"))
        pending = (int(status["SigPnd"], 16) | int(status["ShdPnd"], 16)) & ~int(status["SigBlk"], 16)
        if pending or int(status["SigCgt"], 16) >> (signal.SIGALRM - 1) & 1:
            return False
        asking = {reader.thread for reader in readers.readers(pid) if reader.asks}
        others = [thread for thread in os.listdir(f"/proc/{pid}/task") if int(thread) not in asking]
        return sum(not _sleeps_for_good(pid, thread) for thread in others) == at_door
    except (OSError, KeyError, ValueError):
        return False


def _sleeps_for_good(pid: int, thread: str) -> bool:
    """Return True if a thread waits for a child, or for a lock without a bound in time."""
    if Path(f"/proc/{pid}/task/{thread}/wchan").read_text().partition(".")[0] == "do_wait":
        return True
    return readers.waits_for_lock(pid, int(thread))


def _fields(status: str) -> dict[str, str]:
    """Return the lines of /proc/PID/status by their names."""
    lines = (line.partition(":") for line in status.splitlines())
    return {name: value.strip() for name, _, value in lines}


def describe(one: Process) -> str:
    """Return in words what a running process is doing, or an empty string if it isn't running."""
    if one.ended or one.at_prompt is not None:
        return ""
    if one.turns.waiting:
        return one.turns.explain(one.name)
    doing = _in_kernel(one.pid)
    where = next((place for place in one.stack if not place.file.startswith(("/", "<"))), None)
    if where is not None:
        return f"{doing} in {where}"
    last = one.announced.state.stop if one.announced and one.announced.state else None
    return f"{doing}, last stopped at {last}" if last else doing


def _writes(pid: int) -> bool:
    """Return True if the process waits in write(2). Always False where ptrace access is denied."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/syscall").read_text().startswith(_WRITE)
    return False


def _in_kernel(pid: int) -> str:
    state = _sample(pid).state
    if state == "R":
        return "busy"
    if state in "Tt":
        return "stopped by a signal"
    with contextlib.suppress(OSError):
        wait = Path(f"/proc/{pid}/wchan").read_text().strip()
        if wait and wait != "0":
            name = wait.partition(".")[0]  # without the compiler's suffix
            if name == "wait_woken" and _writes(pid):
                return "writing to its terminal"
            return _WAITS.get(name, f"blocked in {name}")
    return "sleeping"
