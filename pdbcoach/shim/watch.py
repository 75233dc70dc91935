"""Looks, for a leader, whether what is below it has become too many, or has written too much."""

from __future__ import annotations

import contextlib
import os
import time

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = 0.02
"""Seconds between two looks. Processes can double in less than that."""

_SECOND = 1.0


class Watch:
    """Looks cost little while nothing happens: processes are counted when the machine has more of them."""

    def __init__(self, folder: str, processes: int, disk: int) -> None:
        self.folder, self.processes, self.disk = folder, processes, disk
        self.total = _total()
        """Processes and threads of the machine when those of the session were counted."""
        self.looked = self.counted = self.measured = time.monotonic()

    def exceeded(self) -> str | None:
        """Which of the bounds does not hold."""
        now = time.monotonic()
        if now - self.looked < EVERY:
            return None
        self.looked = now
        if self._too_many(now):
            return wire.PROCESSES
        if now - self.measured < _SECOND:
            return None
        files, used = measure(self.folder)
        self.measured = time.monotonic()
        if files > wire.MOST_FILES:
            return wire.FILES
        return wire.DISK if used > self.disk else None

    def _too_many(self, now: float) -> bool:
        total = _total()
        grown = total - self.total
        if 0 < grown <= self.processes // 4 and now - self.counted < _SECOND:
            return False
        self.total = total
        if grown <= 0:
            return False
        self.counted = now
        with urgently():
            # What belongs to the terminal's session is counted sooner than what is below this process.
            return len(in_session()) > self.processes or len(below(os.getpid())) > self.processes


@contextlib.contextmanager
def urgently() -> Iterator[None]:
    """Run before all others, where root is allowed to: they may be many, and busy with becoming more."""
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
    """The other processes of this one's session."""
    own, session = os.getpid(), os.getsid(0)
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, ValueError):
            if os.getsid(int(name)) == session and int(name) != own:
                found.append(int(name))
    return found


def below(root: int) -> dict[int, bool]:
    """Every process below ``root``, parents before children, and whether it is a zombie."""
    children: dict[int, list[int]] = {}
    zombies: dict[int, bool] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError), open("/proc/%s/stat" % name, "rb") as stream:
            # proc(5): pid (name) state parent
            state, parent = stream.read().rpartition(b")")[2].split()[:2]
            children.setdefault(int(parent), []).append(int(name))
            zombies[int(name)] = state in (b"Z", b"X")
    found = [root]
    for pid in found:
        found += children.get(pid, ())
    return {pid: zombies[pid] for pid in found[1:]}


def measure(folder: str) -> tuple[int, int]:
    """How many files there are, and the bytes that they take. Stops where there are too many."""
    files = used = 0
    pending = [folder]
    while pending and files <= wire.MOST_FILES:
        with contextlib.suppress(OSError), os.scandir(pending.pop()) as entries:
            for entry in entries:
                files += 1
                if files > wire.MOST_FILES:
                    break
                with contextlib.suppress(OSError):
                    used += entry.stat(follow_symlinks=False).st_blocks * 512
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
    return files, used


def _total() -> int:
    with open("/proc/loadavg", "rb") as stream:
        return int(stream.read().split()[3].partition(b"/")[2])
