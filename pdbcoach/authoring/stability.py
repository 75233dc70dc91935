"""Check that every run of a scenario shows the same. A test that varies can't be trusted."""

from __future__ import annotations

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.finding import Finding
from pdbcoach.errors import Span
from pdbcoach.replay.actions import Options
from pdbcoach.replay.fingerprint import first_difference
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.replay.runner import finish

_READ_DELAY: Final = 0.0005
"""Seconds. With one read per byte, the terminal lags behind."""


class Runs(Struct, frozen=True):
    count: int
    """Runs made, including the first."""
    finding: Finding | None
    failed: ScenarioResult | None = None
    """The run that failed although the first had passed."""


def repeat(first: ScenarioResult, times: int, *, race: bool, options: Options) -> Runs:
    """Run a scenario that passed as ``first`` until it has been run ``times`` times, and compare the runs.

    ``race`` adds a run whose terminals are read late, byte by byte. Stops at the first run that differs.
    A scenario of grade `demo` may show something else each time, but must pass.
    """
    variants = [(f"run {number}", options) for number in range(2, times + 1)]
    if race:
        slow = replace(options, read_size=1, read_delay=_READ_DELAY)
        variants.append(("a run read late, byte by byte", slow))
    for made, (name, how) in enumerate(variants, 2):
        result = finish(first.scenario, first.target, options=how)
        if result.verdict != first.verdict:
            return Runs(made, _failed(first, result, name), result)
        if first.scenario.grade != "demo" and (finding := _differs(first, result, name)):
            return Runs(made, finding)
    return Runs(1 + len(variants), None)


def _failed(first: ScenarioResult, result: ScenarioResult, name: str) -> Finding:
    failing = next((step for step in result.steps if step.failures), None)
    where = f" in step {failing.number}" if failing is not None else ""
    span = failing.step.span if failing is not None else result.scenario.span
    return _finding(first, span, f"passed in run 1, failed in {name}{where}")


def _differs(first: ScenarioResult, result: ScenarioResult, name: str) -> Finding | None:
    difference = first_difference(first, result)
    if difference is None:
        return None
    step = first.steps[difference.step - 1].step
    finding = _finding(
        first,
        step.span,
        f"step {difference.step}: {name} showed something else than run 1 on {difference.process}'s terminal",
    )
    details = (f"run 1: {difference.one or '(nothing)'}", f"{name}: {difference.other or '(nothing)'}")
    return replace(finding, details=details)


def _finding(first: ScenarioResult, span: Span, message: str) -> Finding:
    return Finding(
        "unstable",
        span,
        message,
        "wait for what the output depends on, or write `grade: demo` if chance is the lesson",
        scenario=first.scenario.id,
        python=first.target.version,
    )
