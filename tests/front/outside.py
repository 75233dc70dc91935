"""A practice in a process of its own: fed through a pipe, watched, and ended in every way."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_PATIENCE = 60.0
"""Seconds after which missing output is a failure on any machine."""


@dataclass
class Outside:
    """``pdbcoach practice WORDS``. Progress: ``folder/home``, temporary files: ``folder/t``."""

    folder: Path
    words: tuple[str, ...] = ()
    verb: str = "practice"
    text: str = ""
    """What it has printed so far."""
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.temporary.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pdbcoach", self.verb, *self.words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(self.folder),
        )

    @property
    def temporary(self) -> Path:
        return self.folder / "t"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()

    def type(self, *lines: str | bytes) -> None:
        """Type these lines, each with Enter."""
        assert self.process.stdin is not None
        for line in lines:
            self.process.stdin.write((line.encode() if isinstance(line, str) else line) + b"\n")
        self.process.stdin.flush()

    def end_input(self) -> None:
        """Close its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def expect(self, text: str, times: int = 1) -> None:
        """Wait until it has printed ``text`` this many times."""
        deadline = time.monotonic() + _PATIENCE
        while self.text.count(text) < times:
            assert time.monotonic() < deadline, f"{text!r} has not come:\n{self.text}"
            assert self._read(0.1) or self.process.poll() is None, f"it has ended:\n{self.text}"

    def ended(self) -> int:
        """Wait until it has ended, and return its return code as subprocess gives it."""
        deadline = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"it has not ended:\n{self.text}"
            self._read(0.1)
        while self._read(0):
            pass
        return self.process.returncode

    def _read(self, seconds: float) -> bool:
        """Read what it prints. False: nothing came."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], seconds)[0]:
            return False
        piece = os.read(self.process.stdout.fileno(), 65536)
        self.text += piece.decode(errors="replace")
        return bool(piece)

    def left_over(self) -> list[str]:
        """Return what stays behind: temporary files and processes. They get time to go away."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self._files() or self._processes()) and time.monotonic() < deadline:
            time.sleep(0.05)  # no event tells when a process that isn't our child is gone
        return found

    def _files(self) -> list[str]:
        return [str(path) for path in self.temporary.iterdir()]

    def _processes(self) -> list[str]:
        """Return the processes whose environment names the temporary folder."""
        found = []
        for process in psutil.process_iter():
            try:
                if any(str(self.temporary) in value for value in process.environ().values()):
                    found.append(f"{process.pid} {process.cmdline()} {process.status()}")
            except psutil.Error:
                continue
        return found


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a practice whose files are all in ``folder``."""
    return {
        **os.environ,
        "PDBCOACH_HOME": str(folder / "home"),
        "TMPDIR": str(folder / "t"),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYTHONIOENCODING": "utf-8:strict",  # as where the locale is a real one
    }
