"""Scenarios whose output differs between runs, and those where only a pid does."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.lessons import write_lesson

from pdbcoach.authoring.examine import Settings, examine
from pdbcoach.authoring.stability import Runs, repeat
from pdbcoach.engine import interpreters
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load

RANDOM = "import os\nx = os.urandom(8).hex()\nprint('x is', x)\ny = 1\n"
STEPS = """\
  - send: n
    at: {line: 2}
  - send: n
    at: {line: 3}
  - send: n
    at: {line: 4}
  - send: q
    ends: {main: exit 0}
"""


def target() -> Target:
    running = interpreters.running()
    return Target(running.executable, running.version_text)


def runs(folder: Path, program: str, *, top: str = "", steps: str = STEPS, race: bool = False) -> Runs:
    (scenario,) = load(write_lesson(folder, steps, top=top, program=program))
    first = finish(scenario, target())
    assert first.verdict == "passed", first.all_failures
    return repeat(first, 3, race=race, options=Options())


def test_the_first_step_that_differs_is_named(tmp_path: Path) -> None:
    found = runs(tmp_path, RANDOM)
    assert found.count == 2
    assert found.finding is not None
    assert found.finding.kind == "unstable"
    assert found.finding.span.line == 9
    assert found.finding.message == "step 3: run 2 showed something else than run 1 on main's terminal"
    assert [detail[:12] for detail in found.finding.details] == ["run 1: x is ", "run 2: x is "]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("os.getpid()", id="pid"),
        pytest.param("object()", id="address"),
        pytest.param("f'ppid {os.getppid()}'", id="labelled-pid-of-a-stranger"),
        pytest.param("__import__('time').strftime('%H:%M:%S')", id="time"),
        pytest.param("'the same'", id="constant"),
    ],
)
def test_values_that_always_vary_are_no_difference(tmp_path: Path, value: str) -> None:
    found = runs(tmp_path, RANDOM.replace("os.urandom(8).hex()", value), race=True)
    assert (found.finding, found.count) == (None, 4)


def test_a_demonstration_may_differ(tmp_path: Path) -> None:
    assert runs(tmp_path, RANDOM, top="grade: demo\n").finding is None


def test_a_run_that_fails_is_unstable(tmp_path: Path) -> None:
    """The program passes once only: it leaves a file outside its work folder."""
    memory = tmp_path / "memory"
    program = (
        f"import os\nnew = not os.path.exists({str(memory)!r})\nopen({str(memory)!r}, 'w').close()\ny = 1\n"
    )
    steps = STEPS.replace("{line: 3}", "{line: 3}\n    values: {new: 'True'}")
    found = runs(tmp_path, program, steps=steps, top="grade: demo\n")
    assert found.finding is not None
    assert found.finding.message == "passed in run 1, failed in run 2 in step 2"
    assert found.failed is not None
    assert found.failed.verdict == "failed"


def test_an_unstable_scenario_has_no_mutants(tmp_path: Path) -> None:
    (scenario,) = load(write_lesson(tmp_path, STEPS, program=RANDOM))
    examination = examine(scenario, target(), Settings(Options()))
    assert [finding.kind for finding in examination.findings] == ["unstable"]
    assert examination.bites is None
