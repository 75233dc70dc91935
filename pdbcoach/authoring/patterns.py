"""Find patterns that assert nothing, and captures that are never used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pdbcoach.engine.interpreters import NEWEST, OLDEST
from pdbcoach.errors import Span
from pdbcoach.matching.grammar import block_lines, flatten
from pdbcoach.matching.pattern import ANY_LINES, AnyText, Capture, LinePattern, Reference
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.model import (
    AnyOrder,
    Expect,
    ExpectItem,
    Maybe,
    Not,
    OnPython,
    OutputBlock,
    Regex,
    Step,
)

_VERSIONS = tuple(f"{OLDEST[0]}.{minor}.0" for minor in range(OLDEST[1], NEWEST[1] + 1))

# A pattern that matches all of these matches anything.
_STRANGE_LINES = ("qwzx 1970", "*** 0o71 -> ...", "  q'\"")
_STRANGE = (*_STRANGE_LINES, "\n\n".join(_STRANGE_LINES), "qwzx\n" * 7)


def says_nothing(expect: Expect) -> str:
    """Return why ``expect`` says nothing about the output on some Python; empty if it does on each."""
    for python in _VERSIONS:
        flat = flatten(expect, python)
        if not flat.asserts_lines or not expect.items:
            continue  # it only forbids output, or expects none
        if all(isinstance(match(expect, output, {}, python), Matched) for output in _STRANGE):
            return "matches every output"
        if not any(_has_content(item, python) for item in expect.items):
            return "says no more than how many lines come"
    return ""


def captures_never_used(steps: Sequence[Step]) -> Iterator[tuple[str, Span]]:
    """Yield the names that are captured once and used nowhere, and the places of their blocks."""
    places: dict[str, list[Span]] = {}
    mentioned: set[str] = set()
    for step in steps:
        items = (*(step.expect.items if step.expect else ()), *step.reject)
        for block in _blocks(items):
            for token in _tokens(block):
                if isinstance(token, Capture):
                    places.setdefault(token.name, []).append(block.span)
                elif isinstance(token, Reference):
                    mentioned.add(token.name)
    for name, spans in places.items():
        if len(spans) == 1 and name not in mentioned:
            yield name, spans[0]


def _has_content(item: ExpectItem, python: str) -> bool:
    """Return True if the item asserts something about the lines. An empty block does: no line at all."""
    flat = flatten(Expect((item,), item.span), python)
    if flat.forbidden:
        return True
    return any(_leaf_has_content(leaf) for leaf in _leaves((item,)))


def _leaf_has_content(leaf: OutputBlock | Regex) -> bool:
    match leaf:
        case Regex(pattern, _):
            return not all(re.fullmatch(pattern, line) for line in _STRANGE_LINES)
        case OutputBlock(text, _):
            return not block_lines(text) or any(not isinstance(token, AnyText) for token in _tokens(leaf))
        case _:
            assert_never(leaf)


def _tokens(block: OutputBlock) -> Iterator[object]:
    for line in block_lines(block.text):
        if line.rstrip() != ANY_LINES:
            tokens = LinePattern.parse(line).tokens
            yield from tokens or ("",)  # an empty line is an assertion


def _blocks(items: Iterable[ExpectItem]) -> Iterator[OutputBlock]:
    return (leaf for leaf in _leaves(items) if isinstance(leaf, OutputBlock))


def _leaves(items: Iterable[ExpectItem]) -> Iterator[OutputBlock | Regex]:
    for item in items:
        match item:
            case OutputBlock() | Regex():
                yield item
            case AnyOrder(inner, _) | Maybe(inner, _):
                yield from _leaves(inner)
            case Not(inner, _):
                yield inner
            case OnPython(_, inner, _):
                yield from _leaves(inner)
            case _:
                assert_never(item)
