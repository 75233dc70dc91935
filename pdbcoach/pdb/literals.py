"""Python values as text: what pdb prints of them, and what a learner types for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def value(text: str) -> object:
    """Return the value that a text denotes; words denote themselves."""
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text.strip()


def kind(text: str) -> type | None:
    """Return the type of a value, one for all numbers; None for words."""
    found = value(text)
    if isinstance(found, str) and text.strip()[:1] not in ("'", '"'):
        return None
    return float if type(found) is int else type(found)


def same(one: str, other: str) -> bool:
    """Return whether two texts are equal as Python values or as text, ignoring case."""
    left, right = value(one), value(other)
    as_values = left == right and isinstance(left, bool) == isinstance(right, bool)
    return as_values or one.strip().lower() == other.strip().lower()


def elements(text: str) -> Iterator[str]:
    """Yield the reprs of what a list, tuple or set contains."""
    found = value(text)
    if isinstance(found, list | tuple | set):
        yield from map(repr, found)
