"""What a lesson tells and asks: the answers to colon-words, the prompts, the text of a bug report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal, assert_never

from msgspec.structs import replace

import pdbcoach
from pdbcoach.coach.attempt import Views
from pdbcoach.coach.help import ticks
from pdbcoach.coach.lesson import Lesson
from pdbcoach.coach.message import Message
from pdbcoach.coach.recap import score, used
from pdbcoach.form.source import UNWANTED
from pdbcoach.front.journey import keys_of
from pdbcoach.front.reader import Ask
from pdbcoach.front.window import Window
from pdbcoach.language import _
from pdbcoach.matching.redact import split_lines
from pdbcoach.replay.result import TranscriptEntry
from pdbcoach.report.escape import visible

_LONGEST: Final = 24
"""Characters of the line that a bare Enter repeats, where it is shown as a reminder."""
_MOST: Final = 4000
"""Bytes of a line that can be typed; a terminal may take 4095."""

TellingName = Literal["goal", "why", "par", "recap", "report"]
"""Colon-words that only tell something."""


def tell(word: TellingName, lesson: Lesson, window: Window) -> None:
    """Show the answer to ``word``."""
    match word:
        case "goal":
            window.says(Message("task", lesson.task(window.debugger.views)))
            if parts := ticks(lesson, window.debugger.views):
                window.screen.facts(parts)
        case "why":
            window.say(lesson.why or _("You haven't done anything yet."))
        case "par":
            window.say(score(lesson))
        case "recap":
            window.say(used(lesson))
        case "report":
            window.screen.lines(bug_report(lesson, window.transcript, window.debugger.views))
        case _:
            assert_never(word)


def bug_report(lesson: Lesson, transcript: Sequence[TranscriptEntry], views: Views) -> Iterator[str]:
    """Yield the lines of a bug report: versions, step, transcript, and nothing personal.

    They are in English whatever the learner's language: they are for an issue.
    """
    scenario = lesson.scenario
    yield f"pdbcoach {pdbcoach.__version__}, target Python {lesson.python}"
    yield f"scenario {scenario.id}, step {lesson.at + 1} of {len(scenario.steps)}, stage {lesson.stage}"
    yield f"$ {scenario.run_line}"
    for entry in transcript:
        head = f"{entry.process} | "
        if entry.line is not None:
            yield f"{head}{entry.prompt or ''}{entry.line}"
        for line in split_lines(entry.output):
            yield head + line
    for view in views.values():
        yield view.describe()


def prompt_for(views: Views, current: str, *, label: str = "", previous: str = "") -> Ask:
    """Return the prompt at which the next line for the process ``current`` is read.

    ``label`` comes before its prompts. ``previous`` is the line that a bare Enter may repeat.
    """
    view = views.get(current)
    if view is not None and view.phase == "running":
        return Ask(_("[{name} is running] ").format(name=current), running=True, silent=True)
    if view is None or view.prompt is None:
        return Ask(_("[{name} has ended] ").format(name=current), silent=True)
    names = view.state.values if view.state is not None else {}
    repeated = previous if view.prompt.kind in ("pdb", "nested") else ""
    return Ask(
        label + visible(view.prompt.text),
        enter=_("Enter repeats {line}").format(line=_cut(repeated)) if repeated else "",
        names=tuple(names),
    )


def _cut(line: str) -> str:
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def ask_for(
    lesson: Lesson,
    views: Views,
    current: str,
    *,
    label: str = "",
    offered: bool = False,
    playing: bool = False,
) -> Ask:
    """Return what the learner is asked for in ``lesson``, while ``current`` is typed to.

    ``offered``: a bare Enter has the coach type the step. ``playing``: this is free play.
    """
    if lesson.question is not None and not playing:
        return Ask(_("your prediction (Enter skips) > "), silent=True, secret=True, words=(":predict off",))
    ask = prompt_for(views, current, label=label, previous=lesson.previous.get(current, ""))
    view = views.get(current)
    if not ask.running and (view is None or view.prompt is None):
        return replace(ask, words=(":undo", ":reset"))
    if offered:
        line = keys_of(lesson.step.action).strip("`") if lesson.step is not None else ""
        ask = replace(ask, silent=True, enter=_("Enter: the coach types {line}").format(line=_cut(line)))
    if ask.running:
        return replace(ask, words=(":hint",))
    if playing:
        return replace(ask, prompt=_("free ") + ask.prompt, words=(":back",))
    return replace(ask, words=(":hint", ":undo", ":show"))


def why_not(line: str) -> str | None:
    """Return why ``line`` cannot be typed at a program; ``None`` if it can."""
    if UNWANTED.search(line) or "\t" in line or "\r" in line:
        return _("That line contains a tab, a control character or invalid text, so it wasn't sent.")
    if len(line.encode()) > _MOST:
        return _("That line is too long for a terminal, so it wasn't sent.")
    return None
