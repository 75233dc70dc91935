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
    if attempt.late or step.prompt == "confirm" or attempt.prompt not in (None, "pdb", "nested", "confirm"):
        return None
    wanted, has_left = _leaves(step.action, step.prompt), _has_left(attempt, typed)
    if has_left != wanted:
        stay = _("That works, but do this step without leaving the debugger. Try another way.")
        go = _("That works, but this step is about leaving the debugger right away. Try it again with that.")
        return stay if has_left else go
    if wanted and step.action == _CTRL_D and not _is_by_key(attempt):
        return _("That works, but this step is about Ctrl-D (`:eof`). Try it again with that.")
    return None


def _is_by_key(attempt: Attempt) -> bool:
    return attempt.action == _CTRL_D or "EOF" in attempt.line.names or attempt.prompt == "confirm"


def _has_left(attempt: Attempt, typed: Iterable[Line]) -> bool:
    # At the question whether to quit, the line that pdb asks about came before.
    return any(line.leaves for line in typed) if attempt.prompt == "confirm" else leaves(attempt)


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
