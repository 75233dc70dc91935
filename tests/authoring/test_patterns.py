"""Expectations that say nothing, and captures that are never used."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.patterns import captures_never_used, says_nothing
from pdbcoach.errors import Span
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.model import (
    AnyOrder,
    Expect,
    ExpectItem,
    Look,
    Maybe,
    Not,
    OnPython,
    OutputBlock,
    Regex,
    Step,
)

EVERY = "matches every output"
COUNT = "says no more than how many lines come"


def span(line: int = 1) -> Span:
    return Span(Path("x.yaml"), line, 1)


def block(text: str, line: int = 1) -> OutputBlock:
    return OutputBlock(text, span(line))


def regex(pattern: str) -> Regex:
    return Regex(pattern, span())


def expect(*items: ExpectItem) -> Expect:
    return Expect(items, span())


@pytest.mark.parametrize(
    ("items", "why"),
    [
        pytest.param([block("...")], EVERY, id="a-gap"),
        pytest.param([block("...\n...")], EVERY, id="two-gaps"),
        pytest.param([regex("(?s).*")], EVERY, id="a-regex-of-all-lines"),
        pytest.param([Maybe((block("x"),), span()), block("...")], EVERY, id="optional-and-a-gap"),
        pytest.param([OnPython(">=3.9", (block("..."),), span())], EVERY, id="on-every-python"),
        pytest.param([OnPython(">=3.14", (block("..."),), span())], EVERY, id="on-a-new-python"),
        pytest.param([block("[..]")], COUNT, id="any-line"),
        pytest.param([block("[..][..]\n[..]")], COUNT, id="any-two-lines"),
        pytest.param([regex(".*")], COUNT, id="a-regex-of-one-line"),
        pytest.param([AnyOrder((block("[..]"), block("[..]")), span())], COUNT, id="two-lines-in-any-order"),
        pytest.param([block("")], "", id="nothing-printed"),
        pytest.param([], "", id="no-items"),
        pytest.param([block("x")], "", id="a-word"),
        pytest.param([block("[..]\nx")], "", id="a-word-after-any-line"),
        pytest.param([block("[pid]")], "", id="a-kind"),
        pytest.param([block("[a:..]")], "", id="a-capture"),
        pytest.param([block("[..]\n\n[..]")], "", id="an-empty-line"),
        pytest.param([regex("[0-9]+")], "", id="a-regex-with-content"),
        pytest.param([Not(block("x"), span())], "", id="only-what-must-not-occur"),
        pytest.param([block("[..]"), Not(block("x"), span())], "", id="any-line-but-one"),
        pytest.param([OnPython(">=3.14", (block("x"),), span())], "", id="a-word-on-a-new-python"),
    ],
)
def test_an_expectation_that_says_nothing_is_found(items: list[ExpectItem], why: str) -> None:
    assert says_nothing(expect(*items)) == why


LINES = st.lists(st.sampled_from(["x", "[..]", "...", "a [..]", ""]), min_size=1, max_size=4)


@given(LINES, st.lists(st.text("qz*", min_size=1, max_size=3), min_size=1, max_size=4))
def test_what_matches_every_output_matches_any(lines: list[str], output: list[str]) -> None:
    written = expect(block("\n".join(lines)))
    if says_nothing(written) == EVERY:
        assert isinstance(match(written, "\n".join(output), {}, "3.13.0"), Matched)


def unused(*steps: list[ExpectItem], reject: tuple[OutputBlock | Regex, ...] = ()) -> list[tuple[str, int]]:
    """Return name and line of each capture that is never used."""
    made = [Step(span(), Look(), expect=expect(*items), reject=reject) for items in steps]
    return [(name, where.line) for name, where in captures_never_used(made)]


class TestCaptures:
    def test_one_that_is_never_used_is_found_with_its_place(self) -> None:
        assert unused([block("[a:..]", 3)], [block("[b:..]", 5)], [block("[b]", 6)]) == [("a", 3)]

    @pytest.mark.parametrize(
        "items",
        [
            pytest.param([AnyOrder((block("[a:..]"),), span())], id="any-order"),
            pytest.param([Maybe((block("[a:..]"),), span())], id="optional"),
            pytest.param([OnPython(">=3.9", (block("[a:..]"),), span())], id="a-branch"),
        ],
    )
    def test_it_is_found_inside_other_items(self, items: list[ExpectItem]) -> None:
        assert unused(items) == [("a", 1)]
        assert unused(items, [block("[a]")]) == []

    def test_a_use_in_the_same_line_counts(self) -> None:
        assert unused([block("[a:..] [a]")]) == []

    def test_a_second_capture_is_a_use(self) -> None:
        assert unused([block("[a:..]")], [block("[a:..]")]) == []

    def test_a_use_in_what_must_not_occur_counts(self) -> None:
        assert unused([block("[a:..]"), Not(block("[a]"), span())]) == []
        assert unused([block("[a:..]")], reject=(block("[a]"),)) == []

    def test_a_gap_and_an_escaped_name_are_no_use(self) -> None:
        assert unused([block("[a:..]")], [block("...\n[[a]]")]) == [("a", 1)]
