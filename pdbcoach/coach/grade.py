"""What one line is worth: the goal reached, a step on the way, a miss, or just a look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, is_leaving
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.explain import explain
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.message import Message
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.remarks import remarks
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.coach.spellings import mistaken
from pdbcoach.language import _
from pdbcoach.pdb.line import resolve_all
from pdbcoach.scenario.model import Key, Misconception, Send

Verdict = Literal["done", "not-yet", "miss", "look"]

Misconceptions = Callable[[], Mapping[str, Misconception]]
"""The misconceptions that the lesson's pack knows, by id; asked for when one is met."""

_MENTION_HINTS_AFTER: Final = 2
"""Misses in one step."""


def none_known() -> Mapping[str, Misconception]:
    """No misconceptions at all."""
    return {}


class Judgement(Struct, frozen=True):
    verdict: Verdict
    says: tuple[Message, ...]
    now: StepProgress
    """What has been tried in the step, this line included."""
    why: str = ""
    """What is true, where the line was a known misconception."""
    held: tuple[str, ...] = ()
    """Ids of the misconceptions that show in the line, or in what was predicted of it."""


def judge(
    now: StepProgress, attempt: Attempt, program: SourceOutline, misconceptions: Misconceptions = none_known
) -> Judgement:
    """Judge an attempt by its effect. ``now`` is what has been tried in this step before it."""
    goal = now.goal
    met = goal.met(attempt.after)
    moved = attempt.effect == "move"
    after = replace(
        now,
        typed=(*now.typed, attempt.text),
        met=met,
        shown=now.shown | goal.shown_by(attempt),
        printed=f"{now.printed}{attempt.output}\n" if moved else now.printed,
    )
    foreign = mistaken(attempt, program, goal)
    if goal.reached(attempt, now.shown, now.printed):
        objection = _against_the_command(goal, attempt, after.typed)
        if objection is not None:
            says = () if objection.text == now.remark else (objection,)
            verdict: Verdict = "look" if attempt.effect == "look" else "not-yet"
            return Judgement(verdict, says, replace(after, remark=objection.text))
        by_chance = (Message("note", foreign.text),) if foreign is not None and foreign.even_if_right else ()
        return Judgement("done", by_chance, after, held=_held(foreign) if by_chance else ())
    return _not_reached(now, after, attempt, explain(goal, attempt, program), foreign, misconceptions)


def _not_reached(
    now: StepProgress,
    after: StepProgress,
    attempt: Attempt,
    explained: Explanation | None,
    foreign: Mistaken | None,
    misconceptions: Misconceptions,
) -> Judgement:
    lost = explained.gravity == "lost" if explained is not None else now.lost
    is_look = attempt.effect == "look"
    is_miss = lost and not now.lost and not is_look
    said = remarks(now, after, attempt, explained, foreign)
    is_news = is_miss or (explained is not None and explained.is_event)
    if said and not is_news and said[0].about == now.remark:
        said = []
    after = replace(
        after,
        lost=lost,
        misses=now.misses + is_miss,
        remark=said[0].about if said else now.remark,
        said=next((remark.text for remark in said if remark.is_theirs), now.said),
    )
    says = [Message("miss" if is_miss else "note", remark.text) for remark in said]
    if said and not is_look and explained is not None and explained.gravity != "aside":
        says.append(Message("hint", _("`:undo` takes back your last line.")))
    if is_miss and after.misses == _MENTION_HINTS_AFTER:
        says.append(Message("hint", _("Type `:hint` if you'd like a hint.")))
    is_told = foreign is not None and foreign.text in [remark.text for remark in said]
    about = misconceptions().get(foreign.misconception) if foreign is not None else None
    if about is not None and is_told:
        says.append(Message("hint", _("Type `:why` to learn more about it.")))
    verdict: Verdict = "look" if is_look else "miss" if is_miss else "not-yet"
    why = about.explanation if about is not None else ""
    return Judgement(verdict, tuple(says), after, why, _held(foreign) if is_told else ())


def _held(foreign: Mistaken | None) -> tuple[str, ...]:
    return (foreign.misconception,) if foreign is not None and foreign.misconception else ()


def _about_leaving(goal: Goal, attempt: Attempt, typed: tuple[str, ...]) -> str | None:
    """What is to be said if the debugger was left where the step goes on, or the other way round."""
    if attempt.late or goal.step.prompt == "confirm":
        return None
    if attempt.prompt not in (None, "pdb", "nested", "confirm"):
        return None
    leaves = attempt.leaves
    if attempt.prompt == "confirm":  # yes, leave: what was asked about was typed before
        leaves = any(is_leaving(Send(line), None) for line in typed)
    if goal.leaves != leaves:
        if leaves:
            return _("That works, but do this step without leaving the debugger. Try another way.")
        return _(
            "That works, but this step is about leaving the debugger right away. Try it again with that."
        )
    by_key = goal.leaves and goal.step.action == Key("ctrl-d") and attempt.prompt != "confirm"
    if by_key and attempt.action != Key("ctrl-d") and "EOF" not in resolve_all(attempt.line):
        return _("That works, but this step is about Ctrl-D (`:eof`). Try it again with that.")
    return None


def _against_the_command(goal: Goal, attempt: Attempt, typed: tuple[str, ...]) -> Message | None:
    """What is to be said if the step binds to a command and another one was used, or to none of some."""
    prose = goal.step.prose
    listing = goal.step.prompt == "commands"
    used = {name for line in typed for name in resolve_all(line, in_command_list=listing)}
    now = resolve_all(attempt.line)
    if missing := [name for name in prose.must_use if name not in used]:
        text = _("That works, but this step is about `{command}`. Try it again with that.")
        text = authors_word(goal, attempt) or text.format(command=missing[0])
    elif forbidden := [name for name in prose.forbid if name in now]:
        text = _("That works, but do this step without `{command}`. Try another way.")
        text = authors_word(goal, attempt) or text.format(command=forbidden[0])
    elif (leaving := _about_leaving(goal, attempt, typed)) is not None:
        text = authors_word(goal, attempt) or leaving
    elif "jump" in now and "jump" not in resolve_all(goal.line):
        text = _("You're there, but you jumped: none of the lines in between ran. Try another way.")
    else:
        return None
    return Message("note", text if attempt.effect == "look" else text + " " + _("`:undo` takes it back."))
