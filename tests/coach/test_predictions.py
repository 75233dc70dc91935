from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from pdbcoach.coach.message import Message
from pdbcoach.coach.predictions import (
    NoPrediction,
    Predicted,
    Skipped,
    Unclear,
    compared,
    question,
    read,
)
from pdbcoach.errors import Span
from pdbcoach.scenario.model import Predict

HERE = Span(Path("lesson.yaml"), 1, 1)

LINE = Predict(HERE, "At which line?", "10", ("9", "10", "Nowhere"))
"""Its choices are numbers, too."""
WAY = Predict(HERE, "Where to?", "into the call", ("over it", "into the call", "n"))
LINES = Predict(HERE, "Where?", "line 9", ("line 9", "line 10"))
VALUE = Predict(HERE, "What is `n`?", "[1, 2]")
YES = Predict(HERE, "Will it?", "no", ("yes", "no"))
CHINESE = replace(YES, ask="会吗？", shown=("会", "不会"))
VALUES = Predict(HERE, "What is it?", "2", ("2", "1", "0"))
WORD = Predict(HERE, "Which command?", "next")


@pytest.mark.parametrize(
    ("predict", "line", "answer"),
    [
        pytest.param(WAY, "b", Predicted("into the call"), id="by letter, though it is a command"),
        pytest.param(WAY, " A ", Predicted("over it"), id="blanks around, and a capital"),
        pytest.param(WAY, "2", Unclear(), id="never by number"),
        pytest.param(VALUES, "2", Predicted("2"), id="a number is the answer, whatever its place"),
        pytest.param(VALUES, "c", Predicted("0"), id="a letter is the choice's"),
        pytest.param(YES, "n", Unclear(), id="a command that begins a choice runs nothing"),
        pytest.param(YES, "y", Predicted("yes"), id="how one choice begins"),
        pytest.param(CHINESE, "n", NoPrediction(), id="translated: a command"),
        pytest.param(CHINESE, "不会", Predicted("no"), id="translated: in words"),
        pytest.param(CHINESE, "b", Predicted("no"), id="translated: by letter"),
        pytest.param(WAY, "Into the CALL", Predicted("into the call"), id="in words, whatever the capitals"),
        pytest.param(LINE, "10", Predicted("10"), id="by its value"),
        pytest.param(WAY, "d", NoPrediction(), id="past the last letter: a command"),
        pytest.param(WAY, "somewhere", Unclear(), id="no choice"),
        pytest.param(WAY, "Over", Predicted("over it"), id="how a choice begins"),
        pytest.param(LINES, "line", Unclear(), id="how two begin"),
        pytest.param(WAY, "n", Predicted("n"), id="a choice that is a command"),
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


def test_a_question_letters_its_choices() -> None:
    assert question(WAY) == Message("question", "Where to?\n\na. over it\\\nb. into the call\\\nc. n")


def test_a_translated_question_shows_the_translated_choices() -> None:
    assert question(CHINESE).text == "会吗？\n\na. 会\\\nb. 不会"


def test_a_question_without_choices_is_one_line() -> None:
    assert question(VALUE) == Message("question", "What is `n`?")


def test_a_right_prediction_is_good() -> None:
    assert compared(VALUE, "[1,2]", "[1, 2]") == Message("good", "You predicted it right: `[1, 2]`.")


def test_a_wrong_prediction_is_compared_without_blame() -> None:
    assert compared(VALUE, "3", "[1, 2]") == Message("note", "You predicted `3`. It's `[1, 2]`.")


def test_a_translated_answer_is_compared_in_the_learners_words() -> None:
    assert compared(CHINESE, "yes", "no").text == "You predicted `会`. It's `不会`."


def test_what_came_otherwise_than_in_the_lesson_is_not_called_wrong() -> None:
    assert compared(VALUE, "3", None).text == "You predicted `3`. Compare it with what you see."
