"""Errors before anything has run, exit codes, and what a crash log needs to know."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

LAST_TYPED: Final[deque[str]] = deque(maxlen=40)
"""The lines that a person typed last, for a crash log."""


class Exit(IntEnum):
    """The exit codes of every verb."""

    OK = 0
    DIFFERED = 1
    """Something ran and was not as expected."""
    COULD_NOT_RUN = 2
    """Invalid input, or an interpreter or a file that does not exist."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells report it."""


class PdbcoachError(Exception):
    """Something could not be run at all.

    ``message`` says what is wrong, ``hint``, which may be empty, what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP was received. It is a KeyboardInterrupt because pytest stops for nothing else."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Interrupted(Exception):  # noqa: N818 - it is a request
    """The person who watches a demonstration pressed ``q``."""


class Span(Struct, frozen=True):
    """A place in a text file. ``line`` and ``column`` count from 1; ``length`` is in characters."""

    file: Path
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing wrong in one file: where, what, and its source line."""

    span: Span
    message: str
    source: str = ""

    def __str__(self) -> str:
        text = f"{self.span}: {self.message}"
        if not self.source:
            return text
        caret = " " * (self.span.column - 1) + "^" * max(1, self.span.length)
        return f"{text}\n    {self.source}\n    {caret}"


class ScenarioError(PdbcoachError):
    """Everything that is wrong with a scenario or pack file, in one error."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
