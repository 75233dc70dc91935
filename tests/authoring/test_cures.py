"""What a failure of `check` tells an author to do."""

from __future__ import annotations

from pathlib import Path

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.authoring.cures import cure
from pdbcoach.matching.verdict import (
    AnswerMismatch,
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
)
from pdbcoach.observation import Prompt
from pdbcoach.replay.result import ScenarioResult
from pdbcoach.scenario.model import SourceFile

HERE = made.span(20)
DIED = Died(HERE, "main.1", "exit 0")


def failed(
    failure: Failure, text: str = "n", *, last: bool = False, python: str = "3.13.0"
) -> ScenarioResult:
    steps = [(made.step(text), [failure]), *([] if last else [(made.step("q"), [])])]
    result = made.result(steps)
    return replace(result, target=replace(result.target, version=python))


@pytest.mark.parametrize(
    ("result", "said"),
    [
        pytest.param(
            failed(DIED),
            "if it should end here, write `processes: {main.1: exit 0}`",
            id="a process has ended",
        ),
        pytest.param(failed(DIED, last=True), "write `ends: {main.1: exit 0}`", id="at the end"),
        pytest.param(failed(made.state_mismatch()), "`pdbcoach update` writes what came", id="state"),
        pytest.param(
            failed(AnswerMismatch(HERE, "7", "`4` came")), "correct `answer` or `when`", id="answer"
        ),
        pytest.param(
            failed(LeftRunning(HERE, ("main.1 (sleeping)",))),
            "write `ends: {main.1: running}`",
            id="left running",
        ),
        pytest.param(
            failed(StateMismatch(HERE, "breakpoints", "8", "9"), "b work"),
            "before Python 3.13",
            id="def line",
        ),
        pytest.param(
            failed(StateMismatch(HERE, "breakpoints", "8", "9"), "b 8"),
            "`pdbcoach update`",
            id="a line number",
        ),
        pytest.param(
            failed(
                OutputMismatch(HERE, "differs", ("x",), ("The program finished and will be restarted",), 0, 0)
            ),
            "Python 3.13 changed what pdb prints",
            id="restart",
        ),
    ],
)
def test_a_failure_ends_with_what_to_write(result: ScenarioResult, said: str) -> None:
    assert said in cure(result, 1, result.steps[0].failures[0])


def test_a_process_is_called_as_the_author_does() -> None:
    result = failed(DIED)
    result = replace(result, scenario=replace(result.scenario, alias={"worker": "main.1"}))
    assert "{worker: exit 0}" in cure(result, 1, DIED)


def test_a_question_that_only_some_pythons_ask_is_named() -> None:
    failure = Refused(HERE, "main waits")
    result = failed(failure, python="3.14.0")
    seen = replace(made.observation(), prompt=Prompt("confirm", "Quitting? "))
    result = replace(result, steps=(replace(result.steps[0], observation=seen), *result.steps[1:]))
    assert "since Python 3.14, `q` at a `breakpoint()` asks first" in cure(result, 1, failure)


@pytest.mark.parametrize(
    ("python", "method", "named"),
    [("3.14.0", None, True), ("3.13.0", None, False), ("3.14.0", "fork", False)],
)
def test_the_start_method_of_multiprocessing_is_named(
    tmp_path: Path, python: str, method: str | None, named: bool
) -> None:
    program = tmp_path / "ex2.py"
    program.write_text("from multiprocessing import Pool\n")
    result = failed(DIED, python=python)
    changed = {"files": (SourceFile("ex2.py", program),), "start_method": method}
    result = replace(result, scenario=replace(result.scenario, **changed))
    assert ("start_method: fork" in cure(result, 1, DIED)) is named
