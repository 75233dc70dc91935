"""The lines of reports before they are drawn: plain text, each with a tone."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.replay.result import TranscriptEntry, keystrokes
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import one_line
from pdbcoach.scenario.model import Step

LineTone = Literal["plain", "good", "bad", "quiet", "heading", "expected", "came"]
"""A hint for colour. The text says the same: nothing depends on colour alone."""


class OutputLine(Struct, frozen=True):
    """One line of a report."""

    text: str
    tone: LineTone = "plain"


def plain(lines: Iterable[OutputLine]) -> str:
    """Return the lines as text, each ended by a newline."""
    return "".join(f"{line.text}\n" for line in lines)


def place(span: Span) -> str:
    """Return ``file:line`` for people, with the path as ``relative`` returns it."""
    return f"{relative(span.file)}:{span.line}"


def relative(file: Path) -> str:
    """Return the path for people, relative to the current directory if the file is below it."""
    path = os.path.relpath(file)
    return one_line(str(file) if path.startswith("..") else path)


def describe(step: Step) -> str:
    """Return what a step types, and to which process if that is not ``main``."""
    text = keystrokes(step.action)
    if text is None:
        return f"(nothing: looks at {step.process})"
    to = "" if step.process == "main" else f"  (to {step.process})"
    return f"{one_line(text) or '(Enter)'}{to}"


def session_lines(entries: Sequence[TranscriptEntry], width: int = 0) -> list[str]:
    """Return what a person would have seen, after process names of this width if there are several."""
    several = len({entry.process for entry in entries}) > 1
    drawn: list[str] = []
    for entry in entries:
        label = f"{entry.process:{width}} | " if several else ""
        if entry.prompt is not None:
            drawn.append(label + one_line(f"{entry.prompt}{entry.line or ''}"))
        drawn += [label + line for line in visible_lines(entry.output)]
    return drawn


def count(number: int, noun: str, plural: str = "") -> str:
    """Return ``1 step``, ``2 steps``; ``2 tries`` with the plural given."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def duration(seconds: float) -> str:
    """Return ``0.41 s``, ``12.3 s``, ``2 min 05 s``."""
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 100:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
