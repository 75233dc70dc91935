"""Ends the processes of a session whose leader was killed."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from typing import Final

from pdbcoach.shim import wire
from pdbcoach.shim.leader import descendants, kill_round

_LONGEST: Final = 5.0
"""Seconds after which to give up."""


def end(leader: int, token: str, known: Iterable[int]) -> None:
    """Kill all processes that have the session's token or descend from a known process.

    ``leader`` was the pid of the session's leader.
    """
    deadline = time.monotonic() + _LONGEST
    dead = set(known)
    while time.monotonic() < deadline:
        found = set(_carriers(token))
        for pid in (*found, *known):
            found.update(descendants(pid))
        if not found:
            break
        kill_round(sorted(found))
        dead |= found
    # Reap at the end, because orphans become our children only when their parents have ended.
    for pid in dead | set(_orphans(leader)):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def _orphans(leader: int) -> Iterable[int]:
    """Yield the pids of our children that belonged to the leader's terminal session."""
    import psutil

    for process in psutil.Process().children():
        with contextlib.suppress(OSError):
            if os.getsid(process.pid) == leader:
                yield process.pid


def _carriers(token: str) -> Iterable[int]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(wire.TOKEN) == token:
                yield process.pid
