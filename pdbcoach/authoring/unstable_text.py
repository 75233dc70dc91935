"""Turn the output of several runs into patterns: what differs becomes ``[pid]``, ``[..]`` and so on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from pdbcoach.authoring.yaml_text import scalar
from pdbcoach.form.source import UNWANTED
from pdbcoach.matching.pattern import ANY_LINES, Budget, LinePattern, TooManyWaysError, escape

_PIECES: Final = re.compile(r"0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?|\w+|\s+|.", re.DOTALL)
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{6,}")
_PATH: Final = re.compile(r"(?<![\w.])/(?:[\w.+@~-]+/)+[\w.+@~-]+")
_CLOCK: Final = re.compile(
    r"(?<![0-9.:])(?:[0-9]{4}-[0-9]{2}-[0-9]{2}[T ])?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?"
)
_UNWANTED: Final = re.compile(f"(?:{UNWANTED.pattern}|\r)+")
_TRACEBACK: Final = "Traceback (most recent call last):"
_STEPS: Final = 20_000


def pattern(runs: Sequence[Sequence[str]], pids: Collection[int] = ()) -> tuple[str, ...] | None:
    """Return the lines of a block that matches the output of each run; None if their numbers of lines differ.

    ``pids`` are known process ids. These, addresses and paths become patterns even if they are the same.
    """
    first = tuple(runs[0])
    if any(len(run) != len(first) for run in runs):
        return None
    made = tuple(line_pattern(lines, pids) for lines in zip(*runs, strict=True))
    return tuple(collapse_tracebacks(made))


def line_pattern(lines: Sequence[str], pids: Collection[int] = ()) -> str:
    """Return one line of a pattern that matches each of ``lines``."""
    first = lines[0]
    if any(line != first for line in lines):
        for kind in (_known_kinds(lines, pids), _by_pieces(lines)):
            if all(fits(kind, line) for line in lines):
                return kind
        return "[..]"
    return _with_kinds(first, pids)


def fits(written: str, line: str) -> bool:
    """Return True if one line of a pattern without captures matches ``line``."""
    if written == ANY_LINES:
        return False
    try:
        return any(True for _ in LinePattern.parse(written).matches(line, {}, (), Budget(_STEPS)))
    except TooManyWaysError:
        return False


def collapse_tracebacks(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with ``...`` for a traceback's frames: their markers differ between Pythons."""
    inside = False
    for line in lines:
        if line == _TRACEBACK:
            yield line
            yield ANY_LINES
            inside = True
        elif not inside or not line.startswith(" "):
            inside = False
            yield line


def printable(line: str) -> str:
    """Return ``line`` with ``[..]`` for the characters that a scenario file can't contain."""
    return _UNWANTED.sub("[..]", line)


def what_varied(old: str, new: str) -> tuple[str, str]:
    """Return what differs between two different texts that replays made of one file, and the cure."""
    first, second = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    tag, a, b, c, d = next(op for op in matcher.get_opcodes() if op[0] != "equal")
    shown = "".join(f"\n    {line.strip()}" for line in first[a:b])
    shown += "\n  and" + "".join(f"\n    {line.strip()}" for line in second[c:d])
    message = f"unstable: line {a + 1} would be different each time; once it was{shown}"
    if sorted(map(str.strip, first)) == sorted(map(str.strip, second)):
        lines = ", ".join(scalar(line.strip(), flow=True) for line in first[a:b] or second[c:d])
        return message, f"the same lines in another order: write `- any_order: [{lines}, …]`"
    if tag == "replace" and b - a == d - c:
        pattern = line_pattern([first[a].strip(), second[c].strip()])
        return message, f"write a pattern, such as `{pattern}`"
    return message, "write a pattern, or leave out what is not the point"


def _with_kinds(line: str, pids: Collection[int]) -> str:
    """Return the line's pattern, with ``[addr]``, ``[path]`` and ``[pid]`` for what is known to vary."""
    parts: list[str] = []
    at = 0
    for start, end, name in sorted(_volatile(line, pids)):
        if start >= at:
            parts += [escape(line[at:start]), f"[{name}]"]
            at = end
    parts.append(escape(line[at:]))
    joined = printable("".join(parts))
    return joined if fits(joined, line) else printable(escape(line))


def _volatile(line: str, pids: Collection[int]) -> Iterator[tuple[int, int, str]]:
    yield from ((found.start(), found.end(), "addr") for found in _ADDRESS.finditer(line))
    yield from ((found.start(), found.end(), "path") for found in _PATH.finditer(line))
    for found in re.finditer("(?<![0-9.])[0-9]+(?![0-9.])", line):
        if int(found[0][:12]) in pids:
            yield found.start(), found.end(), "pid"


def _known_kinds(lines: Sequence[str], pids: Collection[int]) -> str:
    """Return the first line with a kind for each address, path and time, and each number that varied."""
    first = lines[0]
    found = set(_volatile(first, pids))
    found |= {(match.start(), match.end(), "time") for match in _CLOCK.finditer(first)}
    found |= {
        (match.start(), match.end(), "pid")
        for match in re.finditer("(?<![0-9.:])[0-9]{2,}(?![0-9.:])", first)
        if any(match[0] not in line for line in lines)
    }
    parts: list[str] = []
    at = 0
    for start, end, name in sorted(found):
        if start >= at:
            parts += [escape(first[at:start]), f"[{name}]"]
            at = end
    return printable("".join([*parts, escape(first[at:])]))


def _by_pieces(lines: Sequence[str]) -> str:
    """Return what all lines share, in order, with ``[..]`` for the rest."""
    shared = _PIECES.findall(lines[0])
    kept = [True] * len(shared)
    gap_before = [False] * (len(shared) + 1)
    for line in lines[1:]:
        other = _PIECES.findall(line)
        here = [False] * len(shared)
        ends = (0, 0)
        for start, there, size in SequenceMatcher(None, shared, other, autojunk=False).get_matching_blocks():
            if (start, there) != ends:
                gap_before[start] = True
            ends = (start + size, there + size)
            here[start : start + size] = [True] * size
        kept = [a and b for a, b in zip(kept, here, strict=True)]
    parts: list[str] = []
    literal = ""
    for at, piece in enumerate(shared):
        if gap_before[at] or not kept[at]:
            parts += [escape(literal), "[..]"]
            literal = ""
        if kept[at]:
            literal += piece
    parts += [escape(literal), *(["[..]"] if gap_before[-1] else [])]
    return printable(re.sub(r"(\[\.\.\]){2,}", "[..]", "".join(parts)))
