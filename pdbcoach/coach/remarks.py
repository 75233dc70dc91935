"""Chooses what to say about a line that missed: what fits best, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.misuse import Misuse
from pdbcoach.coach.moves import effect
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.questions import bounds, is_refusal
from pdbcoach.language import _
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind


class Remark(Struct, frozen=True):
    about: str
    """Of two remarks in a row about the same, the second isn't shown."""
    text: str
    is_authors: bool = False
    """It is a text of the lesson's author."""


def remarks(
    now: StepProgress,
    after: StepProgress,
    attempt: Attempt,
    explained: Explanation | None,
    misread: Misuse | None,
) -> Iterator[Remark]:
    """Yield what to say about an attempt that didn't reach the goal, the author's text first.

    ``now`` is the progress in the step before the attempt, ``after`` includes it.
    """
    goal = now.goal
    if explained is None and _is_a_part(goal, after, attempt):
        seen, part = len(goal.wanted & after.shown), _("That's part of it: you've seen {seen} of {all}.")
        yield Remark(f"part {seen}", part.format(seen=seen, all=len(goal.wanted)))
        return
    written = _authors(now, attempt, explained, misread)
    if written is not None:
        yield written
    if misread is not None and (written is None or not misread.is_guess):
        yield Remark(misread.text, misread.text)
    if written is None and (misread is None or _has_ended(explained)):
        yield from _explained(goal, attempt, explained)


def _has_ended(explained: Explanation | None) -> bool:
    return explained is not None and explained.about == "ended"


def _explained(goal: Goal, attempt: Attempt, explained: Explanation | None) -> Iterator[Remark]:
    is_mild = explained is None or explained.gravity == "aside"
    if is_mild and goal.has_come_out_differently(attempt):
        text = _("That's the line this lesson uses, but the way you got here, it had a different effect.")
        yield Remark("differently", text + " " + _("`:skip` does this step the lesson's way."))
    elif explained is not None:
        yield Remark(explained.about, explained.text)
    elif _is_another_of_its_kind(goal, attempt):
        yield Remark("another", _("That isn't what this step asks for. Type `:hint` for help."))


def _authors(
    now: StepProgress, attempt: Attempt, explained: Explanation | None, misread: Misuse | None
) -> Remark | None:
    """Return the author's text, unless another explanation says more."""
    if explained is not None and explained.about in ("prompt ...", "prompt commands", "prompt confirm"):
        return None  # no author expects the learner at this prompt
    if misread is not None and is_refusal(attempt.output):
        return None  # pdb refused the line, so its spelling matters, not the state
    written = authors_word(now.goal, attempt, new_run=now.new_run)
    if written is None or written == now.said:
        return None
    # The author's text is enough about where a move led, but perhaps not about what a change lacks.
    about = explained.about if explained is not None and effect(attempt) == "move" else written
    return Remark(about, written, is_authors=True)


def _is_a_part(goal: Goal, after: StepProgress, attempt: Attempt) -> bool:
    """Return whether the line showed some of the values wanted, and others are still missing."""
    if effect(attempt) == "move" or goal.step.prose.must_use or bounds(goal.wanted) is not None:
        return False
    return bool(goal.wanted & goal.shown_by(attempt)) and not goal.wanted <= after.shown


def _is_another_of_its_kind(goal: Goal, attempt: Attempt) -> bool:
    """Return whether it changes the kind of thing that the step changes, but no fact of the step."""
    kind = _kind(attempt.line, attempt.prompt)
    if _kind(goal.line, goal.step.prompt) != kind:
        return False
    is_change = goal.effect == "change" == effect(attempt)
    return kind == "debug" or (is_change and goal.judged in ("shown", "line"))


def _kind(line: Line, prompt: PromptKind | None) -> str | None:
    """Return the kind of thing that a line changes, or None for a bare Enter."""
    command = line.first.command
    if command is None:
        return None
    if prompt == "commands":
        return "command list"
    return "breakpoint" if command.sets_breakpoint else command.name if command.typed else "statement"
