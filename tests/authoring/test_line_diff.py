"""Aligning a block with a new output: as many of its lines as possible stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.line_diff import align, captured, changed
from pdbcoach.errors import Span
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.model import Expect, OutputBlock

SPAN = Span(Path("x"), 1, 1)
WORDS = st.sampled_from(["a", "b", "c d", "e [x] f", "..", "[..]"])


def updated(written: list[str], came: list[str]) -> list[str]:
    return [line.text if line.old is None else written[line.old] for line in align(written, came, {})]


@pytest.mark.parametrize(
    ("written", "came", "expected"),
    [
        pytest.param(["a [..]", "b"], ["a 1", "c"], ["a [..]", "c"], id="one-line-changes"),
        pytest.param(["a", "..."], ["z", "y"], ["z", "..."], id="dots-take-no-more-than-they-did"),
        pytest.param(["...", "end 1"], ["x", "y", "end 2"], ["...", "end 2"], id="dots-before"),
        pytest.param(["a", "b", "c"], ["a", "c"], ["a", "c"], id="a-line-goes"),
        pytest.param(["a", "c"], ["a", "new", "c"], ["a", "new", "c"], id="a-line-comes"),
        pytest.param([], ["[x]"], ["[[x]]"], id="all-is-new"),
    ],
)
def test_lines_that_match_stay(written: list[str], came: list[str], expected: list[str]) -> None:
    assert updated(written, came) == expected


@given(st.lists(st.one_of(WORDS, st.just("...")), max_size=6), st.lists(WORDS, max_size=6))
def test_the_new_block_matches_the_output(written: list[str], came: list[str]) -> None:
    text = "".join(f"{line}\n" for line in updated(written, came))
    assert isinstance(match(Expect((OutputBlock(text, SPAN),), SPAN), "\n".join(came), {}, "3.13.0"), Matched)


@pytest.mark.parametrize(
    ("pattern", "line", "expected"),
    [
        pytest.param("> [..]t.py(9)f()", "> /w/t.py(4)f()", "> [..]t.py(4)f()", id="a-wildcard-stays"),
        pytest.param("[who:..] is 3", "bob is 4", "[who:..] is 4", id="a-capture-stays"),
        pytest.param("p [pid] ended 1", "p 77 ended 2", "p [pid] ended 2", id="a-kind-stays"),
        pytest.param("quite [..] other", "12", "12", id="nothing-in-common"),
    ],
)
def test_a_changed_line_keeps_its_wildcards(pattern: str, line: str, expected: str) -> None:
    assert changed(pattern, line, {}) == expected


PIECES = st.text(st.sampled_from("ab 1()[].:"), max_size=8).map(str.rstrip)
PLAIN = st.lists(st.text(st.sampled_from("ab 1():"), max_size=8).map(str.rstrip), max_size=5)


@given(PLAIN, PLAIN)
def test_old_lines_stay_in_order_and_every_line_that_came_is_in_the_block(
    written: list[str], came: list[str]
) -> None:
    lines = align(written, came, {})
    kept = [line.old for line in lines if line.old is not None]
    assert kept == sorted(set(kept))
    assert [written[line.old] if line.old is not None else line.text for line in lines] == came
    assert not set(kept) & {line.replaces for line in lines}


@given(PLAIN)
def test_nothing_changes_where_everything_matches(lines: list[str]) -> None:
    assert [line.old for line in align(lines, lines, {})] == list(range(len(lines)))


@given(PIECES, PIECES)
def test_a_changed_line_matches_the_output(pattern: str, line: str) -> None:
    made = changed(pattern, line, {})
    assert isinstance(match(Expect((OutputBlock(made, SPAN),), SPAN), line, {}, "3.13.0"), Matched)


class TestKnownCaptures:
    def test_a_captured_name_stands_for_its_text(self) -> None:
        assert updated(["pid [child]"], ["pid 77"]) == ["pid 77"]
        kept = align(["pid [child]"], ["pid 77"], {"child": "77"})
        assert [line.old for line in kept] == [0]

    def test_lines_that_still_match_capture(self) -> None:
        written = ["child [child:..]", "old", "[child] ended"]
        assert captured(written, ["child 77", "new", "77 ended"], {}) == {"child": "77"}

    def test_a_gap_captures_nothing(self) -> None:
        assert captured(["...", "[last:..]!"], ["a", "b", "c!"], {}) == {"last": "c"}

    def test_earlier_captures_stay(self) -> None:
        assert captured(["[b:..]"], ["2"], {"a": "1"}) == {"a": "1", "b": "2"}

    def test_removed_lines_capture_nothing(self) -> None:
        assert captured(["pid [child:..]"], ["something else entirely"], {}) == {}
