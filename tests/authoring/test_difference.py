"""How each kind of failure is put into words for the author."""

from __future__ import annotations

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.authoring.difference import Difference, cure_of_refusal, describe
from pdbcoach.matching.verdict import (
    AnswerMismatch,
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.observation import Outcome
from pdbcoach.replay.result import StepResult
from pdbcoach.scenario.model import Expect, Not, OnPython, OutputBlock, Step

HERE = made.span(20)


def result(step: Step | None = None, outcome: Outcome = "prompt") -> StepResult:
    return StepResult(3, step or made.step(), replace(made.observation(), outcome=outcome), ())


def mismatch(line: int) -> OutputMismatch:
    return OutputMismatch(made.span(line), "line 1 differs", ("a",), ("b",), 0, 0)


@pytest.mark.parametrize(
    ("failure", "key", "said"),
    [
        pytest.param(
            StateMismatch(HERE, "at.line", "4", "5"), "at.line", "'4' was expected, but it is '5'", id="state"
        ),
        pytest.param(mismatch(20), "expect", "line 1 differs", id="output"),
        pytest.param(Died(HERE, "main", "exit 1"), "processes", "main has ended (exit 1)", id="died"),
        pytest.param(
            LeftRunning(HERE, ("main.1 is running", "main.2 is running")),
            "ends",
            "left running: main.1 is running, main.2 is running",
            id="left-running",
        ),
        pytest.param(TimedOut(HERE, 2.5, "main"), "timeout", "waited 2.5 s for main", id="timed-out"),
        pytest.param(
            AnswerMismatch(HERE, "7", "`4` came"), "predict", "the answer `7` is wrong: `4` came", id="answer"
        ),
        pytest.param(
            UnexpectedPass(HERE, "a bug"),
            "xfail",
            "it passes, but was expected to fail: a bug",
            id="unexpected-pass",
        ),
    ],
)
def test_a_failure_has_its_key_and_its_words(failure: Failure, key: str, said: str) -> None:
    assert describe(result(), failure, "3.13.0") == (key, said)


@pytest.mark.parametrize(
    ("outcome", "key", "cure"),
    [
        pytest.param("prompt", "prompt", "change `prompt`, or the steps before", id="another-prompt"),
        pytest.param("absent", "process", "change `process`, or make the program start it", id="absent"),
        pytest.param("flooded", "limits", "raise `limits`, or make the program need less", id="flooded"),
        pytest.param("limited", "limits", "raise `limits`, or make the program need less", id="limited"),
        pytest.param("ended", "processes", "edit it by hand", id="ended"),
    ],
)
def test_a_refusal_is_about_what_stood_in_the_way(outcome: Outcome, key: str, cure: str) -> None:
    assert describe(result(outcome=outcome), Refused(HERE, "why"), "3.13.0") == (key, "why")
    assert cure_of_refusal(result(outcome=outcome)) == cure


def test_a_refusal_without_an_observation_is_about_the_process() -> None:
    step = StepResult(3, made.step(), None, ())
    assert describe(step, Refused(HERE, "why"), "3.13.0") == ("process", "why")


class TestForbiddenOutput:
    STEP = replace(
        made.step(),
        reject=(OutputBlock("x", made.span(30)),),
        expect=Expect(
            (
                OutputBlock("a", made.span(31)),
                Not(OutputBlock("y", made.span(32)), made.span(32)),
                OnPython(">=3.13", (Not(OutputBlock("z", made.span(33)), made.span(33)),), made.span(33)),
            ),
            made.span(31),
        ),
    )

    @pytest.mark.parametrize(
        ("line", "python", "key"),
        [
            pytest.param(30, "3.13.0", "reject", id="reject"),
            pytest.param(31, "3.13.0", "expect", id="expect"),
            pytest.param(32, "3.13.0", "not", id="not"),
            pytest.param(33, "3.13.0", "not", id="not-on-this-python"),
            pytest.param(33, "3.12.0", "expect", id="not-on-another-python"),
        ],
    )
    def test_the_key_is_that_of_the_pattern(self, line: int, python: str, key: str) -> None:
        assert describe(result(self.STEP), mismatch(line), python)[0] == key


class TestText:
    def test_a_step_is_named_with_place_key_and_cure(self) -> None:
        one = Difference(made.span(7), "it differs", "mend it", 3, "at.line")
        assert str(one) == f"{made.FILE}:7: step 3, `at.line`: it differs\n  mend it"

    def test_what_is_not_about_a_step_has_only_a_place(self) -> None:
        assert str(Difference(made.span(7), "it differs")) == f"{made.FILE}:7: it differs\n  edit it by hand"
