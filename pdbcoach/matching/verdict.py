"""What matching says: the closed set of ways in which an observation can miss an expectation."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts.base import StateMismatch

__all__ = ["Failure", "StateMismatch"]


class OutputMismatch(Struct, frozen=True):
    """What was printed is not what ``expect`` says. Lines count from 0.

    ``expected`` are the pattern's lines as the author wrote them, ``actual`` what came.
    ``expected_at``/``actual_at`` index the first line that differs; ``None``: past the end.
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
    """The process ended where the step did not say so."""

    span: Span
    process: str
    how: str


class Refused(Struct, frozen=True):
    """The step could not be carried out: another prompt waits, the process floods, there is none."""

    span: Span
    reason: str


class LeftRunning(Struct, frozen=True):
    """Processes that the scenario started, did not end and did not name in ``ends``."""

    span: Span
    processes: tuple[str, ...]
    """One description each, e.g. ``main.2 (sleeping)``."""


class UnexpectedPass(Struct, frozen=True):
    """All was as expected, although the scenario says that it is known to fail."""

    span: Span
    reason: str
    """Why it should have failed, as its author says."""


Failure = OutputMismatch | StateMismatch | TimedOut | Died | Refused | LeftRunning | UnexpectedPass
