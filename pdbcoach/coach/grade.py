"""Grades one line: it reached the goal, missed it, was a step on the way, or only looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.explain import explain
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.leaving import about_leaving
from pdbcoach.coach.message import Message
from pdbcoach.coach.misuse import Misuse
from pdbcoach.coach.misuse_rules import misuse
from pdbcoach.coach.moves import effect
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.remarks import Remark, remarks
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.language import _
from pdbcoach.pdb.line import Line
from pdbcoach.scenario.model import Misconception

Grade = Literal["done", "not-yet", "miss", "look"]

Misconceptions = Callable[[], Mapping[str, Misconception]]
"""Return the misconceptions of the lesson's pack, by id. Called only when one is met."""

_MENTION_HINTS_AFTER: Final = 2
"""Misses in one step."""


def none_known() -> Mapping[str, Misconception]:
    """Return no misconceptions."""
    return {}


class Judgement(Struct, frozen=True):
    """The grade of one line, and what the coach says about it."""

    grade: Grade
    says: tuple[Message, ...]
    now: StepProgress
    """The progress in the step, with this line."""
    why: str = ""
    """The explanation for ``:why`` if the line was a known misconception, else empty."""
    held: tuple[str, ...] = ()
    """Ids of the misconceptions that the line, or the prediction before it, shows."""


def judge(
    now: StepProgress, attempt: Attempt, program: SourceOutline, misconceptions: Misconceptions = none_known
) -> Judgement:
    """Grade an attempt by its effect. ``now`` is the progress in the step before it."""
    goal = now.goal
    moved = effect(attempt) == "move"
    after = replace(
        now,
        typed=(*now.typed, attempt.typed),
        met=goal.met(attempt.after),
        shown=now.shown | goal.shown_by(attempt),
        printed=f"{now.printed}{attempt.output}\n" if moved else now.printed,
    )
    misread = misuse(attempt, program, goal)
    if not goal.reached(attempt, now.shown, now.printed):
        explained = explain(goal, attempt, program)
        return _not_reached(now, after, attempt, explained, misread, misconceptions)
    objection = _against_the_command(goal, attempt, after.typed)
    if objection is not None:
        says = () if objection.text == now.remark else (objection,)
        grade: Grade = "look" if effect(attempt) == "look" else "not-yet"
        return Judgement(grade, says, replace(after, remark=objection.text))
    if misread is not None and misread.even_if_right:
        return Judgement("done", (Message("note", misread.text),), after, held=_held(misread))
    return Judgement("done", (), after)


def _not_reached(
    now: StepProgress,
    after: StepProgress,
    attempt: Attempt,
    explained: Explanation | None,
    misread: Misuse | None,
    misconceptions: Misconceptions,
) -> Judgement:
    lost = explained.gravity == "lost" if explained is not None else now.lost
    is_look = effect(attempt) == "look"
    is_miss = lost and not now.lost and not is_look
    said = _news(remarks(now, after, attempt, explained, misread), now, explained, is_miss=is_miss)
    after = replace(
        after,
        lost=lost,
        misses=now.misses + is_miss,
        remark=said[0].about if said else now.remark,
        said=next((remark.text for remark in said if remark.is_authors), now.said),
    )
    is_told = misread is not None and any(misread.text == remark.text for remark in said)
    about = misconceptions().get(misread.misconception) if misread is not None else None
    can_undo = bool(said) and not is_look and explained is not None and explained.gravity != "aside"
    says = [Message("miss" if is_miss else "note", remark.text) for remark in said]
    if can_undo:
        says.append(Message("hint", _("`:undo` takes back your last line.")))
    if is_miss and after.misses == _MENTION_HINTS_AFTER:
        says.append(Message("hint", _("Type `:hint` if you'd like a hint.")))
    if about is not None and is_told:
        says.append(Message("hint", _("Type `:why` to learn more about it.")))
    grade: Grade = "look" if is_look else "miss" if is_miss else "not-yet"
    why = about.explanation if about is not None else ""
    return Judgement(grade, tuple(says), after, why, _held(misread) if is_told else ())


def _news(
    said: list[Remark], now: StepProgress, explained: Explanation | None, *, is_miss: bool
) -> list[Remark]:
    """Return the remarks, or none if they repeat the last one and nothing has happened."""
    has_happened = is_miss or (explained is not None and explained.is_event)
    is_repeated = bool(said) and said[0].about == now.remark
    return [] if is_repeated and not has_happened else said


def _held(misread: Misuse | None) -> tuple[str, ...]:
    return (misread.misconception,) if misread is not None and misread.misconception else ()


def _against_the_command(goal: Goal, attempt: Attempt, typed: tuple[Line, ...]) -> Message | None:
    """Return what to say if the step requires or forbids a command, and the line does otherwise."""
    said = _unwanted_command(goal, attempt, typed) or about_leaving(goal.step, attempt, typed)
    if said is not None:
        said = authors_word(goal, attempt) or said
    elif "jump" in attempt.line.names and "jump" not in goal.line.names:
        said = _("You're there, but you jumped: none of the lines in between ran. Try another way.")
    else:
        return None
    return Message("note", said if effect(attempt) == "look" else said + " " + _("`:undo` takes it back."))


def _unwanted_command(goal: Goal, attempt: Attempt, typed: tuple[Line, ...]) -> str | None:
    prose = goal.step.prose
    used = {name for line in typed for name in line.names}
    if missing := [name for name in prose.must_use if name not in used]:
        text = _("That works, but this step is about `{command}`. Try it again with that.")
        return text.format(command=missing[0])
    if forbidden := [name for name in prose.forbid if name in attempt.line.names]:
        text = _("That works, but do this step without `{command}`. Try another way.")
        return text.format(command=forbidden[0])
    return None
