"""Wrong facts and wrong output, made of right ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import NO_SUCH
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.pattern import ANY_LINES, LinePattern, Literal
from pdbcoach.matching.versions import admits
from pdbcoach.scenario.model import (
    AnyOrder,
    Block,
    Exited,
    Expect,
    ExpectedStatus,
    ExpectItem,
    Fact,
    Facts,
    Gone,
    Killed,
    Maybe,
    Not,
    OnPython,
    Regex,
    Running,
    Stopped,
    Zombie,
)


def wrong_facts(facts: Facts) -> Iterator[tuple[str, Span, Facts]]:
    """What was made wrong (``at.line``), where that stands, and the facts with just that one wrong."""
    for at, fact in enumerate(facts.stated):
        for what, other in fact.wrong():
            stated = (*facts.stated[:at], other, *facts.stated[at + 1 :])
            yield what, fact.span, replace(facts, stated=stated)
    if facts.returns is not None:
        yield "returns", facts.returns.span, replace(facts, returns=_other_text(facts.returns))
    if facts.raises is not None:
        yield "raises", facts.raises.span, replace(facts, raises=_other_text(facts.raises))
    for name, value in facts.values.items():
        yield f"values.{name}", value.span, replace(facts, values={**facts.values, name: _other_text(value)})
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


def _other_text(fact: Fact[str]) -> Fact[str]:
    return Fact(NO_SUCH, fact.span)


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
                yield "(nothing)", span, Block(NO_SUCH, span)
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
    return f"{line}{NO_SUCH}" if has_text else None
