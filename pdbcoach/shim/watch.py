"""Checks for a leader whether the processes below it are too many or have written too much."""

from __future__ import annotations

import contextlib
import os
import stat
import time

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERY = 0.02
"""Seconds between two checks. Processes can double in less time."""

_SECOND = 1.0
_LONGEST_PATH = 4095
"""Bytes: PATH_MAX of limits.h, without the NUL."""


class LimitWatch:
    """Checks the session's limits. It is cheap: it counts only when the machine has more processes."""

    def __init__(self, folder: str, processes: int, disk: int) -> None:
        self.folder, self.processes, self.disk = folder, processes, disk
        self.total = _total()
        """Processes and threads of the machine when the session's were last counted."""
        self.looked = self.counted = self.measured = time.monotonic()

    def exceeded(self) -> str | None:
        """Return ``wire``'s word for a limit that is exceeded, or None."""
        now = time.monotonic()
        if now - self.looked < EVERY:
            return None
        self.looked = now
        bound = self._too_many(now)
        if bound is not None:
            return bound
        if now - self.measured < _SECOND:
            return None
        files, used = measure(self.folder)
        if files <= wire.MOST_FILES and used <= self.disk:
            used += measure_nameless(below(os.getpid()))
        self.measured = time.monotonic()
        if files > wire.MOST_FILES:
            return wire.FILES
        return wire.DISK if used > self.disk else None

    def _too_many(self, now: float) -> str | None:
        total = _total()
        grown = total - self.total
        if 0 < grown <= self.processes // 4 and now - self.counted < _SECOND:
            return None
        self.total = total
        if grown <= 0:
            return None
        self.counted = now
        with urgently():
            # Counting the terminal's session is faster than counting what is below this process.
            if len(in_session()) > self.processes:
                return wire.PROCESSES
            threads = below(os.getpid())
            if len(threads) > self.processes:
                return wire.PROCESSES
        return wire.THREADS if sum(threads.values()) > wire.MOST_THREADS else None


@contextlib.contextmanager
def urgently() -> Iterator[None]:
    """Run before all other processes, if root allows it, because they may be many and forking."""
    try:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    except OSError:
        yield
        return
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def in_session() -> list[int]:
    """Return the pids of the other processes in this one's session."""
    own, session = os.getpid(), os.getsid(0)
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(name)) == session and int(name) != own:
                found.append(int(name))
    return found


def below(root: int) -> dict[int, int]:
    """Return every process below ``root``, parents before children, with its number of living threads.

    A zombie has none, except one whose first thread ended before its others.
    """
    children: dict[int, list[int]] = {}
    threads: dict[int, int] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError), open("/proc/%s/stat" % name, "rb") as stream:
            # proc(5): pid (name) state parent, and the 20th is num_threads
            fields = stream.read().rpartition(b")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(name))
            threads[int(name)] = int(fields[17]) - (fields[0] in (b"Z", b"X"))
    found = [root]
    for pid in found:
        found += children.get(pid, ())
    return {pid: threads[pid] for pid in found[1:]}


def measure(folder: str) -> tuple[int, int]:
    """Return how many files there are and the bytes they use. Stops counting when there are too many.

    Files deeper than PATH_MAX count as too many. Folders that can't be read are made readable meanwhile.
    """
    opened: list[tuple[bytes, int]] = []
    try:
        return _measure(os.fsencode(folder), opened)
    finally:
        for path, mode in reversed(opened):
            with contextlib.suppress(OSError):
                os.chmod(path, mode)


def _measure(folder: bytes, opened: list[tuple[bytes, int]]) -> tuple[int, int]:
    files = used = 0
    pending = [folder]
    while pending and files <= wire.MOST_FILES:
        path = pending.pop()
        with contextlib.suppress(OSError):
            mode = stat.S_IMODE(os.stat(path).st_mode)
            if mode & 0o500 != 0o500:
                os.chmod(path, mode | 0o500)
                opened.append((path, mode))
            with os.scandir(path) as entries:
                for entry in entries:
                    files += 1
                    if files > wire.MOST_FILES:
                        break
                    if len(entry.path) > _LONGEST_PATH:
                        return wire.MOST_FILES + 1, used
                    with contextlib.suppress(OSError):
                        about = entry.stat(follow_symlinks=False)
                        used += about.st_blocks * 512
                        if stat.S_ISDIR(about.st_mode):
                            pending.append(entry.path)
    return files, used


def measure_nameless(pids: Iterable[int]) -> int:
    """Return the bytes in files that ``pids`` have open and that have no name any more."""
    found: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for name in os.listdir("/proc/%d/fd" % pid):
                with contextlib.suppress(OSError):
                    about = os.stat("/proc/%d/fd/%s" % (pid, name))
                    if stat.S_ISREG(about.st_mode) and about.st_nlink == 0:
                        found[about.st_dev, about.st_ino] = about.st_blocks * 512
    return sum(found.values())


def _total() -> int:
    with open("/proc/loadavg", "rb") as stream:
        return int(stream.read().split()[3].partition(b"/")[2])
