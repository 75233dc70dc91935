"""Ends what a session left when its leader was killed and can no longer do it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from typing import Final

from pdbcoach.engine.leader import descendants, kill_round
from pdbcoach.shim import wire

_LONGEST: Final = 5.0
"""Seconds to go on for."""


def end(token: str, known: Iterable[int]) -> None:
    """Kill everything that carries the session's token or descends from a known process."""
    deadline = time.monotonic() + _LONGEST
    while time.monotonic() < deadline:
        found = set(_carriers(token))
        for pid in (*found, *known):
            found.update(descendants(pid))
        if not found:
            return
        kill_round(sorted(found))
        for pid in found:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _carriers(token: str) -> Iterable[int]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(wire.TOKEN) == token:
                yield process.pid
