"""Blocks laid beside what came: as much as possible of what was written stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.line_diff import align, changed
from pdbcoach.errors import Span
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.model import Block, Expect

SPAN = Span(__import__("pathlib").Path("x"), 1, 1)
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
def test_keeps_what_matches(written: list[str], came: list[str], expected: list[str]) -> None:
    assert updated(written, came) == expected


@given(st.lists(st.one_of(WORDS, st.just("...")), max_size=6), st.lists(WORDS, max_size=6))
def test_the_new_block_matches_what_came(written: list[str], came: list[str]) -> None:
    text = "".join(f"{line}\n" for line in updated(written, came))
    assert isinstance(match(Expect((Block(text, SPAN),), SPAN), "\n".join(came), {}, "3.13.0"), Matched)


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
