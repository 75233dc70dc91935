"""Hints and the answer. Somebody who has strayed is told the way back first."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.fill import filled_step
from pdbcoach.coach.hints import answer, hints
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.stray import first_back, moved_on, only_looks_elsewhere, way_back, what_it_needs
from pdbcoach.facts import At
from pdbcoach.facts.words import place_text
from pdbcoach.language import _
from pdbcoach.pdb.commands import those
from pdbcoach.scenario.model import Step
from pdbcoach.scenario.placeholders import names_in

_RELATIVE: Final = those(lambda command: command.changes_line and command.purpose == "move") - {"continue"}
"""Moves that lead to a place which depends on where they begin."""


def hint(lesson: Lesson, views: Views) -> tuple[Lesson, Message]:
    """Give the next hint; the last one is the answer. The ladder waits for somebody who has strayed."""
    now = _now(lesson)
    if (stray := _stray(lesson, views)) is not None:
        return lesson, Message("hint", stray)
    rungs = hints(_step_now(lesson, views))
    rung = min(now.hints, len(rungs) - 1)
    is_answer = rung == len(rungs) - 1
    climbed = replace(now, hints=min(now.hints + 1, len(rungs)), assisted=now.assisted or is_answer)
    said = _("({number} of {all}) {hint}").format(number=rung + 1, all=len(rungs), hint=rungs[rung])
    return replace(lesson, now=climbed, helped=True), Message("hint", said)


def show(lesson: Lesson, views: Views) -> tuple[Lesson, tuple[Message, ...]]:
    """Give the answer and its reason. The step then counts as assisted."""
    now = _now(lesson)
    step = _step_now(lesson, views)
    said = answer(step)
    # Where a move leads depends on where it is typed.
    has_moved_on = now.goal.effect == "move" and now.moves > 0
    if has_moved_on or _stray(lesson, views) is not None:
        said = first_back(lesson.lines_to_the_beginning(), said)
    says = [Message("hint", said)]
    # What the reason says of a value is true only after the line.
    if step.prose.why and not names_in(step.prose.why):
        says.append(Message("prose", step.prose.why))
    return replace(lesson, now=replace(now, assisted=True), helped=True), tuple(says)


def ticks(lesson: Lesson, views: Views) -> tuple[tuple[str, bool], ...]:
    """Return the goal's parts in words, each with whether it is met, and what the step needs besides.

    A step that asks for more than a state gets only what is missing. Nothing is said twice.
    """
    goal = _now(lesson).goal
    met, found = goal.met(views), dict[str, bool]()
    parts = goal.criteria if goal.judged == "state" else tuple(one for one in goal.criteria if one not in met)
    for one in (*goal.unmet_needs(views), *parts):
        found[one.words()] = found.get(one.words(), True) and one in met
    is_more_than_the_task = len(found) > 1 or goal.lacks(views) is not None
    return tuple(found.items()) if is_more_than_the_task else ()


def _step_now(lesson: Lesson, views: Views) -> Step:
    """Return the step with the values of this moment."""
    step = lesson.step
    assert step is not None, "the lesson is over"
    return filled_step(step, views, lesson.scenario.script)


def _now(lesson: Lesson) -> StepProgress:
    assert lesson.now is not None, "no step has been begun"
    return lesson.now


def _stray(lesson: Lesson, views: Views) -> str | None:
    """Return what to say first to somebody who can't do the step from where they are."""
    if lesson.is_on_road(views) and not _would_lead_elsewhere(_now(lesson)):
        return None
    goal = _now(lesson).goal
    needed = what_it_needs(goal, views)
    if needed is not None and only_looks_elsewhere(goal, views):
        return needed + " " + _("`u` and `d` go from frame to frame.")
    if needed is None and goal.effect != "move":
        needed = moved_on()
    elif needed is None and (place := goal.step.facts.of(At)) is not None:
        needed = _("The goal is {place}.").format(place=place_text(place, goal.script))
    return " ".join(filter(None, (needed, way_back(lesson.lines_to_the_beginning()))))


def _would_lead_elsewhere(now: StepProgress) -> bool:
    """Return whether the step's own line means something else after a move, such as the next line."""
    own = now.goal.line.first
    is_relative = own.name is None or (own.name in _RELATIVE and not own.argument)
    return now.goal.effect == "move" and now.moves > 0 and is_relative
