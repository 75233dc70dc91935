"""The end of a lesson: the count of commands, another way, the commands used. Never a grade."""

from __future__ import annotations

from collections.abc import Container, Iterable

from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.moves import counted, par
from pdbcoach.language import _, ngettext
from pdbcoach.pdb.commands import COMMANDS
from pdbcoach.pdb.line import Line
from pdbcoach.scenario.model import Scenario, Send
from pdbcoach.scenario.placeholders import in_general


def score(lesson: Lesson) -> str:
    """Return a sentence with the number of moving and changing commands so far, and par."""
    number = ngettext(
        "{number} command that moves or changes something",
        "{number} commands that move or change something",
        lesson.commands,
    )
    return _("{commands}; par is {par}. Looking is free.").format(commands=number, par=par(lesson.scenario))


def used(lesson: Lesson) -> str:
    """Return a sentence with the commands used, and those that the lesson teaches besides."""
    shown = [_name(name) for name in lesson.used if COMMANDS[name].is_topic]
    said = (
        _("You used {commands}.").format(commands=", ".join(shown)) if shown else _("You typed no command.")
    )
    rest = [_name(name) for name in lesson.scenario.teaches if name not in lesson.used]
    if rest:
        said += " " + _("This lesson is also about {commands}.").format(commands=", ".join(rest))
    return said


def ending(lesson: Lesson) -> tuple[Message, ...]:
    """Return everything said at the end: the outro, the score, another way, the commands used."""
    says = [Message("prose", lesson.scenario.outro)] if lesson.scenario.outro else []
    if lesson.scenario.grade == "demo":
        return tuple(says)
    says.append(Message("note", score(lesson)))
    if (road := other_road(lesson)) is not None:
        says.append(Message("note", road))
    if lesson.used:
        says.append(Message("note", used(lesson)))
    return tuple(says)


def other_road(lesson: Lesson) -> str | None:
    """Return a sentence with another way: the scenario's own, or another command; None if there is none.

    It is never the way that was taken, and none for somebody who typed nothing that counts.
    """
    if not lesson.road:
        return None
    own = own_road(lesson.scenario)
    theirs = own_road(lesson.scenario, lesson.learners)
    if _commands(lesson.road) != _commands(theirs):
        return _("Another way: {road}").format(road=" ".join(f"`{line}`" for line in own))
    return lesson.instead or None


def own_road(scenario: Scenario, of: Container[int] | None = None) -> list[str]:
    """Return the scenario's own lines that move or change something: all, or those of these steps."""
    return [
        in_general(step.action.text)
        for at, (step, counts) in enumerate(zip(scenario.steps, counted(scenario), strict=True))
        if counts and isinstance(step.action, Send) and step.action.text and (of is None or at in of)
    ]


def _commands(lines: Iterable[str]) -> list[str | None]:
    return [part.name for line in lines for part in Line.parse(line).parts]


def _name(name: str) -> str:
    shorts = COMMANDS[name].shorts
    return f"`{shorts[0]}` (*{name}*)" if shorts else f"`{name}`"
