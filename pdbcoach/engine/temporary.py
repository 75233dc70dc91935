"""Temporary folders that go even if this process is killed.

A guardian, a tiny process of ours, hears of each before it is made, over a pipe whose end it reads until
nobody is left who could write to it. What it has heard of and not been told to forget it removes then
(``shim/removal.py``).
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
    """Starts with the first folder. Any thread may have one."""

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
        except BrokenPipeError:  # somebody has killed it
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
                start_new_session=True,  # a Ctrl-C is not for it
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
    """A new folder in ``parent``, for the user alone. Raises OSError."""
    folder = Path(parent).resolve() / (prefix + os.urandom(4).hex())
    _guardian.watch(folder)
    try:
        folder.mkdir(0o700)
    except BaseException:
        _guardian.forget(folder)
        raise
    return folder


def remove_folder(folder: Path) -> None:
    """Remove it, with all that is in it."""
    removal.remove(str(folder))
    _guardian.forget(folder)


def keep_folder(folder: Path) -> None:
    """It stays, whatever happens."""
    _guardian.forget(folder)


@contextlib.contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A new folder where temporary ones belong, removed afterwards."""
    folder = make_folder(tempfile.gettempdir(), prefix)
    try:
        yield folder
    finally:
        remove_folder(folder)


def end() -> None:
    """Have all folders of this process removed that are left, and the guardian ended."""
    _guardian.end()


def _after_fork() -> None:
    """In a fork of this process: the folders are its parent's, and are to go with that one."""
    global _guardian
    _guardian.let_go()
    _inherited.append(_guardian)  # subprocess warns of what it never waited for
    _guardian = _Guardian()


atexit.register(end)
os.register_at_fork(after_in_child=_after_fork)
