"""The shim's side of terminals: marks, a terminal for each process, and pdb's standard input."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_STANDARD = (0, 1, 2)


def terminal_of(number: int) -> int | None:
    """Return the device behind a descriptor, or None if it isn't a terminal."""
    try:
        return os.fstat(number).st_rdev if os.isatty(number) else None
    except OSError:
        return None


def flush() -> None:
    """Flush what the program has printed, as ``input()`` itself is about to do."""
    for stream in (sys.stderr, sys.stdout):
        # A stream that the program defined may do anything in flush(). input() will call it anyway.
        if type(stream).__module__ == "_io":
            try:  # noqa: SIM105  (contextlib is one more module for every target to load)
                stream.flush()
            except (OSError, ValueError):
                pass


def write_mark(mark: bytes, device: int | None) -> bool:
    """Write a mark to the terminal ``device``, through any standard descriptor connected to it.

    Returns False if there is none: the program's output goes elsewhere, and a mark must not end up there.
    """
    for number in (1, 2, 0):
        if device is not None and terminal_of(number) == device:
            os.write(number, mark)
            return True
    return False


def shows(stream: Any, device: int | None) -> bool:
    """Return True if what is written to ``stream`` appears on the terminal ``device``."""
    try:
        return device is not None and terminal_of(stream.fileno()) == device
    except (AttributeError, OSError, ValueError):
        return False


def replace(slave: int, device: int | None) -> None:
    """Connect ``slave`` to the standard descriptors that were on terminal ``device`` (any, if None)."""
    for number in _STANDARD:
        found = terminal_of(number)
        if found is not None and device in (None, found):
            os.dup2(slave, number)


class BorrowedInput:
    """Gives pdb the terminal as ``sys.stdin`` while it interacts, if the program has /dev/null there.

    multiprocessing gives its children an empty stdin, so only pdb may read the terminal.
    """

    def __init__(self) -> None:
        self.owner: object = None
        self.programs: Any = None

    def lend(self, debugger: object) -> None:
        if self.owner is not None or not _is_null(sys.stdin) or terminal_of(0) is None:
            return
        self.owner, self.programs = debugger, sys.stdin
        sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115

    def give_back(self, debugger: object) -> None:
        if self.owner is debugger:
            sys.stdin, self.owner, self.programs = self.programs, None, None


def _is_null(stream: Any) -> bool:
    try:
        return os.fstat(stream.fileno()).st_rdev == os.stat(os.devnull).st_rdev
    except (AttributeError, OSError, ValueError):
        return False
