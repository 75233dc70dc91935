"""Names that a scenario gives to whichever process stops first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct

from pdbcoach.observation import ProcessView


class LateName(Struct, frozen=True):
    patterns: Sequence[str]
    fits: Callable[[ProcessView], bool]
    """Whether a process is where the first step with this name wants it."""

    def matches(self, name: str) -> bool:
        return any(fnmatchcase(name, pattern) for pattern in self.patterns)


def others_of(name: str) -> str:
    """Return the common name of the processes that matched, but weren't chosen for ``name``."""
    return f"others of {name}"
