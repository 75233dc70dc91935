"""What the coach says: a tone, and text in the Markdown of the lessons."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Tone = Literal["good", "miss", "note", "hint", "question", "task", "offer", "prose", "trouble"]
"""``good``: something was reached. ``miss``: the goal cannot be reached from here. ``note``: anything
else about what was typed. ``offer``: how the task above it can be done. ``trouble``: something of
pdbcoach itself did not work."""


class Message(Struct, frozen=True):
    tone: Tone
    text: str
