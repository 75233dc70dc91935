"""What one line is worth: the goal reached, a step on the way, a miss, or just a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.explain import explain
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.program import Program
from pdbcoach.coach.questions import answered, bounds, is_refusal
from pdbcoach.coach.says import Say
from pdbcoach.coach.spellings import mistaken
from pdbcoach.coach.tried import Try
from pdbcoach.language import _
from pdbcoach.scenario.commands import resolve, resolve_all
from pdbcoach.scenario.model import Misconception

Verdict = Literal["done", "not-yet", "miss", "look"]

Misconceptions = Callable[[], Mapping[str, Misconception]]
"""The misconceptions that the lesson's pack knows, by id; asked for when one is met."""

_ONE_KIND: Final[Mapping[str, str]] = {"tbreak": "break", "!": "exec"}

_MENTION_HINTS_AFTER: Final = 2
"""Misses in one step."""


def none_known() -> Mapping[str, Misconception]:
    """No misconceptions at all."""
    return {}


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    says: tuple[Say, ...]
    now: Try
    """What has been tried in the step, this line included."""
    why: str = ""
    """What is true, where the line was a known misconception."""


@dataclass(frozen=True, slots=True)
class _Remark:
    about: str
    """Of two remarks in a row with the same, the second says nothing new."""
    text: str
    is_theirs: bool = False
    """It is the author's."""


def judge(
    now: Try, attempt: Attempt, program: Program, misconceptions: Misconceptions = none_known
) -> Judgement:
    """Judge an attempt by its effect. ``now`` is what has been tried in this step before it."""
    goal = now.goal
    met = goal.met(attempt.after)
    moved = attempt.effect == "move"
    after = replace(
        now,
        typed=(*now.typed, attempt.text),
        met=met,
        shown=now.shown if moved else now.shown | answered(attempt.text, attempt.output),
        printed=f"{now.printed}{attempt.output}\n" if moved else now.printed,
    )
    foreign = mistaken(attempt, program, goal)
    if goal.reached(attempt, now.shown, now.printed):
        objection = _against_the_command(goal, attempt, after.typed)
        if objection is not None:
            says = () if objection.text == now.remark else (objection,)
            return Judgement("not-yet", says, replace(after, remark=objection.text))
        by_chance = (Say("note", foreign.text),) if foreign is not None and foreign.even_if_right else ()
        return Judgement("done", by_chance, after)
    return _not_reached(now, after, attempt, explain(goal, attempt, program), foreign, misconceptions)


def _not_reached(
    now: Try,
    after: Try,
    attempt: Attempt,
    explained: Explanation | None,
    foreign: Mistaken | None,
    misconceptions: Misconceptions,
) -> Judgement:
    lost = explained.gravity == "lost" if explained is not None else now.lost
    is_look = attempt.effect == "look"
    is_miss = lost and not now.lost and not is_look
    remarks = list(_remarks(now, after, attempt, explained, foreign))
    is_news = is_miss or (explained is not None and explained.is_event)
    if remarks and not is_news and remarks[0].about == now.remark:
        remarks = []
    after = replace(
        after,
        lost=lost,
        misses=now.misses + is_miss,
        remark=remarks[0].about if remarks else now.remark,
        said=next((remark.text for remark in remarks if remark.is_theirs), now.said),
    )
    says = [Say("miss" if is_miss else "note", remark.text) for remark in remarks]
    if remarks and not is_look and explained is not None and explained.gravity != "aside":
        says.append(Say("hint", _("`:undo` takes the last line back.")))
    if is_miss and after.misses == _MENTION_HINTS_AFTER:
        says.append(Say("hint", _("`:hint` is there if you want one.")))
    about = misconceptions().get(foreign.misconception) if foreign is not None else None
    verdict: Verdict = "look" if is_look else "miss" if is_miss else "not-yet"
    return Judgement(verdict, tuple(says), after, about.explanation if about is not None else "")


def _remarks(
    now: Try, after: Try, attempt: Attempt, explained: Explanation | None, foreign: Mistaken | None
) -> Iterator[_Remark]:
    """What is to be said, the author's word first; nothing twice."""
    goal = now.goal
    seen, wanted = goal.wanted & after.shown, goal.wanted
    is_part = seen != wanted and goal.questions_answered(attempt) and not goal.step.prose.must_use
    is_part = is_part and bounds(wanted) is None
    if explained is None and attempt.effect != "move" and is_part:
        part = _("That is part of it: {seen} of {all} have been shown.")
        yield _Remark(f"part {len(seen)}", part.format(seen=len(seen), all=len(wanted)))
        return
    theirs = authors_word(goal, attempt)
    if _is_about_the_prompt(explained) or (foreign is not None and is_refusal(attempt.output)):
        theirs = None  # what pdb has not taken says more than where things stand
    if theirs == now.said:
        theirs = None  # what is still missing says more
    if theirs is not None:
        yield _Remark(explained.about if explained is not None else theirs, theirs, is_theirs=True)
    if foreign is not None and not (foreign.is_guess and theirs is not None):
        yield _Remark(foreign.text, foreign.text)
    mild = explained is None or explained.gravity == "aside"
    if theirs is None and foreign is None and mild and goal.has_come_out_differently(attempt):
        text = _("That is what the lesson types here, but on your road it has come out differently.")
        yield _Remark("differently", text + " " + _("`:skip` goes the lesson's own road."))
        return
    unsaid = theirs is None and (foreign is None or (explained is not None and explained.about == "ended"))
    if explained is not None and unsaid:
        yield _Remark(explained.about, explained.text)
    if explained is None and theirs is None and foreign is None and _is_another_of_its_kind(goal, attempt):
        yield _Remark("another", _("Not what this step asks for. `:hint` says more."))


def _is_about_the_prompt(explained: Explanation | None) -> bool:
    """It has led to a prompt at which no author expects the learner."""
    return explained is not None and explained.about in ("prompt ...", "prompt commands", "prompt confirm")


def _is_another_of_its_kind(goal: Goal, attempt: Attempt) -> bool:
    """It changes the kind of thing that the step changes, in a way that no fact of the step is about."""
    if resolve(goal.line) == resolve(attempt.line) == "debug":
        return True
    if goal.judged not in ("shown", "line") or goal.effect != "change" or attempt.effect != "change":
        return False
    kinds = [
        {"tbreak": "break", "!": "exec"}.get(name or "", name)
        for name in map(resolve, (goal.line, attempt.line))
    ]
    return kinds[0] == kinds[1]


def _against_the_command(goal: Goal, attempt: Attempt, typed: tuple[str, ...]) -> Say | None:
    """What is to be said if the step binds to a command and another one was used, or to none of some."""
    prose = goal.step.prose
    listing = goal.step.prompt == "commands"
    used = {name for line in typed for name in resolve_all(line, in_command_list=listing)}
    now = resolve_all(attempt.line)
    if missing := [name for name in prose.must_use if name not in used]:
        text = _("It works, but this step is about `{command}`. Once more, with that.")
        text = authors_word(goal, attempt) or text.format(command=missing[0])
    elif forbidden := [name for name in prose.forbid if name in now]:
        text = _("It works, but this step is to be done without `{command}`. Once more, in another way.")
        text = authors_word(goal, attempt) or text.format(command=forbidden[0])
    elif "jump" in now and "jump" not in resolve_all(goal.line):
        text = _("You are there, but by a jump: nothing has run on the way. Once more, in another way.")
    else:
        return None
    return Say("note", text if attempt.effect == "look" else text + " " + _("`:undo` takes it back."))
