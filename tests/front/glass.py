"""A person at a real terminal: the command in a pty, keys, and what is on the glass.

The glass understands as much of a terminal as line editors use: moving the cursor, erasing, wrapping.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pexpect
import psutil

PATIENCE = 60.0
"""Seconds after which missing output is a failure."""

_SEQUENCE = re.compile(r"\x1b\[(?P<private>[?=>]?)(?P<numbers>[0-9;]*)(?P<what>[a-zA-Z])|\x1b[=>]")
_UNFINISHED = re.compile(r"\x1b(\[[?=>]?[0-9;]*)?\Z")


class Glass:
    """Rows of text, as many as are needed."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows: list[list[str]] = [[]]
        self._row = self._column = 0
        self._wraps = True
        self._rest = ""

    @property
    def text(self) -> str:
        """All rows, without trailing spaces and empty rows at the end."""
        return "\n".join("".join(row).rstrip() for row in self.rows).rstrip()

    def write(self, text: str) -> None:
        text = self._rest + text
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        text, self._rest = text[:cut], text[cut:]
        at = 0
        while at < len(text):
            found = _SEQUENCE.match(text, at)
            if found is not None:
                self._obey(found)
                at = found.end()
            else:
                self._put(text[at])
                at += 1

    def _obey(self, found: re.Match[str]) -> None:
        number = int(found["numbers"] or 1) if (found["numbers"] or "1").isdecimal() else 1
        match found["private"], found["what"]:
            case "", "A":
                self._row = max(0, self._row - number)
            case "", "B":
                self._row += number
            case "", "C":
                self._column += number
            case "", "D":
                self._column = max(0, self._column - number)
            case "", "J" if not found["numbers"]:
                del self.rows[self._row + 1 :]
                del self._here()[self._column :]
            case "", "K" if not found["numbers"]:
                del self._here()[self._column :]
            case "?", "h" | "l" if number == 7:
                self._wraps = found["what"] == "h"
            case ("", "m") | ("?", _) | (None, _):
                pass
            case unknown:
                raise AssertionError(f"the glass does not know {unknown}: {found[0]!r}")

    def _put(self, character: str) -> None:
        match character:
            case "\r":
                self._column = 0
            case "\n":
                self._row += 1
            case "\b":
                self._column -= 1
            case _:
                assert character.isprintable(), f"a terminal would obey {character!r}"
                if self._column >= self.columns and self._wraps:
                    self._row, self._column = self._row + 1, 0
                row = self._here()
                row += " " * (self._column - len(row))
                row[self._column : self._column + 1] = [character]
                self._column += 1

    def _here(self) -> list[str]:
        while len(self.rows) <= self._row:
            self.rows.append([])
        return self.rows[self._row]


class Learner:
    """A person at a terminal.

    ``words`` follow ``pdbcoach VERB``. ``shell`` is what a shell does with that command, ``$@``.
    """

    def __init__(
        self,
        home: Path,
        words: Sequence[str],
        *,
        verb: str = "practice",
        columns: int = 80,
        shell: str = 'exec "$@"',
        environment: Mapping[str, str] | None = None,
    ) -> None:
        usual = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PDBCOACH_HOME": str(home)}
        inherited = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
        self.glass = Glass(columns)
        self.sent = ""
        """All that came from the command, control sequences included."""
        self.child: Any = pexpect.spawn(  # what it has from ptyprocess is not in its types
            "/bin/sh",
            ["-c", shell, "sh", sys.executable, "-m", "pdbcoach", verb, *words],
            env={**inherited, **usual, **(environment or {})},
            dimensions=(50, columns),
            encoding="utf-8",
            echo=True,
        )
        self.child.delaybeforesend = None

    @property
    def text(self) -> str:
        """What is on the glass."""
        return self.glass.text

    def type(self, keys: str) -> None:
        self.child.send(keys)

    def sees(self, *texts: str, where: str = "") -> None:
        """Wait until the texts are there in this order, after the last ``where``."""
        deadline = time.monotonic() + PATIENCE
        while not _in_turn(self.text[self.text.rfind(where) if where else 0 :], texts):
            assert time.monotonic() < deadline, f"no {texts} on the glass:\n{self.text}"
            self._take_in(deadline)

    def gets(self, sent: str) -> None:
        """Wait until this has come, control characters included."""
        deadline = time.monotonic() + PATIENCE
        while sent not in self.sent:
            self._take_in(deadline)

    def closes_the_terminal(self) -> None:
        """Close the terminal, and wait for the end of what runs in it."""
        if self.child.terminated:
            return
        self.child.ptyproc.fileobj.close()
        try:
            psutil.Process(self.child.pid).wait(PATIENCE)
        except psutil.NoSuchProcess:
            pass
        except psutil.TimeoutExpired:
            self.child.kill(signal.SIGKILL)
            raise AssertionError(f"the terminal is closed, and it goes on:\n{self.text}") from None

    def leaves(self) -> int:
        """Wait for the end of the command and return its exit status."""
        deadline = time.monotonic() + PATIENCE
        try:
            while True:
                self._take_in(deadline)
        except pexpect.EOF:
            self.child.wait()
        assert isinstance(self.child.exitstatus, int)
        return self.child.exitstatus

    def _take_in(self, deadline: float) -> None:
        try:
            came = self.child.read_nonblocking(65536, timeout=max(0, deadline - time.monotonic()))
        except pexpect.TIMEOUT:
            raise AssertionError(f"nothing comes any more:\n{self.text}") from None
        self.sent += came
        self.glass.write(came)


def _in_turn(text: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True
