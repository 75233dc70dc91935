"""The facts that a step can assert: one class each. A new one is a new class, and its place in ``FACTS``."""

from __future__ import annotations

from typing import Final

from pdbcoach.facts.breakpoints import Breakpoints
from pdbcoach.facts.place import At, Focus

__all__ = ["FACTS", "AnyFact", "At", "Breakpoints", "Focus"]

AnyFact = At | Focus | Breakpoints
"""Closed: a ``match`` over it ends in ``assert_never``."""

FACTS: Final[tuple[type[AnyFact], ...]] = (At, Focus, Breakpoints)
"""In the order in which they are judged, listed and described."""
