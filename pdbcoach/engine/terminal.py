"""One terminal as the engine has it: bytes that came, cut at the prompts that were announced."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import termios
from typing import Final

COLUMNS: Final = 1000
"""Wide: readline corrupts the echo of lines that wrap, and pdb's own lines stay whole."""
ROWS: Final = 24

_ANY_MARK: Final = re.compile(rb"\x1b\]133;A;pdbcoach=[0-9a-f]+\.\d+\.\d+c?\x07")

_TIOCGPTN: Final = 0x8004_5430
"""ioctl_tty(2): the number of a pseudo-terminal, told by its master only."""

_MARK_BEGINS: Final = b"\x1b]133;A;pdbcoach="


def open_pair() -> tuple[int, int]:
    """A new terminal, of our size and without echo: its master, and its slave."""
    master, slave = os.openpty()
    set_up(master)
    return master, slave


def set_up(master: int) -> None:
    """Give a terminal our size, and no echo.

    Raises ValueError if it is no master of one: whatever else was sent could block, or be somebody's.
    """
    try:
        fcntl.ioctl(master, _TIOCGPTN, bytes(4))
    except OSError:
        raise ValueError("no pseudo-terminal's master") from None
    attributes = termios.tcgetattr(master)
    attributes[3] &= ~termios.ECHO
    termios.tcsetattr(master, termios.TCSANOW, attributes)
    termios.tcsetwinsize(master, (ROWS, COLUMNS))


class Terminal:
    """Reads and writes a terminal's master side, which is closed by whoever opened it."""

    def __init__(self, master: int, *, piece: int = 65536, controlling: bool = False) -> None:
        self.fd = master
        self.piece = piece
        """Bytes to read at a time; 1 shakes out whatever depends on how output happens to be cut."""
        self.controlling = controlling
        """Ctrl-C typed at it is a signal for its foreground group."""
        self.closed = False
        self.quiet = True
        """Everything that had arrived by the last look has been read."""
        self.arrived = bytearray()
        """Bytes since the last prompt that was cut off."""
        self.unseen = bytearray()
        """Output before the last prompt that nobody has taken yet."""
        self._late_prompt: re.Pattern[bytes] | None = None
        self.outgoing = bytearray()
        """Typed, but not taken by the terminal yet."""
        os.set_blocking(self.fd, False)

    def read(self, limit: int) -> None:
        """Take in what has arrived, a piece of it if it is much, and no more than ``limit`` bytes.

        The end of the terminal only closes it.
        """
        if not self.closed and self.size <= limit and self._read_piece() and self.size <= limit:
            self._read_piece()

    def drain(self, limit: int) -> None:
        """Take in all that has arrived: its writer has ended."""
        while not self.closed and self.size <= limit and self._read_piece():
            pass

    def _read_piece(self) -> bool:
        try:
            piece = os.read(self.fd, self.piece)
        except BlockingIOError:
            self.quiet = True
            return False
        except OSError as problem:
            if problem.errno != errno.EIO:  # EIO is how Linux says that nobody has it open
                raise
            piece = b""
        self.closed = self.quiet = not piece
        self.arrived += piece
        return bool(piece)

    def cut(self, mark: bytes | None, prompt: re.Pattern[bytes], *, shown: bool, torn: bool) -> bool:
        """Cut at a prompt that was announced: what came before it becomes unseen output.

        ``mark`` is ``None`` if the prompt could not be marked; it is not ``shown`` if it goes
        elsewhere. False while it is incomplete, unless it is given up as ``torn``.
        """
        self._drop_late_prompt()
        at = self.arrived.rfind(mark) if mark is not None else len(self.arrived)
        if at < 0:
            # On a shared terminal it may have been cut off with the prompt of another process.
            return torn or (mark is not None and mark in self.unseen)
        behind = at + len(mark or b"")
        found = prompt.search(self.arrived, behind) if shown else None
        if shown and mark is not None and found is None and not torn:
            return False
        self.unseen += self.arrived[:at]
        if found is not None:  # a thread may have printed between the mark and the prompt
            self.unseen += self.arrived[behind : found.start()]
            behind = found.end()
        elif not shown:
            self._late_prompt = prompt
        del self.arrived[:behind]
        return True

    def _drop_late_prompt(self) -> None:
        # A stdout of the program's own making may bring the prompt to the terminal after all.
        if self._late_prompt is not None and self.arrived:
            found = self._late_prompt.match(self.arrived)
            del self.arrived[: found.end() if found else 0]
            self._late_prompt = None

    def take(self, *, everything: bool) -> str:
        """The output not taken yet; with ``everything`` also what follows the last prompt."""
        data = bytes(self.unseen)
        self.unseen.clear()
        if everything:
            self._drop_late_prompt()
            data += bytes(self.arrived)
            self.arrived.clear()
        return _ANY_MARK.sub(b"", data).decode("utf-8", "backslashreplace")

    def take_so_far(self, *, whole_lines: bool) -> str:
        """What has been printed by now, but nothing of a mark that has arrived or begun to arrive."""
        data = bytes(self.unseen + self.arrived)
        end = data.find(_MARK_BEGINS, len(self.unseen))
        if end < 0:
            begun = range(min(len(_MARK_BEGINS) - 1, len(data)), 0, -1)
            end = len(data) - next((n for n in begun if data.endswith(_MARK_BEGINS[:n])), 0)
        if whole_lines:
            end = data.rfind(b"\n", 0, end) + 1
        self.unseen.clear()
        self.arrived[:] = data[end:]
        return _ANY_MARK.sub(b"", data[:end]).decode("utf-8", "backslashreplace")

    @property
    def size(self) -> int:
        """Bytes that wait to be taken."""
        return len(self.unseen) + len(self.arrived)

    def write(self, data: bytes) -> None:
        """Type ``data``. What the terminal does not take at once waits for ``flush``."""
        self.outgoing += data
        self.flush()

    def flush(self) -> None:
        """Go on typing. What can never be typed, because nobody has the terminal, is dropped."""
        try:
            while self.outgoing and not self.closed:
                del self.outgoing[: os.write(self.fd, self.outgoing)]
        except BlockingIOError:
            return
        except OSError:
            pass
        self.outgoing.clear()
