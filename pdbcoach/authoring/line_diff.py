"""Align the lines of a block with a new output: lines that still match stay, the others change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.unstable_text import printable
from pdbcoach.matching.pattern import ANY_LINES, Budget, LinePattern, TooManyWaysError, escape
from pdbcoach.matching.redact import BLANKS

_MATCH: Final = 4.0
_CHANGE: Final = -2.5
"""For a line and one that has nothing in common with it."""
_LIKENESS: Final = 1.5
"""Times the similarity of the two lines."""
_REMOVE: Final = -3.0
_ADD: Final = -3.0
_SAME: Final = 1.0
_ALIKE: Final = 0.75
"""The greatest closeness of two lines that don't match."""
_STEPS: Final = 20_000
_PIECE: Final = re.compile(r"\w+|\s+|.", re.DOTALL)
_WILD: Final = re.compile(r"(?<!\[)\[(?:\.\.|[A-Za-z_][\w-]*(?::\.\.)?)\](?!\])")


class AlignedLine(Struct, frozen=True):
    """A line of the new block: the old line with the index ``old``, or a new ``text`` if that is None."""

    old: int | None
    text: str = ""
    replaces: int | None = None
    """The index of the old line that the new one replaces; None if it was added."""


def align(written: Sequence[str], came: Sequence[str], known: Mapping[str, str]) -> list[AlignedLine]:
    """Return a block that matches the lines ``came`` and keeps as many lines of ``written`` as possible.

    ``known`` has the captures of earlier steps. A ``...`` stays and takes the lines that
    no other line matches.
    """
    gaps = [_is_gap(line) for line in written]
    scores = [[_closeness(pattern, line, known) for line in came] for pattern in written]
    found = _walk(gaps, came, scores, _table(gaps, scores, len(came)))
    return [
        line
        if line.old is not None
        else replace(line, text=printable(escape(line.text)))
        if line.replaces is None
        else replace(line, text=changed(written[line.replaces], line.text, known))
        for line in found
    ]


def _table(gaps: Sequence[bool], scores: list[list[float]], columns: int) -> list[list[float]]:
    """Return, for each position in both sequences, the best score of aligning the rest."""
    rows = len(gaps)
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for at in range(rows, -1, -1):
        for to in range(columns, -1, -1):
            if (at, to) != (rows, columns):
                best[at][to] = max(score for score, _, _ in _moves(gaps, scores, best, at, to))
    return best


def _moves(
    gaps: Sequence[bool], scores: list[list[float]], best: list[list[float]], at: int, to: int
) -> list[tuple[float, str, tuple[int, int]]]:
    """Return the moves at a position, most conservative first: score, name and next position."""
    rows, columns = len(gaps), len(best[0]) - 1
    found: list[tuple[float, str, tuple[int, int]]] = []
    if at < rows and gaps[at]:
        found.append((best[at + 1][to], "keep", (at + 1, to)))
        if to < columns:
            found.append((best[at][to + 1], "absorb", (at, to + 1)))
        return found
    if at < rows and to < columns:
        if scores[at][to] == _SAME:
            found.append((best[at + 1][to + 1] + _MATCH, "match", (at + 1, to + 1)))
        else:
            worth = _CHANGE + _LIKENESS * scores[at][to]
            found.append((best[at + 1][to + 1] + worth, "change", (at + 1, to + 1)))
    if at < rows:
        found.append((best[at + 1][to] + _REMOVE, "remove", (at + 1, to)))
    if to < columns:
        found.append((best[at][to + 1] + _ADD, "add", (at, to + 1)))
    return found


def _walk(
    gaps: Sequence[bool], came: Sequence[str], scores: list[list[float]], best: list[list[float]]
) -> list[AlignedLine]:
    lines: list[AlignedLine] = []
    at = to = 0
    while (at, to) != (len(gaps), len(came)):
        score = best[at][to]
        name, place = next((n, p) for s, n, p in _moves(gaps, scores, best, at, to) if s == score)
        match name:
            case "match" | "keep":
                lines.append(AlignedLine(at))
            case "change":
                lines.append(AlignedLine(None, came[to], at))
            case "add":
                lines.append(AlignedLine(None, came[to]))
        at, to = place
    return lines


def _closeness(pattern: str, line: str, known: Mapping[str, str]) -> float:
    if _matches(pattern, line, known):
        return _SAME
    return _ALIKE * SequenceMatcher(None, _WILD.sub("", pattern), line, autojunk=False).ratio()


def changed(pattern: str, line: str, known: Mapping[str, str]) -> str:
    """Return a pattern for ``line`` that keeps the wildcards of ``pattern`` that still fit."""
    written, wild = _tokens(pattern)
    pieces = _PIECE.findall(line)
    scores = [
        [_SAME * (one == piece and not is_wild) for piece in pieces]
        for one, is_wild in zip(written, wild, strict=True)
    ]
    found = _walk(wild, pieces, scores, _table(wild, scores, len(pieces)))
    shared = any(one.old is not None and not wild[one.old] and written[one.old].strip() for one in found)
    kept = printable(_kept(found, written, wild))
    return kept if shared and any(wild) and _matches(kept, line, known) else printable(escape(line))


def _kept(found: Sequence[AlignedLine], written: Sequence[str], wild: Sequence[bool]) -> str:
    kept = ""
    for is_wild, pieces in groupby(found, lambda one: one.old is not None and wild[one.old]):
        text = "".join(one.text if one.old is None else written[one.old] for one in pieces)
        kept += text if is_wild else escape(text)
    return kept


def _tokens(pattern: str) -> tuple[list[str], list[bool]]:
    """Return the pieces of a pattern, and for each whether it is a wildcard."""
    written: list[str] = []
    wild: list[bool] = []
    at = 0
    for token in _WILD.finditer(pattern):
        plain = _PIECE.findall(pattern[at : token.start()])
        written += [*plain, token[0]]
        wild += [False] * len(plain) + [True]
        at = token.end()
    rest = _PIECE.findall(pattern[at:])
    return written + rest, wild + [False] * len(rest)


def _is_gap(line: str) -> bool:
    return line.rstrip(BLANKS) == ANY_LINES


def _matches(pattern: str, line: str, known: Mapping[str, str]) -> bool:
    if _is_gap(pattern):
        return False
    try:
        return any(True for _ in LinePattern.parse(pattern).matches(line, known, (), Budget(_STEPS)))
    except TooManyWaysError:
        return False


def captured(written: Sequence[str], came: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """Return ``known`` with the captures of the lines that still match."""
    found = dict(known)
    old = iter(came)
    for line in align(written, came, known):
        if line.old is None or _is_gap(written[line.old]):
            continue
        pattern = LinePattern.parse(written[line.old])
        for text in old:
            if _matches(written[line.old], text, found):
                found |= next(iter(pattern.matches(text, found, (), Budget(_STEPS))), {})
                break
    return found
