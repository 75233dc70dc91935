"""One scenario on one target, looked at as `check` does: replayed, repeated, and bitten."""

from __future__ import annotations

from msgspec import Struct, json

from pdbcoach.authoring.finding import Bites, Finding
from pdbcoach.authoring.stability import repeat
from pdbcoach.authoring.teeth import bite
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.model import Scenario

REPEAT = 2
"""How often a scenario is run as it is, unless told otherwise."""


class Settings(Struct, frozen=True):
    """What to do with each scenario; the same for all, and sent to whoever does it as text."""

    targets: tuple[Target, ...]
    repeat: int = REPEAT
    """How often to run it as it is; what comes must always be the same."""
    race: bool = False
    teeth: bool = True
    timeout_factor: float = 1.0
    cold: bool = False
    asked_by: int = 0
    """The pid of `pdbcoach check`: who works for it on this machine is to end with it."""
    chosen: tuple[tuple[str, str], ...] = ()
    """Files of which one variant only is wanted: the path, and the scenario's id."""

    def dump(self) -> str:
        return json.encode(self).decode()

    @classmethod
    def load(cls, text: str) -> Settings:
        """What ``dump`` was given."""
        return json.decode(text, type=cls)

    def wants(self, scenario: Scenario) -> bool:
        """Whether this scenario of its file is to be looked at."""
        wanted = [name for path, name in self.chosen if path == str(scenario.path)]
        return not wanted or scenario.id in wanted


class Examination(Struct, frozen=True):
    result: ScenarioResult
    """The first run's."""
    runs: int
    findings: tuple[Finding, ...]
    """Of stability and teeth; what failed in a replay, the results say."""
    failed_later: ScenarioResult | None
    """A later run that failed."""
    bites: Bites | None


def examine(scenario: Scenario, target: Target, settings: Settings, *, teeth: bool) -> Examination:
    """Replay ``scenario``; if it passes, replay it again, and try its mutants if ``teeth`` are wanted.

    Raises PdbcoachError if the target cannot be started at all.
    """
    options = Options(timeout_factor=settings.timeout_factor, cold=settings.cold)
    result = finish(scenario, target, options=options)
    if result.verdict != "passed":
        return Examination(result, 1 if result.verdict != "skipped" else 0, (), None, None)
    runs = repeat(result, settings.repeat, race=settings.race, options=options)
    if runs.finding is not None:
        # Mutants of a scenario that differs by itself would say nothing.
        return Examination(result, runs.count, (runs.finding,), runs.failed, None)
    if not (teeth and settings.teeth):
        return Examination(result, runs.count, (), None, None)
    bitten = bite(result, options)
    return Examination(result, runs.count, bitten.findings, None, bitten.bites)
