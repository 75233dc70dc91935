"""Grades one line: it reached the goal, missed it, was a step on the way, or only looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.explain import explain
from pdbcoach.coach.explanation import Explanation, Gravity
from pdbcoach.coach.fill import filled_step
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.leaving import about_leaving
from pdbcoach.coach.message import Message, Tone
from pdbcoach.coach.misuse import Misuse
from pdbcoach.coach.misuse_rules import misuse
from pdbcoach.coach.moves import effect
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.questions import is_refusal
from pdbcoach.coach.remarks import Remark, remarks
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.coach.stray import way_back
from pdbcoach.coach.task import task_of
from pdbcoach.engine.interpreters import NEWEST, OLDEST
from pdbcoach.language import _
from pdbcoach.pdb.line import Line
from pdbcoach.scenario.model import Misconception, Send

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
    refuted: tuple[str, ...] = ()
    """Ids of the misconceptions that the line, or the prediction before it, is evidence against."""


def judge(
    now: StepProgress,
    attempt: Attempt,
    program: SourceOutline,
    misconceptions: Misconceptions = none_known,
    back: int | None = 1,
) -> Judgement:
    """Grade an attempt by its effect. ``now`` is the progress in the step before it.

    ``back`` is how many lines must be taken back after it for the step to make sense; None if that is of no
    use.
    """
    goal = now.goal
    after = replace(
        now,
        typed=(*now.typed, attempt.typed),
        met=goal.met(attempt.after),
        shown=now.shown | goal.shown_by(attempt),
        printed=f"{now.printed}{attempt.output}\n" if effect(attempt) == "move" else now.printed,
        moves=now.moves + (effect(attempt) == "move"),
        new_run=now.new_run or attempt.restarted,
        jumped=(now.jumped or attempt.jumps) and not attempt.restarted,
    )
    misread = misuse(attempt, program, goal)
    if not goal.reached(attempt, now.shown, now.printed):
        explained = explain(after, attempt, program)
        return _not_reached(now, after, attempt, explained, misread, misconceptions, back)
    if (objection := _against_the_command(goal, attempt, after.typed)) is not None:
        says = () if objection.text == now.remark else (objection,)
        return Judgement(_grade(attempt, is_newly_lost=False), says, replace(after, remark=objection.text))
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
    back: int | None,
) -> Judgement:
    gravity = _gravity(now, attempt, explained)
    grade = _grade(attempt, is_newly_lost=gravity == "lost" != now.gravity)
    said = _news(list(remarks(now, after, attempt, explained, misread)), now, explained, grade)
    after = replace(_remembered(after, said), gravity=gravity, misses=now.misses + (grade == "miss"))
    told = misread if misread is not None and misread.text in {remark.text for remark in said} else None
    why = _why(misread, misconceptions)
    tone: Tone = "miss" if grade == "miss" else "note"
    says = [Message(tone, remark.text) for remark in said]
    if not says and (where := _where(after, attempt)):
        after = replace(after, unsaid=after.unsaid + 1)
        says = [Message("note", where)]
    says += _offers(after, grade, explained if says else None, why if told is not None else "", back)
    return Judgement(grade, tuple(says), after, why, _held(told))


def _grade(attempt: Attempt, *, is_newly_lost: bool) -> Grade:
    if effect(attempt) == "look":
        return "look"
    return "miss" if is_newly_lost else "not-yet"


def _gravity(now: StepProgress, attempt: Attempt, explained: Explanation | None) -> Gravity:
    is_elsewhere = attempt.jumps or (now.goal.line.first.name == "jump" and effect(attempt) == "move")
    if is_elsewhere and (explained is None or explained.gravity == "aside"):
        return "overshot"
    return explained.gravity if explained is not None else _unexplained(now, attempt)


def _unexplained(now: StepProgress, attempt: Attempt) -> Gravity:
    """Return how grave a miss is that nothing explains."""
    if now.goal.effect == "move" or not now.goal.needs or now.goal.lacks(attempt.after) is not None:
        return now.gravity
    return "overshot" if now.moves or effect(attempt) == "move" else "aside"


def _where(after: StepProgress, attempt: Attempt) -> str:
    """Return where a move has led, for want of anything else to say; at the second one, with the task."""
    state = state_of(attempt.process, attempt.after)
    has_acted = effect(attempt) == "move" or (after.gravity != "aside" and effect(attempt) == "change")
    if state is None or not has_acted or is_refusal(attempt.output):
        return ""
    text = _("You're at line {line}, in `{function}`.")
    text = text.format(line=state.stop.line, function=state.stop.function)
    if not after.unsaid:
        return text
    asked = filled_step(after.goal.step, attempt.after, after.goal.script)
    return text + " " + _("The task: {task}").format(task=task_of(asked, after.goal.script))


def _news(said: list[Remark], now: StepProgress, explained: Explanation | None, grade: Grade) -> list[Remark]:
    """Return the remarks, or none if they repeat the last one and nothing has happened."""
    has_happened = grade == "miss" or (explained is not None and explained.is_event)
    return said if has_happened or (said and said[0].about != now.remark) else []


def _remembered(after: StepProgress, said: list[Remark]) -> StepProgress:
    if not said:
        return after
    authors = next((remark.text for remark in said if remark.is_authors), after.said)
    return replace(after, remark=said[0].about, said=authors)


def _why(misread: Misuse | None, misconceptions: Misconceptions) -> str:
    about = misconceptions().get(misread.misconception) if misread is not None else None
    if about is None:
        return ""
    oldest, newest = (f"{major}.{minor}" for major, minor in (OLDEST, NEWEST))
    checked = _("Checked on Python {oldest} to {newest}.").format(oldest=oldest, newest=newest)
    return f"{about.explanation}\n\n{checked}" if about.is_checked else about.explanation


def _offers(
    after: StepProgress, grade: Grade, told: Explanation | None, why: str, back: int | None
) -> Iterator[Message]:
    if after.gravity != "aside" and (told is not None or grade != "look"):
        yield Message("hint", way_back(back))
    if grade == "miss" and after.misses == _MENTION_HINTS_AFTER:
        yield Message("hint", _("Type `:hint` if you'd like a hint."))
    if why:
        yield Message("hint", _("Type `:why` to learn more about it."))


def _held(misread: Misuse | None) -> tuple[str, ...]:
    return (misread.misconception,) if misread is not None and misread.misconception else ()


def _against_the_command(goal: Goal, attempt: Attempt, typed: tuple[Line, ...]) -> Message | None:
    """Return what to say if the step requires or forbids a command, and the line does otherwise."""
    said = _unwanted_command(goal, attempt, typed) or about_leaving(goal.step, attempt, typed)
    if said is not None:
        said = authors_word(goal, attempt) or said
    elif isinstance(attempt.action, Send) and "jump" in attempt.line.names and "jump" not in goal.line.names:
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
