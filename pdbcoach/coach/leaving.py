"""Leaving the debugger: which lines and keys do it, and what a step says about it."""

from __future__ import annotations

from collections.abc import Iterable

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.moves import effect
from pdbcoach.language import _
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Action, Key, Look, Send, Step

_CTRL_D = Key("ctrl-d")


def leaves(attempt: Attempt) -> bool:
    """Return whether the attempt was typed to leave the debugger, or left it because pdb read it so.

    Up to Python 3.12 pdb reads ``q.x`` as ``q``.
    """
    misread = attempt.typed.first.before_313
    if misread is not None and misread.leaves and effect(attempt) == "move":
        return True
    return _leaves(attempt.action, attempt.prompt)


def about_leaving(step: Step, attempt: Attempt, typed: Iterable[Line]) -> str | None:
    """Return what to say if the debugger was left though the step stays in it, or the other way round.

    ``typed`` are all the lines of the step so far. None if there is nothing to say.
    """
    if attempt.late or step.prompt == "confirm":
        return None
    if attempt.prompt not in (None, "pdb", "nested", "confirm"):
        return None
    wanted = _leaves(step.action, step.prompt)
    # At the question whether to quit, the line that pdb asks about came before.
    has_left = any(line.leaves for line in typed) if attempt.prompt == "confirm" else leaves(attempt)
    if has_left and not wanted:
        return _("That works, but do this step without leaving the debugger. Try another way.")
    if wanted and not has_left:
        return _(
            "That works, but this step is about leaving the debugger right away. Try it again with that."
        )
    by_key = wanted and step.action == _CTRL_D and attempt.prompt != "confirm"
    if by_key and attempt.action != _CTRL_D and "EOF" not in attempt.line.names:
        return _("That works, but this step is about Ctrl-D (`:eof`). Try it again with that.")
    return None


def _leaves(action: Action, prompt: PromptKind | None) -> bool:
    if prompt not in (None, "pdb", "nested"):
        return False
    match action:
        case Send():
            return action.line_at(prompt).leaves
        case Key():
            return action == _CTRL_D
        case Look():
            return False
