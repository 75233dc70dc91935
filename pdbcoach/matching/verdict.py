"""The closed set of ways in which an observation can miss an expectation."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts.base import StateMismatch

__all__ = ["Failure", "StateMismatch"]


class OutputMismatch(Struct, frozen=True):
    """What was printed is not what ``expect`` says. Lines count from 0.

    ``expected`` has the pattern's lines as written, ``actual`` the lines of output. ``expected_at`` and
    ``actual_at`` index the first line that differs; None means past the end.
    """

    span: Span
    reason: str
    expected: tuple[str, ...]
    actual: tuple[str, ...]
    expected_at: int | None
    actual_at: int | None


class TimedOut(Struct, frozen=True):
    span: Span
    seconds: float
    waited_for: str


class Died(Struct, frozen=True):
    """The process ended, and the step did not say so."""

    span: Span
    process: str
    how: str


class Refused(Struct, frozen=True):
    """The step could not be carried out: another prompt, too much output, or no such process."""

    span: Span
    reason: str


class LeftRunning(Struct, frozen=True):
    """Processes that the scenario started, did not end and did not name in ``ends``."""

    span: Span
    processes: tuple[str, ...]
    """One description each, such as ``main.2 (sleeping)``."""


class AnswerMismatch(Struct, frozen=True):
    """The answer to a prediction question is not what came, so learners would be told something wrong."""

    span: Span
    answer: str
    """Empty if it is taken from what came."""
    reason: str
    """What came, or why the answer can't be compared."""


class UnexpectedPass(Struct, frozen=True):
    """Everything was as expected, although the scenario is known to fail."""

    span: Span
    reason: str
    """The author's reason why it should have failed."""


Failure = (
    OutputMismatch | StateMismatch | TimedOut | Died | Refused | LeftRunning | AnswerMismatch | UnexpectedPass
)
