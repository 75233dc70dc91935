"""A short question before the line is sent: what a learner answers, and whether it came so."""

from __future__ import annotations

import ast

from msgspec import Struct

from pdbcoach.coach.message import Message
from pdbcoach.language import _
from pdbcoach.pdb.commands import find
from pdbcoach.scenario.model import Predict


class Predicted(Struct, frozen=True):
    """What the learner expects, in the words of the choices where there are some."""

    text: str


class Skipped(Struct, frozen=True):
    pass


class NoPrediction(Struct, frozen=True):
    """The line is none: it is for the debugger."""


class Unclear(Struct, frozen=True):
    """The line is none of the choices, and no command either."""


def read(predict: Predict, line: str) -> Predicted | Skipped | NoPrediction | Unclear:
    """What ``line`` answers to the question.

    Choices are answered by number, or in their own words, of which the first that no other has will do.
    """
    text = line.strip()
    if not text:
        return Skipped()
    if predict.choices:
        if text.isdecimal() and 0 < int(text) <= len(predict.choices):
            return Predicted(predict.choices[int(text) - 1])
        if _is_command(text):
            return NoPrediction()
        begun = [one for one in predict.choices if one.lower().startswith(text.lower())]
        chosen = [one for one in predict.choices if same(one, text)] or begun
        return Predicted(chosen[0]) if len(chosen) == 1 else Unclear()
    if same(text, predict.answer):
        return Predicted(text)
    return NoPrediction() if _is_command(text) else Predicted(text)


def question(predict: Predict) -> Message:
    """The question with its choices."""
    lines = [predict.ask, *(f"{number}. {one}" for number, one in enumerate(predict.choices, 1))]
    return Message("question", "\n".join([lines[0], *([""] if len(lines) > 1 else []), *lines[1:]]))


def how_to_answer(predict: Predict) -> str:
    """What is said to an answer that is unclear."""
    return _("Type a number from 1 to {number}, or the answer itself. Enter skips.").format(
        number=len(predict.choices)
    )


def compared(predict: Predict, predicted: str) -> Message:
    """What is said once it has come, or not."""
    if same(predicted, predict.answer):
        return Message("good", _("You predicted it right: {answer}.").format(answer=_code(predict.answer)))
    return Message(
        "note",
        _("You predicted {yours}. It's {answer}.").format(
            yours=_code(predicted), answer=_code(predict.answer)
        ),
    )


def same(one: str, other: str) -> bool:
    """Whether two answers say the same: equal values, or equal words."""
    return _value(one) == _value(other) or one.strip().lower() == other.strip().lower()


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text.strip()


def _is_command(text: str) -> bool:
    return text[:1] in "!?" or find(text.split()[0]) is not None


def _code(text: str) -> str:
    return f"`{text}`"
