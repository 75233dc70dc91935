"""Wrong facts and wrong output, made from right ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts import At, Facts
from pdbcoach.facts.base import NO_SUCH
from pdbcoach.matching import answers
from pdbcoach.matching.answers import Texts
from pdbcoach.matching.grammar import block_lines
from pdbcoach.matching.pattern import ANY_LINES, LinePattern, LiteralText
from pdbcoach.matching.versions import admits
from pdbcoach.pdb.literals import elements, kind, same
from pdbcoach.scenario.model import (
    AnyOrder,
    Expect,
    ExpectItem,
    Maybe,
    Not,
    OnPython,
    OutputBlock,
    Predict,
    Regex,
)


def wrong_facts(facts: Facts) -> Iterator[tuple[str, Span, Facts]]:
    """Yield the facts with one thing wrong: what it is (``at.line``), its place, and the facts."""
    for fact in facts:
        for what, span, other in fact.wrong():
            yield what, span, facts.with_other(fact, other)


def wrong_answers(predict: Predict, texts: Texts, python: str) -> Iterator[tuple[str, Predict]]:
    """Yield the question with something else in place of what makes its answer right, and what that is.

    ``texts`` is what the answer could have been taken from. Words say nothing about values.
    """
    for other in _other_values(predict, texts):
        if kind(other) == kind(predict.answer) and not same(other, predict.answer):
            yield f"answer `{other}`", replace(predict, answer=other)
    for what, _span, facts in wrong_facts(predict.when or Facts()):
        yield f"`{what}` in `when`", replace(predict, when=facts)
    for line, _span, expect in wrong_expects(predict.expect, python) if predict.expect is not None else ():
        yield f"line `{line}` in `when`", replace(predict, expect=expect)


def _other_values(predict: Predict, texts: Texts) -> Iterable[str]:
    """Return what could be taken for the answer, if that is a value."""
    found = answers.find(predict.answer, texts) if predict.answer else None
    if found is None or kind(predict.answer) is None or found[0].startswith(At.key):
        return ()
    wholes = texts.values() if found[1] is None else elements(texts[found[0]])
    return dict.fromkeys((*predict.choices, *wholes))


def wrong_expects(expect: Expect, python: str) -> Iterator[tuple[str, Span, Expect]]:
    """Yield a line of the expectation that was made wrong, its place, and the expectation with it.

    What is optional, for other Pythons, or must not occur may make no difference, so it is left out.
    """
    for line, span, items in _one_wrong(expect.items, python):
        yield line, span, replace(expect, items=items)


def _one_wrong(
    items: tuple[ExpectItem, ...], python: str
) -> Iterator[tuple[str, Span, tuple[ExpectItem, ...]]]:
    """Yield the items with one line of one of them wrong."""
    for at, item in enumerate(items):
        for line, span, other in _wrong_item(item, python):
            yield line, span, (*items[:at], other, *items[at + 1 :])


def _wrong_item(item: ExpectItem, python: str) -> Iterator[tuple[str, Span, ExpectItem]]:
    match item:
        case OutputBlock():
            yield from _wrong_block(item)
        case Regex(pattern, span):
            yield f"{{re: {pattern}}}", span, Regex("(?!)", span)
        case AnyOrder(items):
            for line, span, changed in _one_wrong(items, python):
                yield line, span, replace(item, items=changed)
        case OnPython(specifier, items):
            for line, span, changed in _one_wrong(items, python) if admits(specifier, python) else ():
                yield line, span, replace(item, then=changed)
        case Maybe() | Not():
            return
        case _:
            assert_never(item)


def _wrong_block(block: OutputBlock) -> Iterator[tuple[str, Span, OutputBlock]]:
    lines = block_lines(block.text)
    if not lines:
        yield "(nothing)", block.span, replace(block, text=NO_SUCH)
    for at, line in enumerate(lines):
        if (other := _other_line(line)) is not None:
            yield line, block.span, replace(block, text="\n".join((*lines[:at], other, *lines[at + 1 :])))


def _other_line(line: str) -> str | None:
    """Return the line with another literal text; None if it has none."""
    if line.rstrip() == ANY_LINES:
        return None
    has_text = any(
        isinstance(token, LiteralText) and token.text.strip() for token in LinePattern.parse(line).tokens
    )
    return f"{line}{NO_SUCH}" if has_text else None
