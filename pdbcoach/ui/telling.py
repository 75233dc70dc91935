"""The coach's words that only tell something, and what is asked of the learner now."""

from __future__ import annotations

from typing import Final

from pdbcoach.coach import words
from pdbcoach.coach.attempt import Views
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.recap import score, used
from pdbcoach.coach.status_words import status_text
from pdbcoach.form.source import UNWANTED
from pdbcoach.language import _
from pdbcoach.report.escape import visible
from pdbcoach.ui.reader import Ask
from pdbcoach.ui.report import report
from pdbcoach.ui.window import Window

_LONGEST: Final = 24
"""Characters of the line that a bare Enter repeats, where it is shown as a reminder."""
_MOST: Final = 4000
"""Bytes of a line that is typed; a terminal may take 4095."""


def tell(word: words.Name, lesson: Lesson, window: Window) -> None:
    """Answer ``word``, if it is one that only tells something."""
    match word:
        case "goal":
            window.says(Message("task", lesson.task()))
            ticks = lesson.ticks()
            if len(ticks) > 1:
                window.screen.facts(ticks)
        case "state":
            for name, view in window.debugger.views.items():
                window.say(f"`{name}`: {status_text(view)}.")
        case "why":
            window.say(lesson.why or _("You haven't done anything yet."))
        case "par":
            window.say(score(lesson))
        case "recap":
            window.say(used(lesson))
        case "report":
            window.screen.lines(report(lesson, window.transcript, window.debugger.views))
        case "help":
            window.screen.table(words.explained())
        case _:
            raise AssertionError(f":{word} does something")


def ask_for(
    lesson: Lesson,
    views: Views,
    current: str,
    *,
    label: str = "",
    offered: bool = False,
    playing: bool = False,
) -> Ask:
    """The prompt at which the learner's next line is read, while ``current`` is spoken to.

    ``label`` stands in front of its prompts. ``offered``: a bare Enter has the coach type the step.
    ``playing``: this is free play.
    """
    view = views.get(current)
    if lesson.question is not None and not playing:
        return Ask(_("your prediction (Enter skips) > "), silent=True, secret=True, words=(":predict off",))
    if view is not None and view.phase == "running":
        return Ask(
            _("[{name} is running] ").format(name=current),
            running=True,
            enter=_("Enter lets the coach type it") if offered else "",
            silent=True,
            words=(":hint",),
        )
    if view is None or view.prompt is None:
        return Ask(_("[{name} has ended] ").format(name=current), silent=True, words=(":undo", ":reset"))
    names = {**view.state.global_values, **view.state.local_values} if view.state is not None else {}
    previous = lesson.previous.get(current, "") if view.prompt.kind in ("pdb", "nested") else ""
    shortened = previous if len(previous) <= _LONGEST else previous[: _LONGEST - 1] + "…"
    repeats = _("Enter repeats {line}").format(line=shortened) if previous else ""
    return Ask(
        (_("free ") if playing else "") + label + visible(view.prompt.text),
        enter=_("Enter lets the coach type it") if offered else repeats,
        silent=offered,
        names=tuple(names),
        words=(":back",) if playing else (":hint", ":undo", ":show"),
    )


def why_not(line: str) -> str | None:
    """Why ``line`` cannot be typed at a program; ``None`` if it can."""
    if UNWANTED.search(line) or "\t" in line or "\r" in line:
        return _("That line contains a tab, a control character or invalid text, so it wasn't sent.")
    if len(line.encode()) > _MOST:
        return _("That line is too long for a terminal, so it wasn't sent.")
    return None
