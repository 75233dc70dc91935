"""One scenario on one target, as ``check`` examines it: what is run, and how often."""

from __future__ import annotations

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.authoring import examine as module
from pdbcoach.authoring.examine import Examination, Settings, examine
from pdbcoach.authoring.finding import Bites, Finding
from pdbcoach.authoring.stability import Runs
from pdbcoach.authoring.teeth import Teeth
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Result, ScenarioResult

UNSTABLE = Finding("unstable", made.span(4), "differs")
SURVIVOR = Finding("teeth", made.span(5), "not noticed")
SETTINGS = Settings(Options(timeout_factor=2.0, cold=True), repeat=3)


class Stage:
    """Stands in for the three things that are run, and writes down what was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, verdict: Result, runs: Runs) -> None:
        self.asked: list[str] = []
        self.options: list[Options] = []
        result = made.result(verdict=verdict)

        def finish(*_: object, options: Options) -> ScenarioResult:
            self.asked.append("replay")
            self.options.append(options)
            return result

        def repeat(_: ScenarioResult, times: int, *, race: bool, options: Options) -> Runs:
            self.asked.append(f"repeat {times}{' race' if race else ''}")
            self.options.append(options)
            return runs

        def bite(_: ScenarioResult, options: Options) -> Teeth:
            self.asked.append("bite")
            self.options.append(options)
            return Teeth(Bites(9, 1, 1), (SURVIVOR,))

        monkeypatch.setattr(module, "finish", finish)
        monkeypatch.setattr(module, "repeat", repeat)
        monkeypatch.setattr(module, "bite", bite)

    def examine(self, settings: Settings = SETTINGS) -> Examination:
        return examine(made.scenario(), made.TARGET, settings)


def test_a_scenario_that_passes_is_repeated_and_bitten(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, "passed", Runs(3, None))
    seen = stage.examine()
    assert stage.asked == ["replay", "repeat 3", "bite"]
    assert (seen.runs, seen.findings, seen.bites) == (3, (SURVIVOR,), Bites(9, 1, 1))
    assert set(map(repr, stage.options)) == {repr(Options(timeout_factor=2.0, cold=True))}


@pytest.mark.parametrize(("verdict", "runs"), [("failed", 1), ("xfailed", 1), ("skipped", 0)])
def test_one_that_does_not_pass_is_run_once_at_most(
    monkeypatch: pytest.MonkeyPatch, verdict: Result, runs: int
) -> None:
    stage = Stage(monkeypatch, verdict, Runs(3, None))
    seen = stage.examine()
    assert stage.asked == ["replay"]
    assert (seen.runs, seen.findings, seen.bites, seen.result.verdict) == (runs, (), None, verdict)


def test_one_that_is_unstable_has_no_mutants(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = made.result(verdict="failed")
    stage = Stage(monkeypatch, "passed", Runs(2, UNSTABLE, failed))
    seen = stage.examine()
    assert stage.asked == ["replay", "repeat 3"]
    assert (seen.runs, seen.findings, seen.failed_later, seen.bites) == (2, (UNSTABLE,), failed, None)


def test_mutants_are_tried_only_if_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, "passed", Runs(3, None))
    assert stage.examine(replace(SETTINGS, teeth=False)).bites is None
    assert "bite" not in stage.asked


def test_a_race_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch, "passed", Runs(3, None))
    stage.examine(replace(SETTINGS, race=True))
    assert "repeat 3 race" in stage.asked
