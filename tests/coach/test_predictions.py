from __future__ import annotations

import pytest

from pdbcoach.coach.message import Message
from pdbcoach.coach.predictions import (
    NoPrediction,
    Predicted,
    Skipped,
    Unclear,
    compared,
    question,
    read,
    same,
)
from pdbcoach.scenario.model import Predict

LINE = Predict("At which line?", "10", ("9", "10", "Nowhere"))
"""Its choices are numbers, too."""
WAY = Predict("Where to?", "into the call", ("over it", "into the call", "n"))
LINES = Predict("Where?", "line 9", ("line 9", "line 10"))
VALUE = Predict("What is `n`?", "[1, 2]")
WORD = Predict("Which command?", "next")


@pytest.mark.parametrize(
    ("predict", "line", "answer"),
    [
        pytest.param(WAY, "2", Predicted("into the call"), id="by number"),
        pytest.param(WAY, " 1 ", Predicted("over it"), id="blanks around"),
        pytest.param(WAY, "Into the CALL", Predicted("into the call"), id="in words, whatever the capitals"),
        pytest.param(LINE, "2", Predicted("10"), id="the number is the choice's, not the value"),
        pytest.param(LINE, "10", Predicted("10"), id="a value that is the number of no choice"),
        pytest.param(WAY, "0", Unclear(), id="no choice 0"),
        pytest.param(WAY, "4", Unclear(), id="past the last choice"),
        pytest.param(WAY, "somewhere", Unclear(), id="no choice"),
        pytest.param(WAY, "Over", Predicted("over it"), id="how a choice begins"),
        pytest.param(LINES, "line", Unclear(), id="how two begin"),
        pytest.param(WAY, "n", NoPrediction(), id="a choice that is a command: for the debugger"),
        pytest.param(VALUE, "[1,2]", Predicted("[1,2]"), id="free text, right"),
        pytest.param(VALUE, "3", Predicted("3"), id="free text, wrong"),
        pytest.param(VALUE, "p n", NoPrediction(), id="a command"),
        pytest.param(VALUE, "!n", NoPrediction(), id="a line of Python"),
        pytest.param(VALUE, "?", NoPrediction(), id="help"),
        pytest.param(WORD, "next", Predicted("next"), id="a command that is the answer"),
        pytest.param(WORD, "step", NoPrediction(), id="a command that is not the answer"),
        pytest.param(WAY, "", Skipped(), id="Enter skips"),
        pytest.param(VALUE, "  ", Skipped(), id="blanks skip"),
    ],
)
def test_an_answer_is_distinguished_from_a_line_for_the_debugger(
    predict: Predict, line: str, answer: Predicted | Skipped | NoPrediction | Unclear
) -> None:
    assert read(predict, line) == answer


def test_a_question_numbers_its_choices() -> None:
    assert question(WAY) == Message("question", "Where to?\n\n1. over it\n2. into the call\n3. n")


def test_a_question_without_choices_is_one_line() -> None:
    assert question(VALUE) == Message("question", "What is `n`?")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("[1, 2]", "[1,2]", True, id="equal values"),
        pytest.param("'a'", '"a"', True, id="quotes"),
        pytest.param("Line 7 ", "line 7", True, id="equal words"),
        pytest.param("1", "'1'", False, id="a number is no text"),
        pytest.param("7", "8", False, id="other values"),
        pytest.param("(" * 500, "7", False, id="what Python cannot read"),
    ],
)
def test_answers_are_equal_by_value_or_as_text(one: str, other: str, is_same: bool) -> None:
    assert same(one, other) is is_same
    assert same(other, one) is is_same


def test_a_right_prediction_is_good() -> None:
    assert compared(VALUE, "[1,2]") == Message("good", "You predicted it right: `[1, 2]`.")


def test_a_wrong_prediction_is_compared_without_blame() -> None:
    assert compared(VALUE, "3") == Message("note", "You predicted `3`. It's `[1, 2]`.")
