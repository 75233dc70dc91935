"""Demonstrations: what is typed appears at human pace, or a line for each key pressed."""

from __future__ import annotations

import os
import sys
import termios
import time
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from pdbcoach.errors import Interrupted, PdbcoachError
from pdbcoach.replay.result import StepStarted, keystrokes

CHARACTERS_PER_SECOND = 12.0
SECONDS_PER_LINE = 0.25
"""The time to read a line of output, and the least and the most time for all of it."""
SHORTEST_LOOK, LONGEST_LOOK = 0.6, 4.0
SECONDS_BEFORE_ENTER = 0.3

_GO_ON = b"\r\n "
_LEAVE = b"qQ\x03\x04"


class TypingReport(Protocol):
    """The part of a report that a demonstration uses: it shows typing and counts lines."""

    @property
    def lines_drawn(self) -> int: ...
    def show_prompt(self, started: StepStarted) -> None: ...
    def show_typed(self, text: str) -> None: ...


@dataclass
class Pace:
    """Paces a replay. ``speed`` 1 is a person's, 2 is twice as fast, ``None`` doesn't wait."""

    report: TypingReport
    speed: float | None = None
    wait_for_key: Callable[[], None] | None = None
    sleep: Callable[[float], None] = time.sleep
    _lines_before: int = field(default=0, init=False)

    def before(self, started: StepStarted) -> None:
        """Show the typing; return when the step is due. Raises Interrupted if the person leaves."""
        text = keystrokes(started.step.action)
        if text is not None:
            self.report.show_prompt(started)
        new_lines = self.report.lines_drawn - self._lines_before
        if self.wait_for_key is not None:
            self.wait_for_key()
        else:
            self._rest(min(LONGEST_LOOK, max(SHORTEST_LOOK, new_lines * SECONDS_PER_LINE)))
        for character in text or "":
            self._rest(1 / CHARACTERS_PER_SECOND)
            self.report.show_typed(character)
        self._rest(SECONDS_BEFORE_ENTER)
        self._lines_before = self.report.lines_drawn

    def _rest(self, seconds: float) -> None:
        if self.speed is not None:
            self.sleep(seconds / self.speed)


def check_terminal() -> None:
    """Raise PdbcoachError if there is no terminal to read keys from."""
    if not _has_terminal():
        raise PdbcoachError("--step waits for keys, and standard input is no terminal", "try --speed 1")


def wait_for_key() -> None:
    """Return on Enter or space. Raises Interrupted on ``q``, or if the terminal is gone.

    The terminal's settings are restored in any case.
    """
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    try:
        # cbreak: keys at once and unseen; Ctrl-C still interrupts.
        tty.setcbreak(terminal, termios.TCSADRAIN)
        while True:
            # An arrow key sends several bytes at once; only a single byte is a key here.
            pressed = os.read(terminal, 64)
            if not pressed or (len(pressed) == 1 and pressed in _LEAVE):
                raise Interrupted
            if len(pressed) == 1 and pressed in _GO_ON:
                return
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _has_terminal() -> bool:
    try:
        return os.isatty(sys.stdin.fileno())
    except (AttributeError, OSError, ValueError):
        return False
