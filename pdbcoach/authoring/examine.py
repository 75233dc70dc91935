"""Examine one scenario on one target for ``check``: replay it, repeat it, and try its mutants."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.authoring.finding import Bites, Finding
from pdbcoach.authoring.stability import repeat
from pdbcoach.authoring.teeth import bite
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.model import Scenario

REPEAT = 2
"""Default number of runs of each scenario."""


class Settings(Struct, frozen=True):
    """What to do with a scenario."""

    options: Options
    repeat: int = REPEAT
    """Number of runs, which must all show the same."""
    race: bool = False
    teeth: bool = True


class Examination(Struct, frozen=True):
    result: ScenarioResult
    """The result of the first run."""
    runs: int
    findings: tuple[Finding, ...]
    """About stability and teeth; the results have the failures of replays."""
    failed_later: ScenarioResult | None
    """A later run that failed."""
    bites: Bites | None

    @property
    def is_sound(self) -> bool:
        """It passes, and comes out the same each time."""
        return self.result.verdict == "passed" and all(one.kind != "unstable" for one in self.findings)


def examine(scenario: Scenario, target: Target, settings: Settings) -> Examination:
    """Replay ``scenario``; if it passes, repeat it and, with ``teeth``, try its mutants.

    Raises ``PdbcoachError`` if the target can't be started.
    """
    options = settings.options
    result = finish(scenario, target, options=options)
    if result.verdict != "passed":
        return Examination(result, 1 if result.verdict != "skipped" else 0, (), None, None)
    runs = repeat(result, settings.repeat, race=settings.race, options=options)
    if runs.finding is not None:
        # A mutant of an unstable scenario proves nothing.
        return Examination(result, runs.count, (runs.finding,), runs.failed, None)
    if not settings.teeth:
        return Examination(result, runs.count, (), None, None)
    bitten = bite(result, options)
    return Examination(result, runs.count, bitten.findings, None, bitten.bites)
