"""Patterns from the output of several runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.unstable_text import (
    collapse_tracebacks,
    fits,
    line_pattern,
    pattern,
    printable,
    what_varied,
)
from pdbcoach.form.source import UNWANTED

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
        pytest.param(["at 10:11:12.5", "at 10:11:13.1"], "at [time]", id="a-time"),
        pytest.param(["a red b", "a blue b"], "a [..] b", id="a-word"),
        pytest.param(["see [x] 1", "see [x] 2"], "see [[x]] [..]", id="brackets-are-escaped"),
        pytest.param(["..."], "\\...", id="dots-are-escaped"),
    ],
)
def test_a_line_has_a_pattern_for_what_varies(runs: list[str], expected: str) -> None:
    assert line_pattern(runs) == expected


@given(st.lists(LINES, min_size=1, max_size=4))
def test_a_pattern_matches_the_lines_it_was_made_from(lines: list[str]) -> None:
    made = line_pattern(lines)
    assert all(fits(made, line) for line in lines)


def test_a_known_pid_becomes_a_pattern_even_if_it_is_the_same() -> None:
    assert pattern([["child 77 of 7"], ["child 77 of 7"]], {77}) == ("child [pid] of 7",)


def test_runs_of_different_length_have_no_pattern() -> None:
    assert pattern([["a"], ["a", "b"]]) is None


def test_frames_of_a_traceback_are_left_out() -> None:
    lines = ["Traceback (most recent call last):", '  File "x.py", line 1', "    f()", "    ~^^", "E: no"]
    assert pattern([lines]) == ("Traceback (most recent call last):", "...", "E: no")


def test_code_after_a_traceback_is_kept() -> None:
    head = "Traceback (most recent call last):"
    lines = [head, '  File "x.py"', "E: no", "  indented", head, "  f()", "F: yes"]
    assert list(collapse_tracebacks(lines)) == [head, "...", "E: no", "  indented", head, "...", "F: yes"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["1.5 s", "1.5 s"], "1.5 s", id="a-fraction-is-no-pid"),
        pytest.param(["at 7.9 s", "at 8.1 s"], "at [..] s", id="a-fraction-that-varies"),
        pytest.param(["n 1 of 9", "n 2 of 9"], "n [..] of 9", id="one-digit-is-no-pid"),
        pytest.param(["0x7f", "0x7f"], "0x7f", id="a-short-number-is-no-address"),
        pytest.param(["a", "bb"], "[..]", id="nothing-in-common"),
        pytest.param(["a  b", "a  c"], "a  [..]", id="spaces-stay"),
        pytest.param(["x\x07y"], "x[..]y", id="a-control-character"),
    ],
)
def test_a_pattern_keeps_what_is_the_same(lines: list[str], expected: str) -> None:
    assert line_pattern(lines) == expected


@given(st.text(max_size=20))
def test_a_printable_line_can_be_written_into_a_scenario(line: str) -> None:
    assert not UNWANTED.search(printable(line))
    assert "\r" not in printable(line)


class TestWhatVaried:
    def test_a_line_is_shown_both_ways_with_a_pattern_for_it(self) -> None:
        what, cure = what_varied("a: 1\n  pid 4211\n", "a: 1\n  pid 4299\n")
        assert what == (
            "unstable: line 2 would be different each time; once it was\n    pid 4211\n  and\n    pid 4299"
        )
        assert cure == "write a pattern, such as `pid [pid]`"

    def test_another_order_is_recognised(self) -> None:
        what, cure = what_varied("  one\n  two\n", "  two\n  one\n")
        assert "unstable: line 1 would be different each time" in what
        assert cure.startswith("the same lines in another order: write `- any_order: [")

    def test_another_number_of_lines_has_no_pattern(self) -> None:
        _, cure = what_varied("a\nb\n", "a\n")
        assert cure == "write a pattern, or leave out what is not the point"

    @given(st.lists(LINES, min_size=1, max_size=4), st.lists(LINES, min_size=1, max_size=4))
    def test_any_two_different_texts_can_be_told_apart(self, one: list[str], other: list[str]) -> None:
        if one != other:
            what, cure = what_varied("\n".join(one), "\n".join(other))
            assert what.startswith("unstable: line ")
            assert cure
