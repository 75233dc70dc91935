"""What is still there although it should have gone: processes and temporary folders."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil

from pdbcoach.shim import kernel
from pdbcoach.shim.leader import descendants

_GRACE: Final = 15.0
"""Seconds that whatever was killed, or lost who would have ended it, may take to go."""


class Leftovers:
    """Of all sessions whose folders are in ``folder``. From now on this process adopts orphans below it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kernel.adopt_orphans()

    def wait(self) -> None:
        """Until nothing is left, or for as long as it may take."""
        deadline = time.monotonic() + _GRACE
        while (self.processes() or self.folders()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def processes(self) -> list[str]:
        """Our descendants, and whoever has the folder in its environment: every program of a session has."""
        return [_describe(pid) for pid in sorted({*descendants(os.getpid()), *self._carriers()})]

    def folders(self) -> list[str]:
        """Each with what is in it."""
        return [
            ", ".join([entry.name, *sorted(str(one.relative_to(entry)) for one in entry.rglob("*"))])
            for entry in sorted(self._folder.iterdir())
        ]

    def _carriers(self) -> Iterator[int]:
        mark = f"{self._folder}/"
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if any(mark in value for value in process.environ().values()):
                    yield process.pid


def _describe(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return f"{pid} {process.status()} {' '.join(process.cmdline())[:100]}"
    except psutil.Error:
        return f"{pid}, which is gone by now"
