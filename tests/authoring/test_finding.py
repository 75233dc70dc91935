"""Findings, and their way from one process to another."""

from __future__ import annotations

from pathlib import Path

from pdbcoach.authoring.finding import (
    Bites,
    Checked,
    Examined,
    Finding,
    of_problems,
)
from pdbcoach.errors import Problem, Span


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
