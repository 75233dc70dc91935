"""Examine one scenario on one target for ``check``: replay it, repeat it, and try its mutants."""

from __future__ import annotations

from math import inf
from typing import Literal

from msgspec import Struct, json

from pdbcoach.authoring.finding import Bites, Finding
from pdbcoach.authoring.stability import repeat
from pdbcoach.authoring.teeth import bite
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.model import Scenario

REPEAT = 2
"""Default number of runs of each scenario."""


TRUTH_SECONDS = 3.0
"""Default time for the tries of a scenario, unless all of them are wanted."""

Effort = Literal["none", "some", "full"]


class Settings(Struct, frozen=True):
    """What to do with each scenario. Workers get it as text."""

    targets: tuple[Target, ...]
    repeat: int = REPEAT
    """Number of runs, which must all show the same."""
    race: bool = False
    teeth: bool = True
    truth: Effort = "some"
    """How many other lines to try at the steps of a lesson."""
    truth_seconds: float | None = None
    """Time for that in each scenario; None: what the effort needs."""
    timeout_factor: float = 1.0
    cold: bool = False
    asked_by: int = 0
    """The pid of `pdbcoach check`: its workers end with it."""
    chosen: tuple[tuple[str, str], ...] = ()
    """Variants that were named on the command line: path and scenario id. Other files are wanted whole."""

    @property
    def seconds_for_truth(self) -> float:
        if self.truth_seconds is not None:
            return self.truth_seconds
        return inf if self.truth == "full" else TRUTH_SECONDS

    def dump(self) -> str:
        return json.encode(self).decode()

    @classmethod
    def load(cls, text: str) -> Settings:
        """Return the settings that ``dump`` wrote."""
        return json.decode(text, type=cls)

    def wants(self, scenario: Scenario) -> bool:
        """Return True if this scenario is to be examined."""
        wanted = [name for path, name in self.chosen if path == str(scenario.path)]
        return not wanted or scenario.id in wanted


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


def examine(scenario: Scenario, target: Target, settings: Settings, *, teeth: bool) -> Examination:
    """Replay ``scenario``; if it passes, repeat it and, with ``teeth``, try its mutants.

    Raises ``PdbcoachError`` if the target can't be started.
    """
    options = Options(timeout_factor=settings.timeout_factor, cold=settings.cold)
    result = finish(scenario, target, options=options)
    if result.verdict != "passed":
        return Examination(result, 1 if result.verdict != "skipped" else 0, (), None, None)
    runs = repeat(result, settings.repeat, race=settings.race, options=options)
    if runs.finding is not None:
        # A mutant of an unstable scenario proves nothing.
        return Examination(result, runs.count, (runs.finding,), runs.failed, None)
    if not (teeth and settings.teeth):
        return Examination(result, runs.count, (), None, None)
    bitten = bite(result, options)
    return Examination(result, runs.count, bitten.findings, None, bitten.bites)
