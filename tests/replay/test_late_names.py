"""Replays in which an alias names whichever process stops first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from pdbcoach.authoring.update import Updated, update
from pdbcoach.engine import interpreters
from pdbcoach.matching.verdict import StateMismatch
from pdbcoach.replay.fingerprint import first_difference
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario
from pdbcoach.scenario.packs import Found

TARGETS = [Target(one.executable, one.version_text) for one in interpreters.find_all()]

POOL = """\
from multiprocessing import Pool


def check(item):
    if item == "plum":
        breakpoint()
    return len(item)


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(check, ["fig", "plum", "pear"], chunksize=1))
        pool.close()
        pool.join()
"""
POOL_STEPS = """\
- process: worker
  at: {file: prog.py, function: check}
  processes: {others of worker: running}
- {process: worker, send: p item, expect: "'plum'"}
- process: worker
  send: c
  ends: {main: exit 0, worker: gone, others of worker: gone}
"""

FORKS = """\
import os


def right(word):
    breakpoint()
    os._exit(2)


def left(word):
    breakpoint()
    os._exit(3)


for word in ("a", "b", "c"):
    if os.fork() == 0:
        right(word) if word == "b" else left(word)
for _ in range(3):
    os.wait()
"""

Write = Callable[..., Scenario]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a program and a scenario with these steps, and load it."""

    def write(program: str, steps: str, first: str = "main.*") -> Scenario:
        (tmp_path / "prog.py").write_text(program, encoding="utf-8")
        head = "format: 1\nid: lesson\nrun: python prog.py\nstart_method: fork\ntimeout: 10\n"
        alias = f"alias: {{worker: {{first: {first}}}}}\nsteps:\n"
        path = tmp_path / "lesson.yaml"
        path.write_text(head + alias + steps, encoding="utf-8")
        return load(path)[0]

    return write


@pytest.fixture
def target() -> Target:
    running = interpreters.running()
    return Target(running.executable, running.version_text)


def mismatches(result: ScenarioResult) -> list[str]:
    found = [*(one for step in result.steps for one in step.failures), *result.failures]
    return [f"{one.fact}: {one.actual}" for one in found if isinstance(one, StateMismatch)]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.version)
def test_a_pool_of_two_has_the_same_transcript_twenty_times(write: Write, target: Target) -> None:
    scenario = write(POOL, POOL_STEPS)
    results = [finish(scenario, target) for _ in range(20)]
    assert {result.verdict for result in results} == {"passed"}
    assert all(result.transcript == results[0].transcript for result in results)
    assert all(first_difference(results[0], result) is None for result in results)
    assert {entry.process for entry in results[0].transcript} == {"main", "worker"}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.version)
def test_the_one_that_fits_gets_the_name_and_not_the_lowest(write: Write, target: Target) -> None:
    result = finish(
        write(
            FORKS,
            """\
- process: worker
  at: {function: right}
  values: {word: "'b'"}
  processes: {others of worker: stopped}
- process: worker
  send: c
  ends: {worker: exit 2, others of worker: stopped, main: running}
""",
        ),
        target,
    )
    seen = result.steps[-1].observation
    assert result.verdict == "passed", mismatches(result)
    assert seen is not None
    assert (seen.processes["worker"].born, seen.processes["main.3"].group) == ("main.2", "others of worker")


def test_the_lowest_of_several_that_fit_gets_the_name(write: Write, target: Target) -> None:
    steps = "- {wait: 0.5, process: worker, values: {word: \"'a'\"}}\n"
    result = finish(write(FORKS, steps), target)
    assert result.steps[0].failures == ()


def test_one_at_another_place_is_bound_so_that_the_difference_is_shown(write: Write, target: Target) -> None:
    result = finish(write(FORKS, "- {process: worker, at: {function: nowhere}}\n"), target)
    assert mismatches(result) == ["at.function: left"]


def test_a_list_limits_the_choice(write: Write, target: Target) -> None:
    result = finish(write(FORKS, "- {process: worker, values: {word: \"'c'\"}}\n", "[main.3]"), target)
    assert result.steps[0].failures == ()


def test_each_of_the_others_must_have_the_status(write: Write, target: Target) -> None:
    steps = "- {process: worker, at: {function: right}, processes: {others of worker: gone}}\n"
    scenario = replace(write(FORKS, steps), timeout=2.0)
    (difference,) = mismatches(finish(scenario, target))
    assert difference.startswith("processes.others of worker: stopped (main.1 waits at (Pdb)")


def test_a_child_of_the_bound_one_has_its_name(write: Write, target: Target) -> None:
    program = FORKS.replace("os._exit(2)", "os.wait() if os.fork() else breakpoint()\n    os._exit(2)")
    look = "- {process: worker, at: {function: right}}\n"
    steps = look + "- {process: worker, send: c, processes: {worker: running}}\n"
    result = finish(write(program, steps), target)
    seen = result.steps[-1].observation
    assert seen is not None
    assert "worker.1" in seen.processes


@pytest.mark.parametrize("name", ["worker", "others of worker"])
def test_update_keeps_late_names(write: Write, target: Target, name: str) -> None:
    wrong = POOL_STEPS.replace(f"{name}: gone", f"{name}: exit 5")
    scenario = write(POOL, wrong)
    updated = update(Found(scenario.path), [target])
    assert isinstance(updated, Updated), updated
    (file,) = updated.files
    assert f" {name}: exit 0" in file.after
    assert "alias: {worker: {first: main.*}}" in file.after
