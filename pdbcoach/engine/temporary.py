"""Temporary folders that are removed even if this process is killed.

A guardian, a tiny process, learns of each folder before it is made. It reads from a pipe until no process has
the other end, and then removes the folders that it wasn't told to forget (``shim/removal.py``).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pdbcoach.shim import removal

LONGEST_NAME: Final = len("/pdbcoach-01234567")
"""Characters that a folder's name adds to its parent's, with the prefix ``pdbcoach-``."""


class _Guardian:
    """The guardian's parent side, for any thread. The process starts with the first folder."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: set[Path] = set()
        self._process: subprocess.Popen[bytes] | None = None

    def watch(self, folder: Path) -> None:
        with self._lock:
            self._folders.add(folder)
            self._tell(removal.WATCH, folder)

    def forget(self, folder: Path) -> None:
        with self._lock:
            self._folders.discard(folder)
            self._tell(removal.FORGET, folder)

    def _tell(self, what: bytes, folder: Path) -> None:
        try:
            self._write(what, folder)
        except BrokenPipeError:  # it was killed
            self._end()
            for one in self._folders:
                self._write(removal.WATCH, one)

    def _write(self, what: bytes, folder: Path) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", removal.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                bufsize=0,
                start_new_session=True,  # keeps Ctrl-C away from it
            )
        assert self._process.stdin is not None
        self._process.stdin.write(what + os.fsencode(folder) + b"\0")

    def _end(self) -> None:
        if self._process is not None:
            self.let_go()
            self._process.wait()
            self._process = None

    def end(self) -> None:
        with self._lock:
            self._end()

    def let_go(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


_guardian = _Guardian()
_inherited: list[_Guardian] = []


def make_folder(parent: str, prefix: str = "pdbcoach-") -> Path:
    """Create a folder in ``parent`` that only this user may open. Raises OSError."""
    folder = Path(parent).resolve() / (prefix + os.urandom(4).hex())
    _guardian.watch(folder)
    try:
        folder.mkdir(0o700)
    except BaseException:
        _guardian.forget(folder)
        raise
    return folder


def remove_folder(folder: Path) -> None:
    """Remove a folder and everything in it."""
    removal.remove(str(folder))
    _guardian.forget(folder)


def keep_folder(folder: Path) -> None:
    """Leave a folder in place, whatever happens."""
    _guardian.forget(folder)


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """Create a folder in the system's temporary folder; remove it at the end of the block."""
    folder = make_folder(tempfile.gettempdir(), prefix)
    try:
        yield folder
    finally:
        remove_folder(folder)


def end() -> None:
    """End the guardian, which removes the remaining folders of this process."""
    _guardian.end()


def _after_fork() -> None:
    """Forget the folders in a fork of this process: they belong to the parent and end with it."""
    global _guardian
    _guardian.let_go()
    _inherited.append(_guardian)  # keeps subprocess from warning that it was never waited for
    _guardian = _Guardian()


atexit.register(end)
os.register_at_fork(after_in_child=_after_fork)
