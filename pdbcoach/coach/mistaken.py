"""A line that means something else to pdb than to whoever typed it."""

from __future__ import annotations

from msgspec import Struct


class Mistaken(Struct, frozen=True):
    """What pdb made of it and how it is said there; ``misconception`` is an id such as ``M11``, or empty."""

    text: str
    misconception: str = ""
    even_if_right: bool = False
    """Said as well where the line has led to the goal all the same."""
    is_guess: bool = False
    """It may have been meant after all: said only where there is nothing else to say."""
