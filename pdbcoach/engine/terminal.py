"""One terminal: the bytes that arrived, cut at the announced prompts."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import termios
from typing import Final

from pdbcoach.engine import readers

WindowSize = tuple[int, int]
"""Rows and columns."""

DEFAULT_SIZE: Final = (24, 1000)
"""Wide, because readline corrupts the echo of wrapped lines, and to keep pdb's lines in one piece."""

_ANY_MARK: Final = re.compile(rb"\x1b\]133;A;pdbcoach=[0-9a-f]+\.\d+\.-?\d+c?\x07")

_TIOCGPTN: Final = 0x8004_5430
"""ioctl_tty(2): the number of a pseudo-terminal, which only its master returns."""

_MARK_BEGINS: Final = b"\x1b]133;A;pdbcoach="


def open_pair(size: WindowSize = DEFAULT_SIZE) -> tuple[int, int]:
    """Return the master and the slave of a new terminal, without echo."""
    master, slave = os.openpty()
    set_up(master, size)
    return master, slave


def set_up(master: int, size: WindowSize) -> None:
    """Give a terminal its size and switch off its echo.

    Raises ValueError for a descriptor that isn't a pseudo-terminal's master: reading it could block.
    """
    try:
        fcntl.ioctl(master, _TIOCGPTN, bytes(4))
    except OSError:
        raise ValueError("no pseudo-terminal's master") from None
    attributes = termios.tcgetattr(master)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(master, termios.TCSANOW, attributes)
    termios.tcsetwinsize(master, size)


class Terminal:
    """Reads and writes a terminal's master side, and leaves closing it to the caller."""

    def __init__(self, master: int, *, piece: int = 65536, controlling: bool = False) -> None:
        self.fd = master
        self.piece = piece
        """Bytes to read at a time. Tests use 1 to find code that depends on how output is cut."""
        self.controlling = controlling
        """Ctrl-C typed here becomes a signal for its foreground group."""
        self.closed = False
        self.quiet = True
        """Everything that had arrived at the last attempt has been read."""
        self.arrived = bytearray()
        """Bytes since the last prompt that was cut off."""
        self.unseen = bytearray()
        """Output before the last prompt that hasn't been taken."""
        self._late_prompt: re.Pattern[bytes] | None = None
        self.outgoing = bytearray()
        """Typed, but not yet accepted by the terminal."""
        self.identity = readers.identity(master)
        """What its readers know it by."""
        os.set_blocking(self.fd, False)

    def read(self, limit: int) -> None:
        """Read up to two pieces of what has arrived, unless more than ``limit`` bytes are waiting.

        The end of the terminal only sets ``closed``.
        """
        if not self.closed and self.size <= limit and self._read_piece() and self.size <= limit:
            self._read_piece()

    def drain(self, limit: int) -> None:
        """Read everything that has arrived, up to ``limit`` bytes, because its writer has ended."""
        while not self.closed and self.size <= limit and self._read_piece():
            pass

    def _read_piece(self) -> bool:
        try:
            piece = os.read(self.fd, self.piece)
        except BlockingIOError:
            self.quiet = True
            return False
        except OSError as problem:
            if problem.errno != errno.EIO:  # Linux reports EIO when no process has the slave open
                raise
            piece = b""
        self.closed = self.quiet = not piece
        self.arrived += piece
        return bool(piece)

    def cut(self, mark: bytes | None, prompt: re.Pattern[bytes], *, shown: bool, torn: bool) -> bool:
        """Cut at an announced prompt: what came before it becomes unseen output.

        ``mark`` is None if the prompt couldn't be marked. ``shown`` is False if its text goes elsewhere.
        Returns False while the prompt is incomplete, unless ``torn`` gives it up.
        """
        self._drop_late_prompt()
        at = self.arrived.rfind(mark) if mark is not None else len(self.arrived)
        if at < 0:
            # On a shared terminal it may have been cut off with another process's prompt.
            return torn or (mark is not None and mark in self.unseen)
        after = at + len(mark or b"")
        found = prompt.search(self.arrived, after) if shown else None
        if shown and mark is not None and found is None and not torn:
            return False
        self.unseen += self.arrived[:at]
        if found is not None:
            # Only the last line is the prompt; a thread may have printed between the mark and its text.
            last_line = found.start() + found.group().rfind(b"\n") + 1
            self.unseen += self.arrived[after:last_line]
            after = found.end()
        elif not shown:
            self._late_prompt = prompt
        del self.arrived[:after]
        return True

    def _drop_late_prompt(self) -> None:
        # A stdout that the program made itself may bring the prompt to the terminal after all.
        if self._late_prompt is not None and self.arrived:
            found = self._late_prompt.match(self.arrived)
            del self.arrived[: found.end() if found else 0]
            self._late_prompt = None

    def take(self, *, everything: bool) -> str:
        """Return the output not taken yet, and with ``everything`` also what follows the last prompt."""
        data = bytes(self.unseen)
        self.unseen.clear()
        if everything:
            self._drop_late_prompt()
            data += bytes(self.arrived)
            self.arrived.clear()
        return _ANY_MARK.sub(b"", data).decode("utf-8", "backslashreplace")

    def take_so_far(self, *, whole_lines: bool) -> str:
        """Return what has been printed, but no part of a mark that has arrived or is arriving."""
        data = bytes(self.unseen + self.arrived)
        end = data.find(_MARK_BEGINS, len(self.unseen))
        if end < 0:
            begun = range(min(len(_MARK_BEGINS) - 1, len(data)), 0, -1)
            end = len(data) - next((n for n in begun if data.endswith(_MARK_BEGINS[:n])), 0)
        if whole_lines:
            end = data.rfind(b"\n", 0, end) + 1
        elif data.endswith(b"\r", 0, end):  # the first half of a line's end
            end -= 1
        self.unseen.clear()
        self.arrived[:] = data[end:]
        return _ANY_MARK.sub(b"", data[:end]).decode("utf-8", "backslashreplace")

    def cut_last_line(self) -> bytes:
        """Cut off the unfinished last line and return it: what came before it becomes unseen output."""
        self._drop_late_prompt()
        begin = self.arrived.rfind(b"\n") + 1
        self.unseen += self.arrived[:begin]
        line = _ANY_MARK.sub(b"", self.arrived[begin:])
        self.arrived.clear()
        return line

    def cut_at(self, mark: bytes) -> None:
        """Make what came before a mark unseen output, if the mark is there."""
        at = self.arrived.find(mark)
        if at >= 0:
            self.unseen += self.arrived[:at]
            del self.arrived[: at + len(mark)]

    def forget(self, line: str) -> None:
        """Forget the echo of a line that nobody typed."""
        at = self.arrived.find(line.encode() + b"\r\n")
        if at >= 0:
            del self.arrived[at : at + len(line) + 2]

    def put_back(self, line: bytes) -> None:
        """Undo ``cut_last_line``: ``line`` is output after all."""
        self.arrived[:0] = line

    def all_taken(self) -> bool:
        """Return True if everything typed here has been read, or became a signal."""
        return not self.outgoing and readers.all_taken(self.fd)

    @property
    def size(self) -> int:
        """Number of bytes that haven't been taken."""
        return len(self.unseen) + len(self.arrived)

    def write(self, data: bytes) -> None:
        """Type ``data``. What the terminal doesn't accept at once waits for ``flush``."""
        self.outgoing += data
        self.flush()

    def flush(self) -> None:
        """Continue typing. What can't be typed, because no process has the terminal, is dropped."""
        try:
            while self.outgoing and not self.closed:
                del self.outgoing[: os.write(self.fd, self.outgoing)]
        except BlockingIOError:
            return
        except OSError:
            pass
        self.outgoing.clear()
