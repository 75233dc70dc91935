"""What one line is worth: the goal reached, a step on the way, a miss, or just a look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from pdbcoach.coach.attempt import Attempt, observation
from pdbcoach.coach.explain import explain
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.program import Program
from pdbcoach.coach.questions import answered
from pdbcoach.coach.says import Say
from pdbcoach.coach.spellings import mistaken
from pdbcoach.language import _
from pdbcoach.matching import state
from pdbcoach.scenario.commands import resolve_all
from pdbcoach.scenario.model import Misconception

Verdict = Literal["done", "not-yet", "miss", "look"]

Misconceptions = Callable[[], Mapping[str, Misconception]]
"""The misconceptions that the lesson's pack knows, by id; asked for when one is met."""


def none_known() -> Mapping[str, Misconception]:
    """No misconceptions at all."""
    return {}


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    says: tuple[Say, ...] = ()
    met: frozenset[str] = frozenset()
    """The criteria of the goal that are met now."""
    shown: frozenset[str] = frozenset()
    """Everything that the lines of this step have shown, see ``questions.answered``."""


def judge(
    goal: Goal,
    attempt: Attempt,
    program: Program,
    *,
    typed: tuple[str, ...] = (),
    shown: frozenset[str] = frozenset(),
    misconceptions: Misconceptions = none_known,
) -> Judgement:
    """Judge an attempt by its effect. ``typed`` and ``shown`` are of the earlier lines of this step."""
    met = goal.met(attempt.after)
    seen = shown | answered(attempt.text, attempt.output)
    if goal.reached(attempt, shown):
        objection = _against_the_command(goal, (*typed, attempt.text))
        if objection is None:
            return Judgement("done", (), met, seen)
        return Judgement("not-yet", (objection,), met, seen)
    foreign = mistaken(attempt)
    theirs = _authors_word(goal, attempt)
    explained = explain(goal, attempt, program)
    says: list[Say] = []
    reachable = explained is None or explained.reachable
    tone: Literal["note", "miss"] = "note" if reachable else "miss"
    if theirs is not None:
        says.append(Say(tone, theirs))
    if foreign is not None:
        says.append(Say("note" if theirs is not None else tone, foreign.text))
        about = misconceptions().get(foreign.misconception)
        if about is not None and theirs is None:
            says.append(Say("note", about.explanation))
    if explained is not None and (not says or not reachable):
        says.append(Say(tone, explained.text))
    if not says and attempt.effect == "look" and goal.judged == "shown":
        says += _other_look(goal, attempt, seen)
    if attempt.effect == "look":
        return Judgement("look", tuple(says), met, seen)
    return Judgement("not-yet" if reachable else "miss", tuple(says), met, seen)


def _against_the_command(goal: Goal, typed: tuple[str, ...]) -> Say | None:
    """What is to be said if the step binds to a command and another one was used, or to none of some."""
    prose = goal.step.prose
    listing = goal.step.prompt == "commands"
    used = {name for line in typed for name in resolve_all(line, in_command_list=listing)}
    missing = [name for name in prose.must_use if name not in used]
    if missing:
        return Say(
            "note",
            _("It works, but this step is about `{command}`. `:undo`, and once more with that.").format(
                command=missing[0]
            ),
        )
    forbidden = [name for name in prose.forbid if name in used]
    if forbidden:
        return Say(
            "note",
            _("It works, but this step is to be done without `{command}`. `:undo`, and another way.").format(
                command=forbidden[0]
            ),
        )
    return None


def _authors_word(goal: Goal, attempt: Attempt) -> str | None:
    """What the author says of this state. A look counts only where a look was asked for."""
    if attempt.effect == "look" and goal.judged != "shown":
        return None
    for wrong in goal.step.prose.wrong:
        for process in dict.fromkeys((goal.step.process, attempt.process)):
            seen = observation(process, attempt.after, attempt.output)
            if not state.compare(wrong.when, seen, goal.script):
                return wrong.say
    return None


def _other_look(goal: Goal, attempt: Attempt, seen: frozenset[str]) -> Iterator[Say]:
    if goal.wanted & seen and goal.wanted - seen:
        yield Say(
            "note",
            _("That is part of it: {seen} of {all} have been shown.").format(
                seen=len(goal.wanted & seen), all=len(goal.wanted)
            ),
        )
    elif "*** " in attempt.output:
        yield Say("note", _("pdb could not make sense of that: its answer begins with `***`."))
