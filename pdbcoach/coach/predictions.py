"""Prediction questions: how an answer is read, and how it is compared with what happened."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.message import Message
from pdbcoach.language import _
from pdbcoach.pdb.commands import find
from pdbcoach.pdb.literals import same
from pdbcoach.scenario.model import LETTERS, Predict


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

    A choice is picked by its letter or by its words, which may be cut short while only one choice fits.
    """
    text = line.strip()
    if not text:
        return Skipped()
    if (picked := _picked(predict, text)) is not None:
        return Predicted(picked)
    is_command = text[:1] in "!?" or find(text.split()[0]) is not None
    if predict.choices:
        return _begun(predict, text, is_command=is_command)
    return NoPrediction() if is_command else Predicted(text)


def _begun(predict: Predict, text: str, *, is_command: bool) -> Predicted | NoPrediction | Unclear:
    """Return the only choice that begins with ``text``."""
    begun = [at for at, one in enumerate(predict.labels) if one.lower().startswith(text.lower())]
    if is_command and not begun:
        return NoPrediction()
    return Unclear() if is_command or len(begun) != 1 else Predicted(predict.choices[begun[0]])


def _picked(predict: Predict, text: str) -> str | None:
    """Return what ``text`` says or picks in full; a command can be the answer, too."""
    for at, one in enumerate(predict.labels):
        if same(one, text) or text.lower() == LETTERS[at]:
            return predict.choices[at]
    return text if predict.answer and same(text, predict.answer) else None


def question(predict: Predict) -> Message:
    """Return the question with its choices."""
    choices = [f"{letter}. {one}" for letter, one in zip(LETTERS, predict.labels, strict=False)]
    return Message("question", "\n\n".join((predict.ask, *(["\\\n".join(choices)] if choices else []))))


def how_to_answer(predict: Predict) -> str:
    """Return what to say to an unclear answer."""
    return _("Type a letter from a to {letter}, or the answer itself. Enter skips.").format(
        letter=LETTERS[len(predict.choices) - 1]
    )


def compared(predict: Predict, predicted: str, came: str | None) -> Message:
    """Return what to say once the learner has seen what came. None: it isn't known to be the answer."""
    yours = f"`{predict.words(predicted)}`"
    if came is None:
        return Message("note", _("You predicted {yours}. Compare it with what you see.").format(yours=yours))
    answer = f"`{predict.words(came)}`"
    if same(predicted, came):
        return Message("good", _("You predicted it right: {answer}.").format(answer=answer))
    return Message("note", _("You predicted {yours}. It's {answer}.").format(yours=yours, answer=answer))
