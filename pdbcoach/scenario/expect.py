"""Expected output: from what the author wrote to the model's blocks and patterns."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written
from pdbcoach.form.source import Problems
from pdbcoach.scenario.fields import ExpectItemFields, ExpectItems, PatternFields
from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex


def read_expect(written: Written[ExpectItems], problems: Problems) -> Expect:
    """Return the value of ``expect``. What is wrong is reported and left out."""
    return Expect(_items(written, problems), written.span)


def read_reject(
    written: Sequence[Written[str | PatternFields]], problems: Problems
) -> tuple[OutputBlock | Regex, ...]:
    """Return the value of ``reject``."""
    read = (_pattern(item, problems) for item in written)
    return tuple(item for item in read if item is not None)


def check_python(specifier: Written[str], problems: Problems) -> bool:
    """Return whether ``specifier`` is a PEP 440 version specifier; report it if it is not."""
    # Importing it would take half the time of loading a file, and few files need it.
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = specifier.value
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        cure = f'"=={text}.*"' if re.fullmatch(r"[0-9]+\.[0-9]+", text) else '">=3.13"'
        problems.add(specifier.span, f"`{text}` is not a version specifier; write something like {cure}")
        return False
    if not text.strip():
        problems.add(specifier.span, 'the version specifier is empty; write something like ">=3.13"')
        return False
    return True


def _items(written: Written[ExpectItems], problems: Problems) -> tuple[ExpectItem, ...]:
    if isinstance(written.value, str):
        return (OutputBlock(written.value, written.span),)
    read = (_item(item, problems) for item in written.value)
    return tuple(item for item in read if item is not None)


def _item(written: Written[str | ExpectItemFields], problems: Problems) -> ExpectItem | None:
    if isinstance(written.value, str):
        return OutputBlock(written.value, written.span)
    item, span = written.value, written.span
    _check_kinds(item, span, problems)
    if item.re is not None:
        return _regex(item.re, problems)
    if item.any_order is not None:
        return AnyOrder(_items(item.any_order, problems), span)
    if item.optional is not None:
        return Maybe(_items(item.optional, problems), span)
    if item.not_ is not None:
        pattern = _pattern(item.not_, problems)
        return Not(pattern, span) if pattern is not None else None
    if item.python is not None and check_python(item.python, problems) and item.then is not None:
        return OnPython(item.python.value, _items(item.then, problems), span)
    return None


def _check_kinds(item: ExpectItemFields, span: Span, problems: Problems) -> None:
    """Report an item that is no expectation, or more than one."""
    kinds = ExpectItemFields
    given = item.given(kinds.re, kinds.any_order, kinds.optional, kinds.not_, kinds.python, kinds.then)
    if "python" in given or "then" in given:
        if set(given) != {"python", "then"}:
            problems.add(span, f"`python` and `then` belong together and stand alone, found {_and(given)}")
    elif not given and not item.unknown:
        problems.add(
            span, "an expectation needs one of `re`, `any_order`, `optional`, `not`, `python` with `then`"
        )
    elif len(given) > 1:
        problems.add(span, f"an expectation is one thing, found {_and(given)}; make them items of their own")


def _pattern(written: Written[str | PatternFields], problems: Problems) -> OutputBlock | Regex | None:
    if isinstance(written.value, PatternFields):
        return _regex(written.value.re, problems) if written.value.re is not None else None
    if not written.value.strip():
        problems.add(written.span, "an empty pattern is in every output; write what must not occur")
        return None
    return OutputBlock(written.value, written.span)


def _regex(pattern: Written[str], problems: Problems) -> Regex | None:
    if not pattern.value:
        problems.add(pattern.span, "the regular expression is empty")
        return None
    if message := _regex_error(pattern.value):
        problems.add(pattern.span, f"not a regular expression: {message}")
        return None
    return Regex(pattern.value, pattern.span)


def _regex_error(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        return str(error)
    except (RecursionError, OverflowError) as error:
        return f"too large ({error})"
    return ""


def _and(keys: Sequence[str]) -> str:
    return " and ".join(f"`{key}`" for key in keys)
