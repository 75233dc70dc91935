"""``values``: names in the focused frame, and what they are bound to."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from typing import Any, ClassVar, Self, final

from msgspec import Struct
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
)
from pdbcoach.form.shapes import MapOf, Shape, Text, Written
from pdbcoach.form.source import is_one_line
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState

UNDEFINED = "undefined"
"""Expected of a name that must not be defined."""


class ExpectedValue(Struct, frozen=True):
    """A name and the repr of its value."""

    name: str
    text: str
    span: Span


@final
class Values(StateFact, frozen=True):
    """The values of some names."""

    key: ClassVar[str] = "values"
    shape: ClassVar[Shape[Any]] = MapOf(Text(one_line=True), Text(one_line=True))
    doc: ClassVar[str] = "Names in the focused frame and their reprs; `undefined`: not defined there."

    rows: tuple[ExpectedValue, ...]

    @classmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self:
        entries: tuple[tuple[Written[str], Written[str]], ...] = written.value
        for name, _value in entries:
            if not name.value.isidentifier() or keyword.iskeyword(name.value):
                reading.problem(
                    name.span,
                    f"`{name.value}` is not a plain name, and only names can be read from the debugger's "
                    f"state; write a step `send: p {name.value}` with `expect`",
                )
        rows = (ExpectedValue(name.value, value.value, value.span) for name, value in entries)
        return cls(written.span, tuple(rows))

    def single(self) -> Iterator[Self]:
        for row in self.rows:
            yield replace(self, span=row.span, rows=(row,))

    def without_debugger(self, actual: str) -> StateMismatch:
        return self._differs(self.rows[0], actual)

    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        for row in self.rows:
            actual = _value_text(state, row.name)
            if actual != row.text:
                yield self._differs(row, actual)

    def _differs(self, row: ExpectedValue, actual: str) -> StateMismatch:
        return StateMismatch(row.span, f"{self.key}.{row.name}", row.text, actual)

    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        for at, row in enumerate(self.rows):
            rows = (*self.rows[:at], replace(row, text=NO_SUCH), *self.rows[at + 1 :])
            yield f"{self.key}.{row.name}", row.span, replace(self, rows=rows)

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        pairs = ((one.local_values, other.local_values), (one.global_values, other.global_values))
        for mine, theirs in pairs:
            for name in dict.fromkeys((*mine, *theirs)):
                if not same(mine.get(name, ""), theirs.get(name, "")):
                    return f"`values: {{{name}: …}}`"
        return ""

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        """Return the names that a statement changed, while the program stayed where it was."""
        now, before = seen.states[0], seen.before
        if seen.adrift or seen.moved or before is None or before.focus != now.focus:
            return None
        found: dict[str, Plain] = {}
        for name in now.values:
            value = now.value(name)
            if value is not None and value != before.value(name) and _is_recordable(name, value, seen):
                found[name] = value
        return found or None

    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        entry.put(what, _value_text(state, what))

    def words(self) -> str:
        return ", ".join(wanted_text(row.name, row.text) for row in self.rows)


def wanted_text(name: str, value: str) -> str:
    """Say for ``:goal`` which value a name should have."""
    if value == UNDEFINED:
        return _("`{name}` shouldn't exist here").format(name=name)
    return _("`{name}` should be `{value}` here").format(name=name, value=value)


def is_stable(text: str | None) -> bool:
    """Return whether a repr is the same in every run and fits on one line: no address, no path."""
    return text is not None and is_one_line(text) and " at 0x" not in text and "/" not in text


def _is_recordable(name: str, value: str, seen: Recorded) -> bool:
    plain = name.isidentifier() and not name.startswith("__")
    return plain and is_stable(value) and len({state.value(name) for state in seen.states}) == 1


def _value_text(state: DebuggerState, name: str) -> str:
    value = state.value(name)
    return UNDEFINED if value is None else value
