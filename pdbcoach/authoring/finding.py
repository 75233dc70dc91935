"""What ``check`` finds: the reasons why a pack isn't ready to ship, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from msgspec import Struct

from pdbcoach.errors import Problem, Span
from pdbcoach.replay.result import Result

FindingKind = Literal[
    "format", "lint", "replay", "unstable", "teeth", "error", "truth", "help", "refused", "claim"
]
"""``format``: the file can't be read. ``lint``: it can, but should be better. ``replay``: a replay differs
from what is expected. ``unstable``: two replays differ. ``teeth``: an error in the scenario wouldn't be
noticed. ``error``: it could not be run. ``truth``: the coach says what isn't so. ``help``: it gives a line
that fails, or no way back. ``refused``: it doesn't accept another way to the goal. ``claim``: what a
text says of pdb or Python isn't so, or not on this Python."""

COULD_NOT_RUN: frozenset[FindingKind] = frozenset({"format", "error"})


class Evidence(Struct, frozen=True):
    """What was typed and said where the coach was wrong."""

    step: int
    """Its number, counted from 1."""
    text: str
    """Which text: `why`, `ask`, `hint` and so on."""
    rule: str
    perturbation: str
    typed: tuple[str, ...]
    """The lines of the step."""
    said: str
    observed: str
    """What is so instead."""


class Finding(Struct, frozen=True):
    kind: FindingKind
    span: Span
    message: str
    """One line."""
    cure: str = ""
    """What to do about it; empty if unknown."""
    details: tuple[str, ...] = ()
    """More to show, line by line."""
    scenario: str = ""
    """The scenario's id; empty if it is about the whole file."""
    python: str = ""
    """The version of the target; empty if it is about all of them."""
    truth: Evidence | None = None
    """For the kinds ``truth``, ``help`` and ``refused``."""


class Bites(Struct, frozen=True):
    """How many mutants of a scenario were noticed, made no difference, or were not noticed."""

    noticed: int = 0
    equivalent: int = 0
    survived: int = 0

    @property
    def mutants(self) -> int:
        return self.noticed + self.equivalent + self.survived


class Tries(Struct, frozen=True):
    """How often a lesson was tried with other lines than its own."""

    planned: int = 0
    done: int = 0
    left_out: int = 0
    """Tries at a program that doesn't do the same twice."""
    steps: int = 0
    """Steps of the learner's."""
    sentences: int = 0
    """Different sentences that were heard."""
    read: int = 0
    """Those of them that a rule reads."""

    @property
    def ran_out_of_time(self) -> bool:
        return self.done + self.left_out < self.planned


class Examined(Struct, frozen=True):
    """The result for one scenario on one target."""

    scenario: str
    span: Span
    python: str
    verdict: Result | Literal["error"]
    reason: str
    """Why it was skipped, or is known to fail."""
    seconds: float
    runs: int
    """Replays of the scenario itself, without mutants."""
    bites: Bites | None
    """``None`` if no mutants were tried."""
    findings: tuple[Finding, ...]
    tries: Tries | None = None
    """``None`` if nothing else was typed than the lesson's own lines."""
    is_claim: bool = False
    """Whether it is no scenario but the probe of a claim."""


class Checked(Struct, frozen=True):
    """Everything that ``check`` did and found."""

    files: tuple[Path, ...]
    """The files that were checked."""
    lint: tuple[Finding, ...]
    """Found without running anything."""
    examined: tuple[Examined, ...]
    seconds: float

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.lint, *(finding for one in self.examined for finding in one.findings))


def of_problems(problems: Iterable[Problem], kind: FindingKind = "format") -> tuple[Finding, ...]:
    """Return a finding for each problem of a file."""
    return tuple(Finding(kind, problem.span, problem.message) for problem in problems)
