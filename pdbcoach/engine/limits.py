"""What the processes of a session may use."""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.shim import wire

OPEN_FILES: Final = 1024
"""Open files of one process. The shim's own descriptors have higher numbers."""

_OTHERS: Final = 300
"""Processes and threads that the same user may start elsewhere during a session."""

_UNITS: Final = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


class Limits(Struct, frozen=True):
    """Upper bounds for a session; sizes are in bytes.

    A process that needs more than its own limits allow gets ``MemoryError``, or ``OSError`` ("File too
    large"). Too many processes or threads, or too much in files, ends the session.
    """

    memory: int = 2 << 30
    """Address space of one process."""
    file: int = 64 << 20
    """Each file that is written."""
    disk: int = 256 << 20
    """All files in the session's folder, which contains the work folder and ``HOME``."""
    processes: int = 100
    """Processes at the same time."""
    output: int = 1 << 20
    """Output of one process in one step."""

    def apply(self, pid: int) -> None:
        """Apply the limits to a process and everything that it will start. Raises OSError.

        Lower limits that are already set remain. If the machine's memory runs out, the kernel kills this
        process first.
        """
        if self == UNLIMITED:
            return
        wanted = {
            resource.RLIMIT_AS: self.memory,
            resource.RLIMIT_FSIZE: self.file,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NOFILE: OPEN_FILES,
        }
        if os.geteuid() != 0:
            # For a user, the kernel counts all processes together; for root, it doesn't count at all. The
            # leader counts those of the session, fast enough unless there are thousands.
            wanted[resource.RLIMIT_NPROC] = _running() + self.processes + _OTHERS
        with contextlib.suppress(ProcessLookupError):
            for kind, most in wanted.items():
                hard = resource.prlimit(pid, kind)[1]
                bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.prlimit(pid, kind, (bound, bound))
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")

    def for_leader(self, uncounted: int = 0) -> bytes:
        """Return the leader's orders. ``uncounted`` processes below it don't count."""
        if self == UNLIMITED:
            return b""
        return wire.BOUNDS % (self.processes + uncounted, self.disk)

    def exceeded(self, bound: str) -> str:
        """Return in words which limit was exceeded. ``bound`` is the leader's word for it."""
        match bound:
            case wire.PROCESSES:
                return f"more than {self.processes} processes at once"
            case wire.THREADS:
                return f"more than {wire.MOST_THREADS} threads at once"
            case wire.DISK:
                return f"more than {size(self.disk)} in its files"
            case wire.FILES:
                return f"more than {wire.MOST_FILES} files, or folders too deep to count them"
            case _:
                raise ValueError(bound)

    def describe(self) -> str:
        """Return all limits in one line for people."""
        return (
            f"{size(self.memory)} of memory a process, {size(self.file)} a file, {size(self.disk)} on disk, "
            f"{wire.MOST_FILES} files, {self.processes} processes, {wire.MOST_THREADS} threads, "
            f"{size(self.output)} of output a step, {OPEN_FILES} open files, no core files"
        )


UNLIMITED: Final = Limits(*[sys.maxsize] * 5)
"""No bounds: nothing is applied to the processes, and nothing is watched."""


def size(number: int) -> str:
    """Return a size in the largest unit that divides it: ``512 MiB``."""
    return next(
        (f"{number // unit} {name}" for name, unit in _UNITS if number % unit == 0), f"{number} bytes"
    )


def _running() -> int:
    """Return the number of processes and threads of all users."""
    with open("/proc/loadavg", "rb") as stream:
        return int(stream.read().split()[3].partition(b"/")[2])
