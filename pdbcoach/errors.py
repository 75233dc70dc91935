"""What goes wrong before anything has run, and the exit codes of the command line."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from enum import IntEnum
from pathlib import Path

from msgspec import Struct


class Exit(IntEnum):
    """Exit codes of every verb."""

    OK = 0
    DIFFERED = 1
    """Something ran and was not as expected."""
    COULD_NOT_RUN = 2
    """Bad input, no such interpreter, no such file."""
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells report it."""


class PdbcoachError(Exception):
    """Something could not be run at all.

    ``message`` says what is wrong, ``hint`` (may be empty) what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class Terminated(KeyboardInterrupt):
    """SIGTERM or SIGHUP came. For pytest, that ends tests at nothing else, it is a Ctrl-C."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class Interrupted(Exception):  # noqa: N818 - a wish, no error
    """The person who watches a demonstration has pressed ``q``."""


class Span(Struct, frozen=True):
    """A place in a text file. ``line`` and ``column`` count from 1; ``length`` is in characters."""

    file: Path
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(Struct, frozen=True):
    """One thing wrong in one file: where, what, and the source line it stands on."""

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
    """Everything that is wrong with a scenario or pack file, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
