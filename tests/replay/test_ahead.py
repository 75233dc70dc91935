"""Several scenarios at once: the same events in the same order, and nothing left of any of them."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pdbcoach.engine import interpreters
from pdbcoach.errors import PdbcoachError
from pdbcoach.facts import Facts
from pdbcoach.replay.actions import Options
from pdbcoach.replay.ahead import Ahead, working
from pdbcoach.replay.result import Event, ScenarioFinished, Target
from pdbcoach.replay.runner import finish, replay
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario

SCENARIO = """\
format: 1
id: lesson
run: python -m pdb prog.py
variants:
  counts:
    steps:
    - {send: n}
    - {send: p x, expect: "1"}
    - {send: q, ends: {main: exit 0}}
  differs:
    steps:
    - {send: n}
    - {send: p x, expect: "2"}
  waits:
    steps:
    - {send: c, processes: {main: running}}
    - {key: ctrl-c}
    - {send: q, ends: {main: exit 0}}
  ends:
    steps:
    - {send: q, ends: {main: exit 0}}
"""

running = interpreters.running()
TARGET = Target(running.executable, running.version_text)


@pytest.fixture
def scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Scenario, ...]]:
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    (tmp_path / "prog.py").write_text("x = 1\nimport time\nwhile True: time.sleep(0.01)\n")
    (tmp_path / "lesson.yaml").write_text(SCENARIO)
    yield load(tmp_path / "lesson.yaml")
    assert list(temporary.iterdir()) == []
    assert threading.active_count() == 1


def play(scenario: Scenario, target: Target = TARGET) -> Ahead[Event]:
    return Ahead(lambda options: replay(scenario, target, options=options))


def outcome(one: Ahead[Event]) -> tuple[str, str, tuple[object, ...]]:
    last = list(one.results())[-1]
    assert isinstance(last, ScenarioFinished)
    return last.result.scenario.id, last.result.verdict, last.result.transcript


def test_the_results_are_those_of_one_at_a_time(scenarios: tuple[Scenario, ...]) -> None:
    ahead = [play(scenario) for scenario in scenarios]
    with working(ahead, Options(), 3):
        several = [outcome(one) for one in ahead]
    single = [finish(scenario, TARGET) for scenario in scenarios]
    assert several == [(one.scenario.id, one.verdict, one.transcript) for one in single]
    assert [verdict for _, verdict, _ in several] == ["passed", "failed", "passed", "passed"]


def test_an_error_is_raised_where_its_events_are_read(scenarios: tuple[Scenario, ...]) -> None:
    nowhere = replace(TARGET, executable="/nowhere/python")
    ahead = [play(scenarios[0]), play(scenarios[0], nowhere), play(scenarios[0])]
    with working(ahead, Options(), 3):
        assert outcome(ahead[0])[1] == "passed"
        with pytest.raises(PdbcoachError, match="no such interpreter"):
            list(ahead[1].results())
        assert outcome(ahead[2])[1] == "passed"


def test_leaving_ends_the_sessions_that_run(scenarios: tuple[Scenario, ...]) -> None:
    step = replace(scenarios[2].steps[0], facts=Facts())  # it waits for a prompt, and none comes
    endless = replace(scenarios[2], steps=(step,), timeout=600.0)
    ahead = [play(endless) for _ in range(5)]
    with working(ahead, Options(), 2):
        next(ahead[0].results())
        next(ahead[1].results())
