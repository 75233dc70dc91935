"""Decide which output of a step is worth expecting: the program's own, and that of commands that look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Final

from pdbcoach.matching.pattern import ANY_LINES
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind

_PDB_SAYS: Final = re.compile(
    r"""> .*\(\d+\).*\(\).* | ->\ .* | --(Call|Return)-- | --KeyboardInterrupt--
      | Program\ interrupted\..* | \[Current\ frame.*
      | The\ program\ (finished|exited).* | Post\ mortem\ debugger\ finished.* | Restarting\ .*
      | Uncaught\ exception.* | Running\ 'cont'.*
      | (Breakpoint|Temporary\ breakpoint|Deleted\ breakpoint)\ \d+\ at\ .*
      | Traceback\ \(most\ recent\ call\ last\):.* | display\ .*""",
    re.VERBOSE,
)
_FRAME: Final = re.compile(r"[> ] *(?P<file>.*)\(\d+\).*\(\)")
_MODULE: Final = re.compile(r"(<module '[\w.]+')[^<>]*>")
_ERROR: Final = re.compile(r"\*\*\* (?P<type>\w+): ")


def is_move(line: str) -> bool:
    """Return True if a line makes the program run."""
    return any(command.purpose == "move" for command in Line.parse(line).commands)


def is_look(line: str) -> bool:
    """Return True if a line is typed for its output, and that is the same on every Python."""
    used = Line.parse(line).commands
    return bool(used) and all(command.same_everywhere for command in used)


def worthwhile(line: str | None, kind: PromptKind | None, moved: bool, pattern: Sequence[str]) -> str | None:
    """Return the block to expect of a step, made from a pattern of its whole output; None for no block.

    ``line`` was typed at a prompt of this ``kind``; it is None for a key.
    """
    if line is None or moved or kind in ("program", "terminal"):
        lines = list(_programs_words(pattern))
        return _text(lines) if any(one != ANY_LINES for one in lines) else None
    if kind in ("python", "interact", "confirm"):
        return _text(pattern)
    if kind == "commands" or not is_look(line):
        return None
    if any(command.shows == "stack" for command in Line.parse(line).commands):
        pattern = list(_own_frames(pattern))
    return _text([_open_ended(one) for one in pattern])


def _text(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _programs_words(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with ``...`` for pdb's own messages, because the state is checked anyway."""
    in_traceback = False
    is_own = []
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        in_traceback = line.startswith("Traceback (most") or (in_traceback and _is_frame(line))
        said = _PDB_SAYS.fullmatch(line or following)
        is_own.append(not (in_traceback or said or line == ANY_LINES))
    return _with_gaps(lines, is_own)


def _with_gaps(lines: Sequence[str], kept: Sequence[bool]) -> Iterator[str]:
    """Yield the lines that are kept, with one ``...`` for all between two of them."""
    for is_kept, run in groupby(zip(kept, lines, strict=True), itemgetter(0)):
        yield from (line for _, line in run) if is_kept else (ANY_LINES,)


def _is_frame(line: str) -> bool:
    return line == ANY_LINES or line.startswith(" ")


def _own_frames(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines with ``...`` for the frames of pdb and the library, which differ between Pythons."""
    own = False
    kept = []
    for line in lines:
        frame = _FRAME.match(line)
        if frame is not None:
            own = not frame["file"].startswith((" [path]", " <", "[path]", "<"))
        kept.append(own)
    return _with_gaps(lines, kept)


def _open_ended(line: str) -> str:
    """Return the line open at its end if it is an error: newer Pythons add advice or change the words."""
    error = _ERROR.match(line)
    if error is None:
        return _MODULE.sub(r"\1[..]>", line)
    if error["type"] == "SyntaxError":
        return "*** SyntaxError: [..]"
    return line if line.endswith("[..]") else f"{line}[..]"
