from __future__ import annotations

import pytest
from scenario.author import Author

from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex


def plain(item: ExpectItem) -> object:
    """Return an item without its spans."""
    match item:
        case OutputBlock(text):
            return text
        case Regex(pattern):
            return ("re", pattern)
        case AnyOrder(items):
            return ("any_order", *map(plain, items))
        case Maybe(items):
            return ("optional", *map(plain, items))
        case Not(inner):
            return ("not", plain(inner))
        case OnPython(specifier, then):
            return ("python", specifier, *map(plain, then))


def items(expect: Expect | None) -> list[object]:
    assert expect is not None
    return [plain(item) for item in expect.items]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a", ["a"]),
        ("6", ["6"]),
        ("''", [""]),
        ("", [""]),
        ("|\n  one\n  two", ["one\ntwo\n"]),
        ("'[name: is only text'", ["[name: is only text"]),
        ("[a, {re: 'b+'}]", ["a", ("re", "b+")]),
        ("[{any_order: [a, {re: b}]}]", [("any_order", "a", ("re", "b"))]),
        ("[{optional: a}]", [("optional", "a")]),
        ("[{optional: [a, {re: b}]}]", [("optional", "a", ("re", "b"))]),
        ("[{not: a}]", [("not", "a")]),
        ("[{not: {re: a}}]", [("not", ("re", "a"))]),
        ("[{python: '>=3.13', then: a}]", [("python", ">=3.13", "a")]),
        ("[{python: '<3.13,>=3.11', then: [a, {not: b}]}]", [("python", "<3.13,>=3.11", "a", ("not", "b"))]),
        (
            "[{any_order: [{optional: [{any_order: [a]}]}]}]",
            [("any_order", ("optional", ("any_order", "a")))],
        ),
    ],
)
def test_blocks_and_items_are_read(author: Author, written: str, read: list[object]) -> None:
    assert items(author.step(f"send: n\nexpect: {written}").expect) == read


def test_a_reject_is_a_block_or_a_regular_expression(author: Author) -> None:
    assert [plain(item) for item in author.step("send: n\nreject: [a, {re: b}]").reject] == ["a", ("re", "b")]


@pytest.mark.parametrize(
    ("written", "cause"),
    [
        ("expect: []", "the list is empty"),
        ("expect: {re: a}", "must be in a list: `- re: …`"),
        ("expect: [[a]]", "expected text or a mapping, found a list"),
        ("expect: [{}]", "needs one of `re`"),
        ("expect: [{re: '('}]", "not a regular expression: missing ), unterminated subpattern at position 0"),
        ("expect: [{re: 'a{99999999999999}'}]", "not a regular expression: too large"),
        ("expect: [{re: ''}]", "the regular expression is empty"),
        ("expect: [{re: a, not: b}]", "is one thing, found `re` and `not`"),
        ("expect: [{python: '>=3.13'}]", "belong together"),
        ("expect: [{then: a}]", "belong together"),
        ("expect: [{python: '>=3.13', then: a, re: b}]", "belong together and stand alone"),
        ("expect: [{python: '3.13', then: a}]", '"==3.13.*"'),
        ("expect: [{python: new, then: a}]", "`new` is not a version specifier"),
        ("expect: [{python: '', then: a}]", "the version specifier is empty"),
        ("expect: [{python: '>=3.13', then: []}]", "the list is empty"),
        ("expect: [{any_order: a}]", "expected a list, found text"),
        ("expect: [{any_order: []}]", "the list is empty"),
        ("expect: [{optional: {re: a}}]", "must be in a list"),
        ("expect: [{not: [a]}]", "expected text or a mapping, found a list"),
        ("expect: [{not: ''}]", "an empty pattern"),
        ("expect: [{regex: a}]", "unknown key `regex`"),
        ("expect: [{any_oder: [a]}]", "did you mean `any_order`?"),
        ("reject: a", "expected a list, found text"),
        ("reject: []", "the list is empty"),
        ("reject: ['']", "an empty pattern"),
        ("reject: [{re: '['}]", "not a regular expression"),
        ("reject: [{re: a, not: b}]", "unknown key `not`"),
    ],
)
def test_a_wrong_expectation_is_a_problem(author: Author, written: str, cause: str) -> None:
    problem = author.step_problem(f"send: n\n{written}")
    assert cause in problem.message
    assert problem.span.line == 6


def test_a_deeply_nested_regular_expression_is_a_problem(author: Author) -> None:
    problem = author.step_problem(f"send: n\nreject: [{{re: '{'(' * 5000}'}}]")
    assert "not a regular expression" in problem.message
