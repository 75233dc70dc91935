from __future__ import annotations

from pathlib import Path

import pytest
from lessons import lesson_of
from msgspec.structs import replace
from progress.learner import attempt

from pdbcoach.coach.stages import asked_steps, clean_steps, learners_steps, passed_by
from pdbcoach.progress.records import AttemptRecord, Stage
from pdbcoach.scenario.model import Scenario


@pytest.fixture
def ten(tmp_path: Path) -> Scenario:
    """Ten steps, of which none is quiet."""
    return lesson_of(tmp_path, "  - {ask: Go on., send: n}\n" * 9 + "  - {send: q, ends: {main: exit 0}}\n")


def done(step: int, **changes: object) -> AttemptRecord:
    return attempt(step=step, **changes)


def test_quiet_steps_and_looks_are_never_asked(tmp_path: Path) -> None:
    steps = (
        "  - {ask: Go on., send: n}\n"
        "  - {at: {line: 8}}\n"
        "  - {send: p 1, quiet: true}\n"
        "  - {send: q, ends: {main: exit 0}}\n"
    )
    assert asked_steps(lesson_of(tmp_path, steps)) == (0, 3)


def test_a_demonstration_asks_no_step(ten: Scenario) -> None:
    demo = replace(ten, grade="demo")
    assert asked_steps(demo) == ()
    assert learners_steps(demo, "guided") == frozenset()


@pytest.mark.parametrize("stage", ["watch", "task"])
def test_in_watch_and_task_all_steps_are_the_learners(ten: Scenario, stage: Stage) -> None:
    assert learners_steps(ten, stage) == frozenset(range(10))


@pytest.mark.parametrize(
    ("clean", "first"),
    [
        pytest.param(set(), 5, id="the last half at first"),
        pytest.param({9}, 5, id="one known: half is more"),
        pytest.param({7, 8, 9}, 4, id="three known and three more"),
        pytest.param({0, 1, 2, 3, 4, 5, 6, 7, 8}, 5, id="what is known before an unknown end says nothing"),
        pytest.param({5, 6, 8, 9}, 5, id="a gap ends what is known"),
        pytest.param(set(range(10)), 0, id="all known"),
        pytest.param(set(range(2, 10)), 0, id="no more than there are"),
    ],
)
def test_in_guided_the_last_steps_are_the_learners(ten: Scenario, clean: set[int], first: int) -> None:
    assert learners_steps(ten, "guided", clean) == frozenset(range(first, 10))


def test_in_guided_at_least_three_steps_are_the_learners(tmp_path: Path) -> None:
    steps = "  - {ask: Go on., send: n}\n" * 3 + "  - {send: q, ends: {main: exit 0}}\n"
    assert learners_steps(lesson_of(tmp_path, steps), "guided") == {1, 2, 3}


@pytest.mark.parametrize(
    ("attempts", "clean"),
    [
        pytest.param([done(1)], {0}, id="done at once"),
        pytest.param([done(1, verdict="not-yet"), done(1)], {0}, id="on the way there"),
        pytest.param([done(1, verdict="miss"), done(1)], set(), id="missed before"),
        pytest.param([done(1, hints=1)], set(), id="with a hint"),
        pytest.param([done(1, verdict="not-yet", hints=1), done(1)], set(), id="a hint on the way"),
        pytest.param([done(1, verdict="assisted")], set(), id="assisted"),
        pytest.param([done(1, verdict="skipped")], set(), id="skipped"),
        pytest.param([done(1, verdict="not-yet")], set(), id="not done yet"),
        pytest.param([done(1, hints=2), done(1)], {0}, id="the last time counts: well"),
        pytest.param([done(1), done(1, verdict="skipped")], set(), id="the last time counts: skipped"),
        pytest.param([done(2, verdict="miss"), done(3), done(2)], {2}, id="each step by itself"),
    ],
)
def test_a_step_last_done_without_help_is_clean(attempts: list[AttemptRecord], clean: set[int]) -> None:
    assert clean_steps(attempts) == clean


@pytest.mark.parametrize(
    ("stage", "outright", "passed"),
    [
        ("watch", False, "watch"),
        ("guided", False, "guided"),
        ("task", False, "task"),
        ("watch", True, "task"),
        ("guided", True, "task"),
    ],
)
def test_a_lesson_done_without_help_has_passed_every_stage(
    stage: Stage, outright: bool, passed: Stage
) -> None:
    assert passed_by(stage, outright) == passed
