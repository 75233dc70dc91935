"""Wrong facts and wrong output, made of right ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.pattern import ANY_LINES, LinePattern, Literal
from pdbcoach.matching.versions import admits
from pdbcoach.pdb.words import EventName
from pdbcoach.scenario.model import (
    AnyOrder,
    Block,
    Exited,
    Expect,
    ExpectedBreakpoint,
    ExpectedStatus,
    ExpectItem,
    Fact,
    Facts,
    Gone,
    Killed,
    Maybe,
    Not,
    OnPython,
    Place,
    Regex,
    Running,
    Stopped,
    Zombie,
)

_NO_SUCH = "pdbcoach-no-such"
_OTHER_EVENT: dict[EventName, EventName] = {
    "line": "call",
    "call": "line",
    "return": "line",
    "exception": "line",
    "post-mortem": "line",
}


def wrong_facts(facts: Facts) -> Iterator[tuple[str, Span, Facts]]:
    """What was made wrong (``at.line``), where that stands, and the facts with just that one wrong."""
    if facts.at is not None:
        for name, place in _places(facts.at):
            yield f"at.{name}", facts.at.span, replace(facts, at=place)
    if facts.focus is not None:
        for name, place in _places(facts.focus):
            yield f"focus.{name}", facts.focus.span, replace(facts, focus=place)
    if facts.returns is not None:
        yield "returns", facts.returns.span, replace(facts, returns=_other_text(facts.returns))
    if facts.raises is not None:
        yield "raises", facts.raises.span, replace(facts, raises=_other_text(facts.raises))
    for name, value in facts.values.items():
        yield f"values.{name}", value.span, replace(facts, values={**facts.values, name: _other_text(value)})
    if facts.breakpoints is not None:
        for what, rows in _tables(facts.breakpoints):
            table = Fact(rows, facts.breakpoints.span)
            yield f"breakpoints ({what})", facts.breakpoints.span, replace(facts, breakpoints=table)
    for name, status in facts.processes.items():
        processes = {**facts.processes, name: Fact(_other_status(status.value), status.span)}
        yield f"processes.{name}", status.span, replace(facts, processes=processes)
    for name, status in (facts.ends or {}).items():
        ends = {**(facts.ends or {}), name: Fact(_other_status(status.value), status.span)}
        yield f"ends.{name}", status.span, replace(facts, ends=ends)


def wrong_expects(expect: Expect, python: str) -> Iterator[tuple[str, Span, Expect]]:
    """A line of the expectation that was made wrong, where it stands, and the expectation with it.

    What is optional, for other Pythons, or must not occur may well make no difference: it is left out.
    """
    for at, item in enumerate(expect.items):
        for line, span, other in _items(item, python):
            yield line, span, replace(expect, items=(*expect.items[:at], other, *expect.items[at + 1 :]))


def _places(place: Place) -> Iterator[tuple[str, Place]]:
    if place.file is not None:
        yield "file", replace(place, file=_NO_SUCH)
    if place.line is not None:
        yield "line", replace(place, line=place.line + 1)
    if place.function is not None:
        yield "function", replace(place, function=_NO_SUCH)
    if place.event is not None:
        yield "event", replace(place, event=_OTHER_EVENT[place.event])
    if place.depth is not None:
        yield "depth", replace(place, depth=place.depth + 1)
    if place.process is not None:
        yield "process", replace(place, process=_NO_SUCH)


def _other_text(fact: Fact[str]) -> Fact[str]:
    return Fact(_NO_SUCH, fact.span)


def _tables(
    table: Fact[tuple[ExpectedBreakpoint, ...]],
) -> Iterator[tuple[str, tuple[ExpectedBreakpoint, ...]]]:
    rows = table.value
    yield "one more", (*rows, ExpectedBreakpoint(table.span, line=999_999))
    for at, row in enumerate(rows):
        rest = (rows[:at], rows[at + 1 :])
        yield "one less", (*rest[0], *rest[1])
        for name, other in _rows(row):
            yield name, (*rest[0], other, *rest[1])


def _rows(row: ExpectedBreakpoint) -> Iterator[tuple[str, ExpectedBreakpoint]]:
    yield "line", replace(row, line=999_999)
    if row.file is not None:
        yield "file", replace(row, file=_NO_SUCH)
    if row.temporary is not None:
        yield "temporary", replace(row, temporary=not row.temporary)
    if row.enabled is not None:
        yield "enabled", replace(row, enabled=not row.enabled)
    if row.condition is not None:
        yield "condition", replace(row, condition=_NO_SUCH)
    if row.ignore is not None:
        yield "ignore", replace(row, ignore=row.ignore + 1)
    if row.hits is not None:
        yield "hits", replace(row, hits=row.hits + 1)


def _other_status(status: ExpectedStatus) -> ExpectedStatus:
    match status:
        case Exited(code):
            return Exited((code + 1) % 256)
        case Killed(name):
            return Killed("SIGTERM" if name == "SIGKILL" else "SIGKILL")
        case Stopped():
            return Gone()
        case Running() | Zombie() | Gone():
            return Stopped()
        case _:
            assert_never(status)


def _items(item: ExpectItem, python: str) -> Iterator[tuple[str, Span, ExpectItem]]:
    match item:
        case Block(text, span):
            lines = block_lines(text)
            if not lines:
                yield "(nothing)", span, Block(_NO_SUCH, span)
            for at, line in enumerate(lines):
                if (other := _other_line(line)) is not None:
                    yield line, span, Block("\n".join((*lines[:at], other, *lines[at + 1 :])), span)
        case Regex(pattern, span):
            yield f"{{re: {pattern}}}", span, Regex("(?!)", span)
        case AnyOrder(items, span):
            for at, inner in enumerate(items):
                for line, where, changed in _items(inner, python):
                    yield line, where, AnyOrder((*items[:at], changed, *items[at + 1 :]), span)
        case OnPython(specifier, items, span):
            for at, inner in enumerate(items if admits(specifier, python) else ()):
                for line, where, changed in _items(inner, python):
                    yield line, where, OnPython(specifier, (*items[:at], changed, *items[at + 1 :]), span)
        case Maybe() | Not():
            return
        case _:
            assert_never(item)


def _other_line(line: str) -> str | None:
    """The line with another literal text; ``None`` if it has none."""
    if line.rstrip() == ANY_LINES:
        return None
    has_text = any(
        isinstance(token, Literal) and token.text.strip() for token in LinePattern.parse(line).tokens
    )
    return f"{line}{_NO_SUCH}" if has_text else None
