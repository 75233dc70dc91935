"""The coach's own words. They start with a colon, because plain words belong to pdb."""

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
    """A line that starts with a colon but is no word; ``near`` is a word that was perhaps meant."""

    text: str
    near: str = ""


def read(line: str) -> Word | NoWord | None:
    """Return the word in ``line``, or None if the line is for the debugger."""
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
    """Return every word and what it does, for ``:help``."""
    return (
        (":goal", _("show the task again, and which parts are done")),
        (":state", _("say where the debugger is")),
        (":hint", _("give a hint; ask again for a stronger one")),
        (":why", _("explain the last step")),
        (":show", _("show the answer and the reason")),
        (":skip", _("let the coach do this step")),
        (":undo [N]", _("take back the last line, or the last N lines")),
        (":reset", _("start the lesson over")),
        (":play", _("try anything from here; nothing counts")),
        (":back", _("go back to the lesson")),
        (":list", _("list all lessons, and how far you are")),
        (":goto ID", _("switch to another lesson")),
        (":predict on|off", _("turn prediction questions on or off")),
        (":par", _("count your commands, and the lesson's")),
        (":recap", _("list the commands you have used")),
        (":report", _("collect what a bug report about this lesson needs")),
        (":in NAME", _("switch to another process")),
        (":interrupt", _("send Ctrl-C to the current process")),
        (":eof", _("send Ctrl-D to it")),
        (":quit", _("leave; your place is saved")),
    )
