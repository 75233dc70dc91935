"""Runs a scenario on the real pdb, event by event."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import closing

from pdbcoach.engine import console
from pdbcoach.matching.versions import admits
from pdbcoach.replay import actions
from pdbcoach.replay.actions import DEFAULTS, Options
from pdbcoach.replay.result import Event, ScenarioFinished, ScenarioResult, ScenarioStarted, Target
from pdbcoach.scenario.model import Scenario


def replay(scenario: Scenario, target: Target, *, options: Options = DEFAULTS) -> Generator[Event]:
    """Run ``scenario`` on ``target`` and yield events. The last one is ``ScenarioFinished``.

    The session has ended, and nothing of it is left, when that event comes or the generator is closed.
    Raises PdbcoachError if the target can't be started.
    """
    reason = _why_not(scenario, target)
    if reason:
        yield ScenarioStarted(scenario, target)
        yield ScenarioFinished(ScenarioResult(scenario, target, "skipped", reason, (), (), (), 0.0))
        return
    began = time.monotonic()
    with actions.session_for(scenario, target, options) as session:
        session.launch()
        # What is only needed from here on is imported while the program starts.
        yield ScenarioStarted(scenario, target)
        from pdbcoach.replay.run import Run

        run = Run(scenario, target, session, scenario.timeout * options.timeout_factor, options)
        yield from run.events()
        kept = str(session.work_folder) if options.keep else ""
    yield ScenarioFinished(run.result(time.monotonic() - began, kept))


def finish(scenario: Scenario, target: Target, *, options: Options = DEFAULTS) -> ScenarioResult:
    """Run ``scenario`` on ``target`` to its end and return the result. Raises as ``replay`` does."""
    with closing(replay(scenario, target, options=options)) as events:
        for event in events:
            if isinstance(event, ScenarioFinished):
                return event.result
    raise AssertionError("a replay ends with its result")


def _why_not(scenario: Scenario, target: Target) -> str:
    """Return why the scenario can't run on the target; empty if it can."""
    if not admits(scenario.python, target.version):
        return f"needs Python {scenario.python}"
    if target.sandbox and scenario.background is not None:
        return "has a program in the background, and a sandbox holds one program"
    for words in (scenario.run, scenario.background or ()):
        if name := console.missing(target.executable, words):
            return f"its Python has no console script `{name}`"
    return ""
