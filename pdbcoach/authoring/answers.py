"""Rewrite the answer to a prediction question when the value that it was taken from has changed."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.matching import answers
from pdbcoach.matching.answers import Scene
from pdbcoach.pdb.literals import same
from pdbcoach.scenario.model import Predict, Step


class ChangedAnswer(Struct, frozen=True):
    """What a question's answer was, and what it is now."""

    old: str
    new: str


def changed(step: Step, predict: Predict, scene: Scene) -> ChangedAnswer | None:
    """Return how the answer has changed with the value it was found in; None if only a person can tell."""
    stated, came = answers.stated(step, predict, scene.python), answers.came(step, predict, scene)
    old = predict.answer or answers.sole(stated)
    place = answers.find(old, stated) if old is not None else None
    new = answers.at(place, came) if place is not None else None
    return ChangedAnswer(old, new) if old is not None and new is not None and not same(old, new) else None


def choice_to_replace(predict: Predict, change: ChangedAnswer) -> int | None:
    """Return the index of the choice that was right; None if the new answer is a choice already."""
    if any(same(change.new, one) for one in predict.choices):
        return None
    return next((at for at, one in enumerate(predict.choices) if same(change.old, one)), None)
