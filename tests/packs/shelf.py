"""The shipped scenarios, loaded once for all tests of them."""

from __future__ import annotations

from collections.abc import Iterator

from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Key, Scenario, Send, Step

SCENARIOS = packs.load_all([str(packs.shipped())], lang="en")


def lesson(scenario: Scenario) -> str:
    """Return the id of the lesson that a scenario belongs to."""
    return scenario.path.stem


def asked(scenario: Scenario) -> Iterator[Step]:
    """Yield the steps that the learner does."""
    return (step for step in scenario.steps if step.prose.ask and not step.prose.quiet)


def commands(scenario: Scenario) -> frozenset[str]:
    """Return the long names of the pdb commands in the steps the learner does."""
    used: set[str] = set()
    for step in asked(scenario):
        match step.action:
            case Send() if step.prompt not in ("python", "program"):
                used.update(step.line.names)
            case Key("ctrl-d") if step.prompt not in ("python", "program"):
                used.add("EOF")
    return frozenset(used)
