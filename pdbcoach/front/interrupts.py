"""Ctrl-C, which is for the debugged program: never for the coach."""

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

    It is raised where nothing but the reading can be cut short, never in the middle of what the
    debugger does.
    """

    def __init__(self) -> None:
        self.pending = False
        """It was pressed and has not been taken."""
        self._raises = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """From here on Ctrl-C does not end pdbcoach."""
        before = signal.signal(signal.SIGINT, self._came)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def ending(self, read: Callable[[], T]) -> T | None:
        """What ``read`` returns. It gets a KeyboardInterrupt on Ctrl-C; ``None`` if it lets that pass."""
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
        """What ``work``, a part of reading, returns. A Ctrl-C meanwhile is raised when that is done."""
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
        """Ctrl-C was pressed, and has come as a key."""
        self.pending = True

    def take(self) -> bool:
        """Whether Ctrl-C was pressed since this was last asked."""
        came, self.pending = self.pending, False
        return came

    def _came(self, number: int, frame: FrameType | None) -> None:
        if self._raises:
            self._raises = False  # once for each line that is read
            raise KeyboardInterrupt
        self.pending = True
