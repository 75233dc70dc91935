"""What is shipped, read once for all tests of it."""

from __future__ import annotations

from collections.abc import Iterator

from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Key, Scenario, Send, Step

SCENARIOS = packs.load_all([str(packs.shipped())], lang="en")


def lesson(scenario: Scenario) -> str:
    """The lesson that a scenario is a variant of; of one without variants its own id."""
    return scenario.path.stem


def asked(scenario: Scenario) -> Iterator[Step]:
    """The steps that are the learner's to do."""
    return (step for step in scenario.steps if step.prose.ask and not step.prose.quiet)


def commands(scenario: Scenario) -> frozenset[str]:
    """Long names of the pdb commands that the asked steps of a scenario send."""
    used: set[str] = set()
    for step in asked(scenario):
        match step.action:
            case Send() if step.prompt not in ("python", "program"):
                used.update(step.line.names)
            case Key("ctrl-d") if step.prompt not in ("python", "program"):
                used.add("EOF")
    return frozenset(used)
