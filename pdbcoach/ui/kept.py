"""A road as it is kept: what was typed and waited for, and marks where steps began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

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


def stretches(kept: Sequence[Kept]) -> Iterator[tuple[int, Sequence[Kept]]]:
    """Each thing that was done, by its index, and what was waited for behind it."""
    starts = [index for index, entry in enumerate(kept) if not index or entry.kind != "await"]
    for start, end in pairwise([*starts, len(kept)]):
        yield start, kept[start + 1 : end]
