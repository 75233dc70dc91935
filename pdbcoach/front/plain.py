"""Lines from a pipe, a file, or a terminal that edits them itself. Nothing is ever redrawn."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Final, TextIO

from pdbcoach.errors import LAST_TYPED, Terminated
from pdbcoach.front.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Reply
from pdbcoach.report.escape import one_line

_PATIENCE: Final = 10.0
"""Seconds that a line waits for a running program, where no person can press Ctrl-C."""
_KEYS_AND_WORDS: Final = (":", "\x03", "\x04", "")
"""How lines begin that aren't for the program; the last one is the end of all lines."""
_TICK: Final = 0.02
"""Seconds between two looks at a running program."""


class PlainReader:
    """Reads ``stream`` line by line. A line of just Ctrl-C (``\\x03``) or Ctrl-D (``\\x04``) is that key."""

    def __init__(self, stream: TextIO, out: TextIO, patience: float = _PATIENCE) -> None:
        self._stream = stream
        self._out = out
        self._patience = patience
        self._ahead: str | None = None
        self._is_echoed = stream.isatty() and out.isatty()

    @property
    def is_person(self) -> bool:
        return self._stream.isatty()

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Reply:
        try:
            if not ask.running:
                return self._entered(ask.prompt)
            if self.is_person:
                self._out.write(f"{ask.prompt.rstrip()}\n")  # and below it what comes meanwhile
                self._out.flush()
            if self._waits(changed, for_the_coach=_KEYS_AND_WORDS + ("\n",) * bool(ask.enter)):
                return Changed()
            return self._entered("" if self.is_person else ask.prompt)
        except Terminated:
            raise
        except KeyboardInterrupt:
            self.interrupted()
            return Interrupt()

    def forget_ahead(self) -> None:
        """Do nothing: a script means what it says, and what a person types ahead is visible here."""

    def interrupted(self) -> None:
        # A terminal has shown ^C itself, and dropped what was typed before it.
        self._out.write("\n" if self._is_echoed else "^C\n")

    def close(self) -> None:
        """Do nothing: the terminal was never changed."""

    def _waits(self, changed: Callable[[], bool], for_the_coach: tuple[str, ...]) -> bool:
        """Let the program run until it moves. False: read a line now.

        A person's line is read as soon as it is there. A line from elsewhere is read at once if it begins
        with one of ``for_the_coach``, and otherwise after ``patience`` seconds.
        """
        deadline = time.monotonic() + self._patience
        while not changed():
            if self.is_person:
                if select.select([self._stream], [], [], _TICK)[0]:
                    return False
            elif self._peek()[:1] in for_the_coach or time.monotonic() > deadline:
                return False
            else:
                time.sleep(_TICK)
        return True

    def _peek(self) -> str:
        if self._ahead is None:
            self._ahead = self._stream.readline()
        return self._ahead

    def _entered(self, prompt: str) -> Reply:
        self._out.write(prompt)
        self._out.flush()
        line = self._peek()
        self._ahead = None
        if not line:
            self._out.write("\n")
            return EndOfFile()
        text = line.removesuffix("\n").removesuffix("\r")
        if text == "\x03":
            self._out.write("^C\n")
            return Interrupt()
        LAST_TYPED.append(text)
        if not self._is_echoed:
            self._out.write(("^D" if text == "\x04" else one_line(text)) + "\n")
        return Entered(":eof") if text == "\x04" else Entered(text)
