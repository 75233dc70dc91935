"""The facts that a step can assert: one class each.

A new fact is a new class with its place in ``AnyFact`` and ``FACTS``; CONTRIBUTING.md has the recipe.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar

from msgspec import Struct

from pdbcoach.facts.base import Fact, StateMismatch
from pdbcoach.facts.breakpoints import Breakpoints
from pdbcoach.facts.implied import Aliased, AtPrompt, BreakpointSet, Defined, Displayed, GlobalValue
from pdbcoach.facts.outcome import Raises, Returns
from pdbcoach.facts.place import At, Focus
from pdbcoach.facts.processes import Ends, Processes
from pdbcoach.facts.values import Values
from pdbcoach.observation import Observation

__all__ = [
    "FACTS",
    "AnyCriterion",
    "AnyFact",
    "At",
    "Breakpoints",
    "Ends",
    "Facts",
    "Focus",
    "Processes",
    "Raises",
    "Returns",
    "Values",
]

AnyFact = At | Focus | Returns | Raises | Values | Breakpoints | Processes | Ends
"""Closed: a ``match`` over it ends in ``assert_never``."""

FACTS: Final[tuple[type[AnyFact], ...]] = (
    At,
    Focus,
    Returns,
    Raises,
    Values,
    Breakpoints,
    Processes,
    Ends,
)
"""In the order in which they are judged, listed and described."""

AnyCriterion = AnyFact | GlobalValue | Defined | BreakpointSet | Displayed | Aliased | AtPrompt
"""Everything that a goal can consist of; closed as well."""

F = TypeVar("F", bound=Fact)


class Facts(Struct, frozen=True):
    """What a step asserts of the state: at most one fact of each class, in the order of ``FACTS``."""

    stated: tuple[AnyFact, ...] = ()

    def __iter__(self) -> Iterator[AnyFact]:
        return iter(self.stated)

    def of(self, kind: type[F]) -> F | None:
        """Return the fact of one class; None if it is not asserted."""
        return next((fact for fact in self.stated if isinstance(fact, kind)), None)

    def with_other(self, old: AnyFact, new: AnyFact) -> Facts:
        """Return the facts with ``new`` in place of ``old``."""
        return Facts(tuple(new if fact is old else fact for fact in self.stated))

    def judge(self, seen: Observation, script: str | None) -> tuple[StateMismatch, ...]:
        """Return everything that differs.

        Facts are about the observed process unless they name another. ``script`` is the file of
        breakpoints that name none. A process that is not at a debugger's prompt gives one mismatch for
        everything that is asserted of its debugger.
        """
        reported: set[str] = set()
        return tuple(one for fact in self.stated for one in fact.judge(seen, script, reported))
