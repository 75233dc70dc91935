"""What is to be said of a line that has not reached the goal."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Gravity = Literal["aside", "overshot", "lost"]
"""``aside``: the goal is not reached. ``overshot``: its place was left behind, but may come again.
``lost``: it cannot be reached by going on."""


class Explanation(Struct, frozen=True):
    about: str
    """What it is about. Of two with the same, the second says nothing new."""
    text: str
    gravity: Gravity = "aside"

    @property
    def is_event(self) -> bool:
        """Whether it tells of something that has just happened, and has to be said each time."""
        return self.about in ("ended", "restarted", "crashed")
