"""Ctrl-C, which is for the debugged program: never for the coach."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(Exception):  # noqa: N818 - a wish, no error
    """Ends the waiting for a program that runs."""


class Interrupts:
    """Notes each Ctrl-C, or raises KeyboardInterrupt while a line is read."""

    def __init__(self) -> None:
        self.pending = False
        self._raises = False

    @contextmanager
    def caught(self) -> Iterator[None]:
        """From here on Ctrl-C does not end pdbcoach."""
        before = signal.signal(signal.SIGINT, self._came)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Meanwhile Ctrl-C raises KeyboardInterrupt, as whoever reads a line expects."""
        self.pending, self._raises = False, True
        try:
            yield
        finally:
            self._raises = False

    def take(self) -> bool:
        """Whether Ctrl-C was pressed since this was last asked."""
        came, self.pending = self.pending, False
        return came

    def _came(self, number: int, frame: FrameType | None) -> None:
        if self._raises:
            raise KeyboardInterrupt
        self.pending = True
