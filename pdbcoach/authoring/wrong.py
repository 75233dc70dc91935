"""Wrong facts and wrong output, made of right ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts import Facts
from pdbcoach.facts.base import NO_SUCH
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.pattern import ANY_LINES, LinePattern, LiteralText
from pdbcoach.matching.versions import admits
from pdbcoach.scenario.model import (
    AnyOrder,
    Expect,
    ExpectItem,
    Maybe,
    Not,
    OnPython,
    OutputBlock,
    Regex,
)


def wrong_facts(facts: Facts) -> Iterator[tuple[str, Span, Facts]]:
    """Yield the facts with one thing wrong: what it is (``at.line``), its place, and the facts."""
    for fact in facts:
        for what, span, other in fact.wrong():
            yield what, span, facts.with_other(fact, other)


def wrong_expects(expect: Expect, python: str) -> Iterator[tuple[str, Span, Expect]]:
    """A line of the expectation that was made wrong, where it stands, and the expectation with it.

    What is optional, for other Pythons, or must not occur may well make no difference: it is left out.
    """
    for at, item in enumerate(expect.items):
        for line, span, other in _items(item, python):
            yield line, span, replace(expect, items=(*expect.items[:at], other, *expect.items[at + 1 :]))


def _items(item: ExpectItem, python: str) -> Iterator[tuple[str, Span, ExpectItem]]:
    match item:
        case OutputBlock(text, span):
            lines = block_lines(text)
            if not lines:
                yield "(nothing)", span, OutputBlock(NO_SUCH, span)
            for at, line in enumerate(lines):
                if (other := _other_line(line)) is not None:
                    yield line, span, OutputBlock("\n".join((*lines[:at], other, *lines[at + 1 :])), span)
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
        isinstance(token, LiteralText) and token.text.strip() for token in LinePattern.parse(line).tokens
    )
    return f"{line}{NO_SUCH}" if has_text else None
