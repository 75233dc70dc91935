"""A road as it is kept: what was typed and waited for, and marks where steps began."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.progress.records import Kept
from pdbcoach.scenario.model import Key, Send

ASKED: Final = "asked"
PERFORMED: Final = "performed"
MARKS: Final = (ASKED, PERFORMED)
"""Kinds of ``Kept`` that are marks on the road: from here on a step is asked, or done by the coach."""


class Point(Struct, frozen=True):
    """A line on a kept road that is the learner's, or the coach's in their place."""

    line: int
    """Its index."""
    before: int
    """How much of the road lies before it."""
    step: int
    """Counted from 1."""
    is_last: bool
    """It was the last one of its step."""
    is_coachs: bool
    """The coach has typed it."""


def can_be_gone(kept: Iterable[Kept]) -> bool:
    """Whether each entry is one that a debugger understands; what is read from a file may not be."""
    try:
        for entry in kept:
            match entry.kind:
                case "asked" | "performed":
                    int(entry.text)
                case "wait":
                    float(entry.text)
                case "await":
                    Become.of(entry)
                case "line" | "key":
                    pass
                case _:
                    return False
    except ValueError:
        return False
    return True


def points(kept: Sequence[Kept], step: int) -> list[Point]:
    """The learner's lines on a road that has led to ``step``, counted from 1."""
    asked, before = "", None
    found: list[Point] = []
    for index, entry in enumerate(kept):
        if entry.kind == ASKED:
            asked, before = entry.text, None
        elif entry.kind == PERFORMED:
            asked, before = (asked, index) if entry.text == asked else ("", None)
        elif entry.kind in ("line", "key") and asked:
            start = index if before is None else before
            found.append(Point(index, start, int(asked), False, before is not None))
    following = [*(point.step for point in found[1:]), step]
    return [
        replace(point, is_last=point.step != after) for point, after in zip(found, following, strict=False)
    ]


def action_of(entry: Kept) -> Send | Key:
    """What was typed, of an entry of the kinds ``line`` and ``key``."""
    if entry.kind == "line":
        return Send(entry.text)
    return Key("ctrl-c" if entry.text == "ctrl-c" else "ctrl-d")


class Become(Struct, frozen=True):
    """What has become of a process by itself, or by what was typed before."""

    process: str
    phase: str
    seconds: float
    """How long it took at most."""

    @classmethod
    def of(cls, entry: Kept) -> Become:
        """What an entry of the kind ``await`` says."""
        phase, _blank, seconds = entry.text.partition(" ")
        return cls(entry.process, phase, float(seconds))

    @property
    def kept(self) -> Kept:
        """The entry that says so."""
        return Kept(self.process, "await", f"{self.phase} {self.seconds:.2f}")

    def holds(self, views: Views) -> bool:
        """Whether the process is so now, or has come further by itself."""
        if self.process not in views:
            return False
        phase = views[self.process].phase
        return self.phase in (phase, "running") or (self.phase, phase) == ("zombie", "gone")


def stretches(kept: Sequence[Kept]) -> Iterator[tuple[int, Sequence[Kept]]]:
    """Each thing that was done, by its index, and what was waited for behind it."""
    starts = [index for index, entry in enumerate(kept) if not index or entry.kind != "await"]
    for start, end in pairwise([*starts, len(kept)]):
        yield start, kept[start + 1 : end]
