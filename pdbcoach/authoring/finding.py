"""What `check` finds: one thing that keeps a pack from being fit to ship, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from pdbcoach.errors import Problem, Span
from pdbcoach.replay.result import Result

Kind = Literal["format", "lint", "replay", "unstable", "teeth", "error"]
"""``format``: the file cannot be read. ``lint``: it can, and is not good. ``replay``: something else came
than expected. ``unstable``: it came differently in different runs. ``teeth``: an error in the scenario
would not be noticed. ``error``: it could not be run."""

COULD_NOT_RUN: frozenset[Kind] = frozenset({"format", "error"})


class Finding(Struct, frozen=True):
    kind: Kind
    span: Span
    message: str
    """One line."""
    cure: str = ""
    """What to do about it, where that is known."""
    details: tuple[str, ...] = ()
    """What else there is to show, line by line."""
    scenario: str = ""
    """The scenario's id; empty: it is about the file."""
    python: str = ""
    """The version of the target; empty: it is about all of them."""


class Bites(Struct, frozen=True):
    """How many mutants of a scenario were noticed, changed nothing, or were not noticed."""

    noticed: int = 0
    equivalent: int = 0
    survived: int = 0

    @property
    def mutants(self) -> int:
        return self.noticed + self.equivalent + self.survived


class Examined(Struct, frozen=True):
    """What came of one scenario on one target, in values that any process can send to any other."""

    scenario: str
    span: Span
    python: str
    verdict: Result | Literal["error"]
    reason: str
    """Why it was skipped, or is known to fail."""
    seconds: float
    runs: int
    """How often it was replayed as it is."""
    bites: Bites | None
    """``None``: no mutants were tried."""
    findings: tuple[Finding, ...]


class Checked(Struct, frozen=True):
    """Everything that `check` did and found."""

    files: tuple[Path, ...]
    """The files that were looked at."""
    lint: tuple[Finding, ...]
    """What was found without running anything."""
    examined: tuple[Examined, ...]
    seconds: float

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.lint, *(finding for one in self.examined for finding in one.findings))


def of_problems(problems: Iterable[Problem], kind: Kind = "format") -> tuple[Finding, ...]:
    """A finding for each problem of a file."""
    return tuple(Finding(kind, problem.span, problem.message) for problem in problems)


def to_plain(examined: Examined) -> dict[str, Any]:
    """``examined`` as texts, numbers, lists and mappings: what pytest-xdist can carry."""
    bites = examined.bites
    return {
        "scenario": examined.scenario,
        **_span(examined.span),
        "python": examined.python,
        "verdict": examined.verdict,
        "reason": examined.reason,
        "seconds": round(examined.seconds, 6),
        "runs": examined.runs,
        "mutants": None
        if bites is None
        else {"noticed": bites.noticed, "equivalent": bites.equivalent, "survived": bites.survived},
        "findings": [finding_to_plain(finding) for finding in examined.findings],
    }


def finding_to_plain(finding: Finding) -> dict[str, Any]:
    """One finding, likewise."""
    return {
        "kind": finding.kind,
        **_span(finding.span),
        "message": finding.message,
        "cure": finding.cure,
        "details": list(finding.details),
        "scenario": finding.scenario,
        "python": finding.python,
    }


def from_plain(plain: Mapping[str, Any]) -> Examined:
    """What ``to_plain`` was given."""
    return Examined(
        plain["scenario"],
        _to_span(plain),
        plain["python"],
        plain["verdict"],
        plain["reason"],
        plain["seconds"],
        plain["runs"],
        None if plain["mutants"] is None else Bites(**plain["mutants"]),
        tuple(
            Finding(
                one["kind"],
                _to_span(one),
                one["message"],
                one["cure"],
                tuple(one["details"]),
                one["scenario"],
                one["python"],
            )
            for one in plain["findings"]
        ),
    )


def _span(span: Span) -> dict[str, Any]:
    return {"file": str(span.file), "line": span.line, "column": span.column}


def _to_span(plain: Mapping[str, Any]) -> Span:
    return Span(Path(plain["file"]), plain["line"], plain["column"])
