"""What all contenders run: the program of a shipped scenario, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Scenario, Send


@dataclass(frozen=True, slots=True)
class Exercise:
    scenario: Scenario
    target: Target
    program: Path
    lines: tuple[str, ...]
    """Typed at the main process. Forked processes that read them from a file have a copy of the rest."""
    shown: tuple[str, ...]
    """Lines that the main process prints in any folder. They prove that a contender ran the session."""

    @property
    def typed(self) -> str:
        return "".join(line + "\n" for line in self.lines)

    def check(self, who: str, output: str) -> None:
        """Raise RuntimeError if ``output`` isn't that of the exercise."""
        missing = [line for line in self.shown if line not in output]
        if missing:
            raise RuntimeError(f"{who} did not show {missing[0]!r}, but:\n{output}")


def exercise(scenario_id: str, target: Target) -> Exercise:
    """Return the exercise of a shipped scenario, which must run ``-m pdb PROGRAM``."""
    (scenario,) = packs.load_all([scenario_id], lang="en")
    result = replay(scenario, target)
    return Exercise(
        scenario,
        target,
        next(file.path for file in scenario.files if file.name == scenario.run[2]),
        tuple(
            step.action.text
            for step in scenario.steps
            if isinstance(step.action, Send) and step.process == "main"
        ),
        tuple(
            line
            for entry in result.transcript
            if entry.process == "main"
            for line in entry.output.splitlines()
            if ".py" not in line
        ),
    )


def replay(scenario: Scenario, target: Target, *, cold: bool = False) -> ScenarioResult:
    """Return the result of a replay. Raises RuntimeError if it doesn't pass."""
    from pdbcoach.replay.actions import Options

    result = finish(scenario, target, options=Options(cold=cold))
    if result.verdict != "passed":
        raise RuntimeError(f"{scenario.id} {result.verdict} on {target.version}: {result.all_failures}")
    return result
