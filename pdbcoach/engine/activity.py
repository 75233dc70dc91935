"""What running processes are doing: whether everything has come to rest, and where they stand."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.engine.process import Process

INTERVAL: Final = 0.02
"""Seconds between two samples."""

_EQUAL_SAMPLES: Final = 3
"""So many equal samples in a row mean that a process is blocked."""

_BUSY: Final = 0.3
"""Seconds of processor time after which a process that never blocks counts as going on for ever."""

_RESTLESS: Final = 2.0
"""Seconds after which so does one that wakes up all the time and does little."""

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
    "do_epoll_wait": "waiting in poll or select",
    "ep_poll": "waiting in poll or select",
}
"""Kernel functions of /proc/PID/wchan, in words."""

_WRITE: Final = ("1 ", "64 ")
"""How /proc/PID/syscall begins in write(2): its number on x86-64, and elsewhere."""


class ActivityProbe:
    """Tells when a process has taken its line and nothing moves any more, or moves for ever.

    With ``anybody`` the line may be taken by another process of the same terminal, or be torn.
    """

    def __init__(self, processes: Sequence[Process], *, anybody: bool = False) -> None:
        self._processes = processes
        self._anybody = anybody
        self._last: dict[int, Sample] = {}
        self._equal = 0
        self._sampled = 0.0
        self._taken: tuple[float, float] | None = None
        """When the line had been taken, and how much processor time had been used by then."""

    def settled(self, one: Process) -> bool:
        """True when ``one`` runs on without a prompt to come: it, and everybody else, is blocked."""
        now = time.monotonic()
        if now - self._sampled < INTERVAL / 2:
            return False
        self._sampled = now
        if not self._anybody and one.line_read < one.answered[0] and not _reads_unannounced(one):
            return False
        samples = {p.pid: _sample(p.pid) for p in self._processes if not p.ended and p.at_prompt is None}
        used = sum(sample.processor for sample in samples.values())
        self._taken = self._taken or (now, used)
        blocked = all(sample.state in "SDTt" for sample in samples.values())
        self._equal = self._equal + 1 if blocked and samples == self._last else 0
        self._last = samples
        since, used_then = self._taken
        return self._equal >= _EQUAL_SAMPLES or used - used_then > _BUSY or now - since > _RESTLESS


def _reads_unannounced(one: Process) -> bool:
    # The interpreter's own `>>> ` does not tell when it has read a line; Ctrl-C reads none.
    return one.announced is None or one.announced.prompt.kind == "python"


class Sample(Struct, frozen=True):
    state: str
    """Of the scheduler: R, S, D, T, …, see proc(5)."""
    switches: int
    """How often it has left the processor."""
    processor: float
    """Seconds of processor time that it has used."""


def _sample(pid: int) -> Sample:
    """What the main thread of a process is doing; state ``X`` if there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text(errors="replace")
        switches = sum(map(int, _SWITCHES.findall(status)))
        return Sample(fields[0], switches, (int(fields[11]) + int(fields[12])) / _TICKS)
    except (OSError, ValueError, IndexError):
        return Sample("X", 0, 0.0)


def describe(one: Process) -> str:
    """What a running process is doing, in words; empty if it does not run."""
    if one.ended or one.at_prompt is not None:
        return ""
    doing = _in_kernel(one.pid)
    where = next((place for place in one.stack if not place.file.startswith(("/", "<"))), None)
    if where is not None:
        return f"{doing} in {where}"
    last = one.announced.state.stop if one.announced and one.announced.state else None
    return f"{doing}, last stopped at {last}" if last else doing


def _writes(pid: int) -> bool:
    """Whether it waits in write(2). Not told where nobody may trace."""
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
            name = wait.partition(".")[0]  # what the compiler appends is no part of it
            if name == "wait_woken" and _writes(pid):
                return "writing to its terminal"
            return _WAITS.get(name, f"blocked in {name}")
    return "sleeping"
