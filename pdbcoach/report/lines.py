"""What reports are made of before somebody draws them: lines of plain text, each with a tone."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.report.escape import one_line

Tone = Literal["plain", "good", "bad", "quiet", "heading", "expected", "came"]
"""A hint for colour. What it says is in the text too: nothing is told by colour alone."""


class Line(Struct, frozen=True):
    text: str
    tone: Tone = "plain"


def plain(lines: Iterable[Line]) -> str:
    """The lines as text, each ended by a newline."""
    return "".join(f"{line.text}\n" for line in lines)


def place(span: Span) -> str:
    """``file:line``, relative to the current folder where the file lies in it, for people to read."""
    path = os.path.relpath(span.file)
    return one_line(f"{span.file if path.startswith('..') else path}:{span.line}")


def count(number: int, noun: str) -> str:
    """``1 step``, ``2 steps``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def duration(seconds: float) -> str:
    """``0.41 s``, ``12.3 s``, ``2 min 05 s``."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
