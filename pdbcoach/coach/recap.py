"""What is said at the end of a lesson: the count, another road, what was used. Never a grade."""

from __future__ import annotations

from typing import Final

from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.moves import counted, par
from pdbcoach.language import _, ngettext
from pdbcoach.pdb.commands import SHORT_FORMS
from pdbcoach.pdb.line import resolve
from pdbcoach.scenario.model import Scenario, Send


def score(lesson: Lesson) -> str:
    """The moving and changing commands so far, and par."""
    number = ngettext(
        "{number} command that moves or changes something",
        "{number} commands that move or change something",
        lesson.commands,
    )
    return _("{commands}; par is {par}. Looking is free.").format(commands=number, par=par(lesson.scenario))


def used(lesson: Lesson) -> str:
    """The commands that the learner has used, and those that the lesson teaches besides."""
    shown = [_name(name) for name in lesson.used if name in SHORT_FORMS and name not in ("exec", ";;")]
    said = (
        _("You used {commands}.").format(commands=", ".join(shown)) if shown else _("You typed no command.")
    )
    rest = [_name(name) for name in lesson.scenario.teaches if name not in lesson.used]
    if rest:
        said += " " + _("This lesson is also about {commands}.").format(commands=", ".join(rest))
    return said


def ending(lesson: Lesson) -> tuple[Message, ...]:
    """Outro, score, one other road, recap."""
    says = [Message("prose", lesson.scenario.outro)] if lesson.scenario.outro else []
    if lesson.scenario.grade == "demo":
        return tuple(says)
    says.append(Message("note", score(lesson)))
    if (road := other_road(lesson)) is not None:
        says.append(Message("note", road))
    says.append(Message("note", used(lesson)))
    return tuple(says)


def other_road(lesson: Lesson) -> str | None:
    """A road that the learner did not take, in a sentence: the scenario's own, or another command."""
    own = own_road(lesson.scenario)
    if lesson.road and list(lesson.road) != [line for line in own if line in lesson.road]:
        return _("Another way: {road}").format(road=" ".join(f"`{line}`" for line in own))
    for line in own:
        name = resolve(line)
        if name in _INSTEAD:
            return _("Instead of `{line}`, you could use {road}.").format(line=line, road=_(_INSTEAD[name]))
    return None


def own_road(scenario: Scenario) -> list[str]:
    """The moving and changing lines of the scenario itself."""
    return [
        step.action.text
        for step, counts in zip(scenario.steps, counted(scenario), strict=True)
        if counts and isinstance(step.action, Send) and step.action.text
    ]


def _name(name: str) -> str:
    shorts = SHORT_FORMS.get(name, ())
    return f"`{shorts[0]}` (*{name}*)" if shorts else f"`{name}`"


def _message(text: str) -> str:
    return text


_INSTEAD: Final = {
    "step": _message("a breakpoint on the function's name, then `c`"),
    "return": _message("`until` with the line of the `return` statement"),
    "next": _message("`until`, or `tbreak` with the next line, then `c`"),
    "until": _message("`tbreak` with that line, then `c`"),
    "continue": _message("`until` with the line where you want to stop"),
    "jump": _message("`restart`, and stop just before the line you want to skip"),
    "clear": _message("`disable`, which keeps it for later"),
    "tbreak": _message("`b`, and `clear` once it has been hit"),
}
"""One of the other ways to get there, for a command of the road."""
