"""Rows of the breakpoint table, expected and actual. The order of rows counts on neither side."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts.base import is_file
from pdbcoach.observation import Breakpoint


class ExpectedBreakpoint(Struct, frozen=True):
    """One row. ``file`` is ``None`` for the script of ``run``."""

    span: Span
    line: int
    file: str | None = None
    temporary: bool | None = None
    enabled: bool | None = None
    condition: str | None = None
    ignore: int | None = None
    hits: int | None = None


def compare_tables(
    expected: Sequence[ExpectedBreakpoint], actual: Sequence[Breakpoint], script: str | None
) -> tuple[str, str] | None:
    """``None`` if each row of one is a row of the other; both tables in words, if not.

    Of an expected row only what it gives is compared. A row without a file is about ``script``; where
    there is no script, about any file.
    """
    if len(expected) == len(actual) == len(_assigned(expected, actual, script)):
        return None
    wanted = [_expected_row(row, script) for row in expected]
    with_hits = any(row.hits is not None for row in expected)
    came = [_actual_row(row, script, with_hits) for row in actual]
    return _listed(wanted), _listed(came)


def unmatched(
    expected: Sequence[ExpectedBreakpoint], actual: Sequence[Breakpoint], script: str | None
) -> tuple[tuple[ExpectedBreakpoint, ...], tuple[Breakpoint, ...]]:
    """The expected rows that no actual one is, and the actual rows that none is expected to be."""
    taken = _assigned(expected, actual, script)
    missing = tuple(row for at, row in enumerate(expected) if at not in taken.values())
    extra = tuple(row for at, row in enumerate(actual) if at not in taken)
    return missing, extra


def expected_text(row: ExpectedBreakpoint, script: str | None) -> str:
    """An expected row in the words of ``row_text``: what is out of the ordinary."""
    notes = ["temporary"] if row.temporary else []
    notes += ["disabled"] if row.enabled is False else []
    notes += [f"if {row.condition}"] if row.condition else []
    notes += [f"ignore {row.ignore}"] if row.ignore else []
    return _row_text(("" if row.file in (None, script) else row.file or "", row.line, ", ".join(notes)))


def row_text(row: Breakpoint, script: str | None) -> str:
    """A row of the table in words, with what is out of the ordinary: ``stock.py:13 (temporary)``."""
    return _row_text(_actual_row(row, script, with_hits=False))


def _assigned(
    expected: Sequence[ExpectedBreakpoint], actual: Sequence[Breakpoint], script: str | None
) -> dict[int, int]:
    """Actual row → expected row, each once, as many as can be: augmenting paths, as rows may be vague."""
    candidates = [[at for at, row in enumerate(actual) if _is(want, row, script)] for want in expected]
    taken_by: dict[int, int] = {}

    def place(want: int, tried: set[int]) -> bool:
        for at in candidates[want]:
            if at not in tried:
                tried.add(at)
                if at not in taken_by or place(taken_by[at], tried):
                    taken_by[at] = want
                    return True
        return False

    for want in range(len(expected)):
        place(want, set())
    return taken_by


def _is(expected: ExpectedBreakpoint, row: Breakpoint, script: str | None) -> bool:
    file = expected.file or script
    return (
        (file is None or is_file(file, row.file))
        and expected.line == row.line
        and expected.temporary in (None, row.temporary)
        and expected.enabled in (None, row.enabled)
        and expected.condition in (None, row.condition or "")
        and expected.ignore in (None, row.ignore)
        and expected.hits in (None, row.hits)
    )


def _expected_row(row: ExpectedBreakpoint, script: str | None) -> tuple[str, int, str]:
    notes = []
    if row.temporary is not None:
        notes.append("temporary" if row.temporary else "not temporary")
    if row.enabled is not None:
        notes.append("enabled" if row.enabled else "disabled")
    if row.condition is not None:
        notes.append(f"if {row.condition}" if row.condition else "no condition")
    if row.ignore is not None:
        notes.append(f"ignore {row.ignore}")
    if row.hits is not None:
        notes.append(_hits(row.hits))
    return "" if row.file in (None, script) else row.file or "", row.line, ", ".join(notes)


def _actual_row(row: Breakpoint, script: str | None, with_hits: bool) -> tuple[str, int, str]:
    """What is out of the ordinary; how often it was hit only where that was asserted."""
    notes = ["temporary"] if row.temporary else []
    notes += [] if row.enabled else ["disabled"]
    notes += [f"if {row.condition}"] if row.condition else []
    notes += [f"ignore {row.ignore}"] if row.ignore else []
    notes += [_hits(row.hits)] if with_hits else []
    in_script = script is not None and is_file(script, row.file)
    return "" if in_script else row.file, row.line, ", ".join(notes)


def _hits(hits: int) -> str:
    return f"{hits} hit" + ("" if hits == 1 else "s")


def _listed(rows: Sequence[tuple[str, int, str]]) -> str:
    """Those of the script first, then file by file, each line by line."""
    return ", ".join(_row_text(row) for row in sorted(rows)) or "none"


def _row_text(row: tuple[str, int, str]) -> str:
    file, line, notes = row
    return (f"{file}:{line}" if file else str(line)) + (f" ({notes})" if notes else "")
