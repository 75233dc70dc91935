"""Ctrl-C, which is always for the debugged program and never for pdbcoach."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from pdbcoach.errors import Terminated

T = TypeVar("T")


class Interrupts:
    """Notes each Ctrl-C, or raises KeyboardInterrupt while a line is read.

    It is raised only where it cuts nothing but the reading short, never while the debugger works.
    """

    def __init__(self) -> None:
        self.pending = False
        """It was pressed, and ``take`` has not been called since."""
        self._raises = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """In the block, Ctrl-C doesn't end pdbcoach."""
        before = signal.signal(signal.SIGINT, self._came)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def ending(self, read: Callable[[], T]) -> T | None:
        """Return what ``read`` returns, or ``None`` if Ctrl-C ends it with a KeyboardInterrupt."""
        try:
            self.pending, self._raises = False, True
            try:
                return read()
            finally:
                self._raises = False
        except Terminated:
            raise
        except KeyboardInterrupt:
            return None

    def after(self, work: Callable[[], T]) -> T:
        """Return what ``work``, a part of reading, returns. Raise a Ctrl-C of meanwhile when it is done."""
        before, self._raises = self._raises, False
        try:
            found = work()
        finally:
            self._raises = before
        if before and self.take():
            self._raises = False
            raise KeyboardInterrupt
        return found

    def press(self) -> None:
        """Note a Ctrl-C that came as a key, not as a signal."""
        self.pending = True

    def take(self) -> bool:
        """Return True if Ctrl-C was pressed since the last call."""
        came, self.pending = self.pending, False
        return came

    def _came(self, number: int, frame: FrameType | None) -> None:
        if self._raises:
            self._raises = False  # once for each line that is read
            raise KeyboardInterrupt
        self.pending = True
