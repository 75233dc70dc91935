"""What is said about a line that has not reached the goal."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Gravity = Literal["aside", "overshot", "lost"]
"""``aside``: the goal is not reached. ``overshot``: its place was passed, but may come again.
``lost``: going on cannot reach it."""


class Explanation(Struct, frozen=True):
    about: str
    """What it is about. The second of two with the same ``about`` says nothing new."""
    text: str
    gravity: Gravity = "aside"

    @property
    def is_event(self) -> bool:
        """Whether it reports an event that has just happened, which is said every time."""
        return self.about in ("ended", "restarted", "crashed")
