"""Patterns from the output of several runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.volatile import fits, line_pattern, pattern

LINES = st.text(st.sampled_from("ab 10x[]._:/'<>="), max_size=14).map(str.rstrip)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        pytest.param(["x = 1", "x = 1"], "x = 1", id="the-same"),
        pytest.param(["pid 4211", "pid 4299"], "pid [pid]", id="a-pid"),
        pytest.param(["<o at 0x7f00aa11>", "<o at 0x7f00bb22>"], "<o at [addr]>", id="an-address"),
        pytest.param(
            ["<o at 0x7f00aa11>", "<o at 0x7f00aa11>"], "<o at [addr]>", id="an-address-in-any-case"
        ),
        pytest.param(["in /usr/lib/x.py (3)"], "in [path] (3)", id="a-path"),
        pytest.param(["in '[work]' [x]"], "in '[work]' [[x]]", id="the-work-folder"),
        pytest.param(["at 10:11:12.5", "at 10:11:13.1"], "at [time]", id="a-time"),
        pytest.param(["a red b", "a blue b"], "a [..] b", id="a-word"),
        pytest.param(["see [x] 1", "see [x] 2"], "see [[x]] [..]", id="brackets-are-escaped"),
        pytest.param(["..."], "\\...", id="dots-are-escaped"),
    ],
)
def test_a_line(runs: list[str], expected: str) -> None:
    assert line_pattern(runs) == expected


@given(st.lists(LINES, min_size=1, max_size=4))
def test_a_pattern_matches_what_it_was_made_of(lines: list[str]) -> None:
    made = line_pattern(lines)
    assert all(fits(made, line) for line in lines)


def test_known_pids_are_pids_though_they_are_the_same() -> None:
    assert pattern([["child 77 of 7"], ["child 77 of 7"]], {77}) == ("child [pid] of 7",)


def test_runs_of_different_length_have_no_pattern() -> None:
    assert pattern([["a"], ["a", "b"]]) is None


def test_frames_of_a_traceback_are_left_out() -> None:
    lines = ["Traceback (most recent call last):", '  File "x.py", line 1', "    f()", "    ~^^", "E: no"]
    assert pattern([lines]) == ("Traceback (most recent call last):", "...", "E: no")
