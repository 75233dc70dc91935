"""The coach's own words. They begin with a colon: the letters are pdb's."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.language import _

Name = Literal[
    "goal", "state", "hint", "why", "show", "skip", "undo", "reset", "play", "back", "list", "goto",
    "predict", "par", "recap", "report", "in", "interrupt", "eof", "quit", "help",
]  # fmt: skip

WORDS: Final[tuple[Name, ...]] = (
    "goal", "state", "hint", "why", "show", "skip", "undo", "reset", "play", "back", "list", "goto",
    "predict", "par", "recap", "report", "in", "interrupt", "eof", "quit", "help",
)  # fmt: skip

_SHORT: Final[dict[str, Name]] = {"q": "quit", "h": "hint", "u": "undo", "g": "goal", "?": "help"}


class Word(Struct, frozen=True):
    name: Name
    rest: str = ""


class NoWord(Struct, frozen=True):
    """It begins with a colon and is no word; ``near`` may be what was meant."""

    text: str
    near: str = ""


def read(line: str) -> Word | NoWord | None:
    """The word in ``line``; ``None`` if the line is for the debugger."""
    text = line.strip()
    if not text.startswith(":"):
        return None
    name, _blank, rest = text[1:].strip().partition(" ")
    name = _SHORT.get(name.lower(), name.lower())
    for word in WORDS:
        if name == word:
            return Word(word, rest.strip())
    near = get_close_matches(name, WORDS, 1)
    return NoWord(text, near[0] if near else "")


def explained() -> tuple[tuple[str, str], ...]:
    """Every word and what it does, for ``:help``."""
    return (
        (":goal", _("the task again, and which of its facts hold")),
        (":state", _("where the debugger is, in words")),
        (":hint", _("a hint; the next one says more")),
        (":why", _("why the last step was as it was")),
        (":show", _("the answer, and its reason")),
        (":skip", _("have the coach do this step")),
        (":undo [N]", _("take back the last line, or the last N")),
        (":reset", _("begin the lesson again")),
        (":play", _("try anything from here; nothing counts")),
        (":back", _("back to where the lesson was")),
        (":list", _("all lessons, and how far you are")),
        (":goto ID", _("another lesson")),
        (":predict on|off", _("ask before surprises, or do not")),
        (":par", _("your commands, and how many it takes")),
        (":recap", _("the commands that you have used")),
        (":report", _("what a report about this lesson needs")),
        (":in NAME", _("speak to another process")),
        (":interrupt", _("Ctrl-C for the process that is spoken to")),
        (":eof", _("Ctrl-D for it")),
        (":quit", _("leave; your place is kept")),
    )
