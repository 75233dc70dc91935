"""Prediction questions: how an answer is read, and how it is compared with what happened."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from pdbcoach.coach.message import Message
from pdbcoach.language import _
from pdbcoach.pdb.commands import find
from pdbcoach.scenario.model import Predict


class Predicted(Struct, frozen=True):
    """What the learner expects; one of the choices, if the question has any."""

    text: str


class Skipped(Struct, frozen=True):
    pass


class NoPrediction(Struct, frozen=True):
    """The line is no answer, but for the debugger."""


class Unclear(Struct, frozen=True):
    """The line is neither one of the choices nor a command."""


def read(predict: Predict, line: str) -> Predicted | Skipped | NoPrediction | Unclear:
    """Return how ``line`` answers the question.

    A choice is answered by its number or by its text, which may be cut short while only one choice fits.
    """
    text = line.strip()
    if not text:
        return Skipped()
    if not predict.choices and same(text, predict.answer):
        return Predicted(text)
    if text[:1] in "!?" or find(text.split()[0]) is not None:
        return NoPrediction()
    chosen = _chosen(predict.choices, text) if predict.choices else [text]
    return Predicted(chosen[0]) if len(chosen) == 1 else Unclear()


def _chosen(choices: Sequence[str], text: str) -> list[str]:
    if text.isdecimal() and 0 < int(text) <= len(choices):
        return [choices[int(text) - 1]]
    begun = [one for one in choices if one.lower().startswith(text.lower())]
    return [one for one in choices if same(one, text)] or begun


def question(predict: Predict) -> Message:
    """Return the question with its choices."""
    choices = [f"{number}. {one}" for number, one in enumerate(predict.choices, 1)]
    return Message("question", "\n".join([predict.ask, "", *choices] if choices else [predict.ask]))


def how_to_answer(predict: Predict) -> str:
    """Return what to say to an unclear answer."""
    return _("Type a number from 1 to {number}, or the answer itself. Enter skips.").format(
        number=len(predict.choices)
    )


def compared(predict: Predict, predicted: str) -> Message:
    """Return what to say once the learner has seen the answer."""
    yours, answer = f"`{predicted}`", f"`{predict.answer}`"
    if same(predicted, predict.answer):
        return Message("good", _("You predicted it right: {answer}.").format(answer=answer))
    return Message("note", _("You predicted {yours}. It's {answer}.").format(yours=yours, answer=answer))


def same(one: str, other: str) -> bool:
    """Return whether two answers are equal as Python values or as text, ignoring case."""
    return _value(one) == _value(other) or one.strip().lower() == other.strip().lower()


def _value(text: str) -> object:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return text.strip()
