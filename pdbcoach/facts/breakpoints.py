"""``breakpoints``: the whole table after the step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any, ClassVar, Self, final

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import (
    NO_SUCH,
    FactEntry,
    Names,
    Plain,
    Reading,
    Recorded,
    SameText,
    StateFact,
    StateMismatch,
    is_own,
    line_or_mark,
)
from pdbcoach.facts.table import ExpectedBreakpoint, compare_tables, expected_text, unmatched
from pdbcoach.form.records import Field, Nested, Record
from pdbcoach.form.shapes import Either, Flag, Int, ListOf, Shape, Text, Written
from pdbcoach.language import _
from pdbcoach.observation import Breakpoint, DebuggerState, Observation
from pdbcoach.pdb.code import normal_code

SPOT = Text(
    r"(?:[^:\s][^:]*:)?(?:[1-9][0-9]{0,6}|@[A-Za-z_][A-Za-z0-9_]*)",
    "a breakpoint; write `15`, `@mark`, `stock.py:13` or `stock.py:@mark`",
)


class BreakpointFields(Record):
    """One row of the breakpoint table, in detail."""

    name = "a breakpoint"

    at = Field(SPOT, "Where: `15`, `@mark`, `stock.py:13` or `stock.py:@mark`.", required=True)
    temporary = Field(Flag(), "Whether it vanishes when it is hit.")
    enabled = Field(Flag(), "Whether it is enabled.")
    condition = Field(Text(one_line=True), "Its condition; empty: it has none.")
    ignore = Field(Int(0), "How many more hits it ignores.")
    hits = Field(Int(0), "How often it was hit.")


@final
class Breakpoints(StateFact, frozen=True):
    """The breakpoint table."""

    key: ClassVar[str] = "breakpoints"
    shape: ClassVar[Shape[Any]] = ListOf(
        Either[str | BreakpointFields](SPOT, Nested(BreakpointFields)), maximum=100
    )
    doc: ClassVar[str] = "The whole breakpoint table after the step, in any order; `[]` is an empty table."

    rows: tuple[ExpectedBreakpoint, ...]

    @classmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self:
        rows = (_read_row(item, reading) for item in written.value)
        return cls(written.span, tuple(row for row in rows if row is not None))

    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        differ = compare_tables(self.rows, state.breakpoints, script)
        if differ is not None:
            yield StateMismatch(self.span, self.key, *differ)

    def met(
        self,
        seen: Observation,
        script: str | None,
        optional: frozenset[int] = frozenset(),
        *,
        strict: bool = False,
    ) -> bool:
        """Return whether the table is as wanted for a learner: see ``differs``."""
        if seen.state is None:
            return False
        table = seen.state.breakpoints
        needed = [row for row in table if row.number not in optional]
        if not any(self.differs(needed, script)):
            return True
        missing, extra = self.differs(sorted(table, key=lambda row: row.number in optional), script)
        return not strict and not missing and all(row.number in optional for row in extra)

    def differs(
        self, table: Iterable[Breakpoint], script: str | None
    ) -> tuple[tuple[ExpectedBreakpoint, ...], tuple[Breakpoint, ...]]:
        """Return the rows that ``table`` lacks, and the rows that it should not have.

        Conditions are compared as Python. Hit counts do not matter: they depend on the learner's route.
        """
        wanted = [replace(row, hits=None, condition=_condition(row.condition)) for row in self.rows]
        actual = [replace(row, condition=_condition(row.condition)) for row in table]
        return unmatched(wanted, actual, script)

    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        for what, rows in self._wrong_rows():
            yield f"{self.key} ({what})", self.span, replace(self, rows=rows)

    def _wrong_rows(self) -> Iterator[tuple[str, tuple[ExpectedBreakpoint, ...]]]:
        yield "one more", (*self.rows, ExpectedBreakpoint(self.span, line=999_999))
        for at, row in enumerate(self.rows):
            before, after = self.rows[:at], self.rows[at + 1 :]
            yield "one less", (*before, *after)
            for name, other in _wrong_row(row):
                yield name, (*before, other, *after)

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        return "`breakpoints`" if one.breakpoints != other.breakpoints else ""

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        """Return the table if the step changed it; new rows are written in detail."""
        now, before = seen.states[0].breakpoints, seen.before.breakpoints if seen.before else ()
        known = {one.number: _essence(one) for one in before}
        if seen.adrift or {one.number: _essence(one) for one in now} == known:
            return None
        return [_written_row(one, names, detailed=known.get(one.number) != _essence(one)) for one in now]

    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        """Keep the rows that still match as they are written, remove the others and add the new ones."""
        left, kept = list(state.breakpoints), list[int]()
        for at, row in enumerate(self.rows):
            fits = (one for one in left if compare_tables([row], [one], names.script) is None)
            if (fitting := next(fits, None)) is not None:
                left.remove(fitting)
                kept.append(at)
        entry.keep_rows(kept, [_written_row(one, names) for one in left])

    def words(self) -> str:
        if not self.rows:
            return _("there should be no breakpoint")
        return _("the breakpoints should be: {which}").format(
            which=", ".join(expected_text(row, None) for row in self.rows)
        )


def _read_row(written: Written[str | BreakpointFields], reading: Reading) -> ExpectedBreakpoint | None:
    row = written.value
    spot = Written(row, written.span) if isinstance(row, str) else row.at
    file, line = _read_spot(spot, reading) if spot else (None, None)
    if line is None:
        return None
    if isinstance(row, str):
        return ExpectedBreakpoint(written.span, line, file)
    given = {key: row.written[key].value for key in row.written if key != "at"}
    return ExpectedBreakpoint(written.span, line, file, **given)


def _read_spot(written: Written[str], reading: Reading) -> tuple[str | None, int | None]:
    """Return file (None for the script) and line of ``15``, ``@mark``, ``file:15`` or ``file:@mark``."""
    file, _colon, line = written.value.rpartition(":")
    in_file = Written(file, written.span) if file else None
    return line_or_mark(Written(line, written.span), in_file, reading)


def _wrong_row(row: ExpectedBreakpoint) -> Iterator[tuple[str, ExpectedBreakpoint]]:
    yield "line", replace(row, line=999_999)
    if row.file is not None:
        yield "file", replace(row, file=NO_SUCH)
    if row.temporary is not None:
        yield "temporary", replace(row, temporary=not row.temporary)
    if row.enabled is not None:
        yield "enabled", replace(row, enabled=not row.enabled)
    if row.condition is not None:
        yield "condition", replace(row, condition=NO_SUCH)
    if row.ignore is not None:
        yield "ignore", replace(row, ignore=row.ignore + 1)
    if row.hits is not None:
        yield "hits", replace(row, hits=row.hits + 1)


def _written_row(one: Breakpoint, names: Names, *, detailed: bool = False) -> Plain:
    """Return a row as it is written. ``detailed``: say whether it is temporary even if it is not."""
    where = _spot(one.file, one.line, names)
    said: dict[str, Plain] = {"at": where}
    if one.temporary or detailed:
        said["temporary"] = one.temporary
    if not one.enabled:
        said["enabled"] = False
    if one.condition:
        said["condition"] = one.condition
    if one.ignore:
        said["ignore"] = one.ignore
    return said if len(said) > 1 else where


def _spot(file: str, line: int, names: Names) -> str:
    """Return ``@mark``, ``15`` or ``stock.py:13``."""
    mark = names.name(file, line)
    if mark is not None:
        return f"@{mark}"
    if file == names.script:
        return str(line)
    return f"{file if is_own(file) else PurePosixPath(file).name}:{line}"


def _essence(one: Breakpoint) -> tuple[object, ...]:
    return one.file, one.line, one.temporary, one.enabled, one.condition or "", one.ignore


def _condition(code: str | None) -> str | None:
    return normal_code(code) if code else code
