"""What the kernel says about pids: a process's parent, and its own pid in a sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

NOBODY: Final = 2**31 - 1
"""A pid that no process has."""


def exists(pid: int) -> bool:
    """Return True if there is such a process, even a zombie."""
    return Path(f"/proc/{pid}").exists()


def parent_of(pid: int) -> int:
    """Return the parent's pid, or 0 if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            return int(stream.read().rsplit(b")", 1)[1].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def ancestors(pid: int) -> Iterator[int]:
    """Yield the pid of the parent, of its parent, and so on."""
    while (pid := parent_of(pid)) > 1:
        yield pid


def command_line(pid: int) -> str:
    """Return a process's command line, or an empty string if it has ended or is ending."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="backslashreplace").strip()


def own_number(pid: int) -> int:
    """Return what a process gets from ``os.getpid()``, which differs in a pid namespace."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text(errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    except (OSError, ValueError):
        pass
    return pid


def child_called(number: int, parent: int) -> int:
    """Return the pid of ``parent``'s child whose own pid is ``number``, or ``NOBODY`` if it is gone."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError:
        return NOBODY
    return next((pid for pid in map(int, children) if own_number(pid) == number), NOBODY)
