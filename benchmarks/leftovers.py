"""Processes and temporary folders that are left behind."""

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
"""Seconds that killed processes and their orphans may take to end."""


class Leftovers:
    """Looks for what sessions with folders in ``folder`` leave. This process adopts orphans from now on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        kernel.adopt_orphans()

    def wait(self) -> None:
        """Wait until nothing is left, or until the grace is over."""
        deadline = time.monotonic() + _GRACE
        while (self.processes() or self.folders()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def processes(self) -> list[str]:
        """Describe our descendants, and all processes with the folder in their environment."""
        return [_describe(pid) for pid in sorted({*descendants(os.getpid()), *self._carriers()})]

    def folders(self) -> list[str]:
        """Describe each folder with its content."""
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
