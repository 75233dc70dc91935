"""What the processes of a session may use up."""

from __future__ import annotations

import contextlib
import os
import resource
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.shim import wire

OPEN_FILES: Final = 1024
"""Of one process; the shim's own descriptors stand high."""

_OTHERS: Final = 300
"""Processes and threads that the same user may start elsewhere while a session runs."""

_UNITS: Final = (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10))


class Limits(Struct, frozen=True):
    """Sizes are in bytes.

    What one process would have too much of it does not get: it meets ``MemoryError``, or ``OSError``
    ("File too large"). Too many processes or threads, or files that take too much, end the session.
    """

    memory: int = 2 << 30
    """Address space of one process."""
    file: int = 64 << 20
    """One file that is written."""
    disk: int = 256 << 20
    """All files in the session's folder, where the work folder and ``HOME`` are."""
    processes: int = 100
    """Processes at once."""
    output: int = 1 << 20
    """What one process prints in one step."""

    def apply(self, pid: int) -> None:
        """Have them hold for a process, and for all that it is going to start. Raises OSError.

        Whatever is set already and is less stays. Should memory run out all the same, the kernel's
        choice falls on it.
        """
        wanted = {
            resource.RLIMIT_AS: self.memory,
            resource.RLIMIT_FSIZE: self.file,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_NOFILE: OPEN_FILES,
        }
        if os.geteuid() != 0:
            # All that a user runs is counted by the kernel, and root's not at all. What the session has
            # is counted by its leader, which is quick enough as long as there are no thousands.
            wanted[resource.RLIMIT_NPROC] = _running() + self.processes + _OTHERS
        with contextlib.suppress(ProcessLookupError):
            for kind, most in wanted.items():
                hard = resource.prlimit(pid, kind)[1]
                bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
                resource.prlimit(pid, kind, (bound, bound))
        with contextlib.suppress(OSError):
            Path(f"/proc/{pid}/oom_score_adj").write_text("1000")

    def for_leader(self, uncounted: int = 0) -> bytes:
        """What a leader is told to watch. ``uncounted`` processes below it do not count."""
        return wire.BOUNDS % (self.processes + uncounted, self.disk)

    def exceeded(self, bound: str) -> str:
        """In words, what there is too much of. ``bound`` is a leader's word for it."""
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
        """All of them, in one line for people."""
        return (
            f"{size(self.memory)} of memory a process, {size(self.file)} a file, {size(self.disk)} on disk, "
            f"{wire.MOST_FILES} files, {self.processes} processes, {wire.MOST_THREADS} threads, "
            f"{size(self.output)} of output a step, {OPEN_FILES} open files, no core files"
        )


def size(number: int) -> str:
    """``512 MiB``: bytes in the largest unit that divides them."""
    return next(
        (f"{number // unit} {name}" for name, unit in _UNITS if number % unit == 0), f"{number} bytes"
    )


def _running() -> int:
    """How many processes and threads there are, of all users."""
    with open("/proc/loadavg", "rb") as stream:
        return int(stream.read().split()[3].partition(b"/")[2])
