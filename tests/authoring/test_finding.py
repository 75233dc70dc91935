"""Findings, and their way from one process to another."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.finding import (
    Bites,
    Checked,
    Examined,
    Finding,
    FindingKind,
    from_plain,
    of_problems,
    to_plain,
)
from pdbcoach.errors import Problem, Span

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SPANS = st.builds(
    Span,
    st.builds(Path, st.just("/packs"), st.text("abc-é ", min_size=1, max_size=6)),
    *[st.integers(1, 9999)] * 3,
)
KINDS: tuple[FindingKind, ...] = ("format", "lint", "replay", "unstable", "teeth", "error")
FINDINGS = st.builds(
    Finding, st.sampled_from(KINDS), SPANS, TEXTS, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), TEXTS, TEXTS
)
NUMBERS = st.integers(0, 500)
EXAMINED = st.builds(
    Examined,
    TEXTS,
    SPANS,
    st.just("3.13.0"),
    st.sampled_from(["passed", "failed", "skipped", "xfailed", "error"]),
    TEXTS,
    st.floats(0, 1000, allow_nan=False),
    st.integers(0, 9),
    st.none() | st.builds(Bites, NUMBERS, NUMBERS, NUMBERS),
    st.lists(FINDINGS, max_size=3).map(tuple),
)


@given(EXAMINED)
def test_a_result_comes_back_from_plain_values_as_it_was(one: Examined) -> None:
    """Plain values are what JSON and execnet can carry."""
    assert from_plain(json.loads(json.dumps(to_plain(one)))) == one


@pytest.mark.parametrize(
    ("change", "path"),
    [
        pytest.param({"verdict": "perhaps"}, r"\$\.verdict", id="verdict"),
        pytest.param({"runs": "two"}, r"\$\.runs", id="runs"),
        pytest.param({"findings": [{}]}, r"\$\.findings\[0\]", id="findings"),
        pytest.param({"bites": {"noticed": []}}, r"\$\.bites\.noticed", id="bites"),
    ],
)
def test_other_values_are_an_error_with_the_path(change: dict[str, object], path: str) -> None:
    one = Examined("one", Span(Path("/x"), 1, 1), "3.13.0", "passed", "", 0.5, 2, Bites(8, 1, 1), ())
    with pytest.raises(msgspec.ValidationError, match=path):
        from_plain({**to_plain(one), **change})


def test_all_findings_of_a_check_are_those_of_the_files_and_then_of_the_scenarios() -> None:
    place = Span(Path("/x"), 1, 1)
    first, second = Finding("lint", place, "one"), Finding("teeth", place, "two")
    one = Examined("one", place, "3.13.0", "passed", "", 0.5, 2, None, (second,))
    assert Checked((place.file,), (first,), (one,), 1.0).findings == (first, second)


def test_mutants_are_counted_together() -> None:
    assert Bites(8, 2, 1).mutants == 11


def test_each_problem_of_a_file_is_a_finding_at_its_place() -> None:
    place = Span(Path("/x"), 4, 2)
    (found,) = of_problems([Problem(place, "no such mark", "  at: x")], "lint")
    assert found == Finding("lint", place, "no such mark")
