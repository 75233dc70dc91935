"""Rows of the breakpoint table, expected and actual. The order of rows does not matter on either side."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts.base import is_file
from pdbcoach.observation import Breakpoint


class ExpectedBreakpoint(Struct, frozen=True):
    """One expected row. ``file`` is None for the script of ``run``; None elsewhere means: not asserted."""

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
    """Return None if the two tables match, row by row; if not, both tables in words.

    Only what an expected row gives is compared. A row without a file is about ``script``, or about any
    file if there is no script.
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
    """Return the expected rows that match no actual row, and the actual rows that match no expected one."""
    taken = _assigned(expected, actual, script)
    missing = tuple(row for at, row in enumerate(expected) if at not in taken.values())
    extra = tuple(row for at, row in enumerate(actual) if at not in taken)
    return missing, extra


def expected_text(row: ExpectedBreakpoint, script: str | None) -> str:
    """Describe an expected row as ``row_text`` does: only what is out of the ordinary."""
    notes = ["temporary"] if row.temporary else []
    notes += ["disabled"] if row.enabled is False else []
    notes += [f"if {row.condition}"] if row.condition else []
    notes += [f"ignore {row.ignore}"] if row.ignore else []
    return _row_text((_file_text(row, script), row.line, ", ".join(notes)))


def row_text(row: Breakpoint, script: str | None) -> str:
    """Describe a row with what is out of the ordinary: ``stock.py:13 (temporary)``."""
    return _row_text(_actual_row(row, script, with_hits=False))


def _assigned(
    expected: Sequence[ExpectedBreakpoint], actual: Sequence[Breakpoint], script: str | None
) -> dict[int, int]:
    """Return actual row → expected row, each at most once, and as many pairs as possible.

    Uses augmenting paths, because an expected row may match several actual ones.
    """
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
    """Return file, line and notes on everything that is asserted."""
    notes = (
        (row.temporary, "temporary" if row.temporary else "not temporary"),
        (row.enabled, "enabled" if row.enabled else "disabled"),
        (row.condition, f"if {row.condition}" if row.condition else "no condition"),
        (row.ignore, f"ignore {row.ignore}"),
        (row.hits, _hits(row.hits or 0)),
    )
    asserted = ", ".join(note for value, note in notes if value is not None)
    return _file_text(row, script), row.line, asserted


def _file_text(row: ExpectedBreakpoint, script: str | None) -> str:
    return "" if row.file in (None, script) else row.file or ""


def _actual_row(row: Breakpoint, script: str | None, with_hits: bool) -> tuple[str, int, str]:
    """Return file, line and notes. Hit counts are noted only where they are asserted."""
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
    """List the script's rows first, then those of each other file, by line."""
    return ", ".join(_row_text(row) for row in sorted(rows)) or "none"


def _row_text(row: tuple[str, int, str]) -> str:
    file, line, notes = row
    return (f"{file}:{line}" if file else str(line)) + (f" ({notes})" if notes else "")
