"""What the coach says: a text in the lessons' Markdown, and its tone."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Tone = Literal["good", "miss", "note", "hint", "question", "task", "offer", "prose", "trouble"]
"""``good``: the learner reached something. ``miss``: the goal can't be reached from here. ``note``: anything
else about the line. ``offer``: how to do the task above it. ``trouble``: pdbcoach itself has a problem."""


class Message(Struct, frozen=True):
    tone: Tone
    text: str
