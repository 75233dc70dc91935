"""What one call of `replay` did, for reports."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.scenario.model import Scenario


class NotRun(Struct, frozen=True):
    """A scenario that could not be run on a target, or not to its end."""

    scenario: Scenario
    target: Target
    error: PdbcoachError

    def __str__(self) -> str:
        return f"{self.scenario.id} on Python {self.target.version}: {self.error}"


class Replayed(Struct, frozen=True):
    """Every result of a call of `replay`."""

    results: tuple[ScenarioResult, ...]
    not_run: tuple[NotRun, ...] = ()
    seconds: float = 0.0
    """How long all of it took."""
