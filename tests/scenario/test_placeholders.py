"""Placeholders in texts and lines: what they become, and which are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from coached import row, stop
from fabricated import span

from pdbcoach.form.source import Problems
from pdbcoach.observation import RaisedException
from pdbcoach.scenario.placeholders import check, fill, in_general

STATE = stop(
    7,
    "add_ticks",
    breakpoints=(row(2, 7), row(4, 7, hits=3), row(5, 7, file="stock.py")),
    local_values={"t": "2", "long": "x" * 61},
    raised=RaisedException("KeyError", "'a'"),
)


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Number {breakpoint:7}.", "Number 4."),
        ("{breakpoint:stock.py:7} of {breakpoints}", "5 of 3"),
        ("{hits:7} hits", "3 hits"),
        ("{breakpoint:8}", None),
        ("`t` is {value:t}", "`t` is 2"),
        ("{value:gone}", None),
        ("{value:long}", None),
        ("{line} {function} {focus.line}", "7 add_ticks 7"),
        ("{raised}", "KeyError"),
        ("{returned}", None),
        ("{{line}} and {1: 2}", "{line} and {1: 2}"),
    ],
)
def test_a_placeholder_becomes_what_the_state_says(text: str, filled: str | None) -> None:
    assert fill(text, STATE, "tally.py") == filled


def test_without_a_debugger_only_plain_texts_can_be_shown() -> None:
    assert fill("Line {line}", None, None) is None
    assert fill("Done.", None, None) == "Done."


def test_a_value_is_not_read_as_a_placeholder() -> None:
    state = stop(7, local_values={"t": "'{line}'"})
    assert fill("{value:t}", state, None) == "'{line}'"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{lin}", "did you mean `line`"),
        ("{breakpoint}", "write `{breakpoint:@mark}`"),
        ("{breakpoint:@gone}", "write `{breakpoint:@mark}`"),
        ("{value:a.b}", "write `{value:total}`"),
        ("{line:3}", "is no placeholder"),
    ],
)
def test_other_words_in_braces_are_reported(text: str, problem: str) -> None:
    problems = Problems(Path("it.yaml"))
    check(text, span(), problems)
    assert problem in str(problems.found)


def test_a_line_is_shown_without_its_number() -> None:
    assert in_general("ignore {breakpoint:7} 3") == "ignore N 3"
