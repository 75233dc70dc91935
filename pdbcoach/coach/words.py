"""Colon-words: what a person types for pdbcoach instead of pdb. Letters are pdb's."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.language import _

SharedName = Literal["state", "in", "interrupt", "eof", "quit", "help"]
"""Words that mean the same wherever a debugger is typed to."""

OwnName = Literal[
    "goal", "hint", "why", "show", "skip", "undo", "reset", "play", "back", "list", "goto", "predict",
    "par", "recap", "report", "keep",
]  # fmt: skip
"""Words whose meaning is that of a lesson or of a recording."""

Name = SharedName | OwnName


def _message(text: str) -> str:
    """Mark ``text`` for the catalogue. It is looked up when it is shown."""
    return text


class ColonWord(Struct, frozen=True):
    """A row of a table of colon-words."""

    name: Name
    help: str
    argument: str = ""
    """As ``:help`` shows it, for example ``[N]``; empty if the word takes none."""
    short: str = ""


IN: Final = ColonWord("in", _message("switch to another process"), "NAME")
INTERRUPT: Final = ColonWord("interrupt", _message("send Ctrl-C to the current process"))
EOF: Final = ColonWord("eof", _message("send Ctrl-D to it"))
STATE: Final = ColonWord("state", _message("say where the debugger is"))
HELP: Final = ColonWord("help", _message("list these words"), short="?")
UNDO: Final = ColonWord("undo", _message("take back the last line, or the last N lines"), "[N]", "u")

PRACTICE_WORDS: Final = (
    ColonWord("goal", _message("show the task again, and which parts are done"), short="g"),
    STATE,
    ColonWord("hint", _message("give a hint; ask again for a stronger one"), short="h"),
    ColonWord("why", _message("explain the last step")),
    ColonWord("show", _message("show the answer and the reason")),
    ColonWord("skip", _message("let the coach do this step")),
    UNDO,
    ColonWord("reset", _message("start the lesson over")),
    ColonWord("play", _message("try anything from here; nothing counts")),
    ColonWord("back", _message("go back to the lesson")),
    ColonWord("list", _message("list all lessons, and how far you are")),
    ColonWord("goto", _message("switch to another lesson"), "ID"),
    ColonWord("predict", _message("turn prediction questions on or off"), "on|off"),
    ColonWord("par", _message("count your commands, and the lesson's")),
    ColonWord("recap", _message("list the commands you have used")),
    ColonWord("report", _message("collect what a bug report about this lesson needs")),
    IN,
    INTERRUPT,
    EOF,
    ColonWord("quit", _message("leave; your place is saved"), short="q"),
    HELP,
)
"""The words of a lesson, in the order of ``:help``."""

RECORDING_WORDS: Final = (
    STATE,
    UNDO,
    ColonWord("keep", _message("make a step of the last line, though pdb refused it")),
    IN,
    INTERRUPT,
    EOF,
    ColonWord("quit", _message("leave, and write the scenario"), short="q"),
    HELP,
)
"""The words of a recording."""

WORDS: Final[tuple[Name, ...]] = tuple(word.name for word in PRACTICE_WORDS)


class Word(Struct, frozen=True):
    """A colon-word that was typed, and what followed it."""

    name: Name
    rest: str = ""


class NoWord(Struct, frozen=True):
    """A line that begins with a colon but isn't a word; ``near`` may be the word that was meant."""

    text: str
    near: str = ""


def read(line: str, table: Sequence[ColonWord] = PRACTICE_WORDS) -> Word | NoWord | None:
    """Return the word of ``table`` in ``line``; ``None`` if the line is for the debugger."""
    text = line.strip()
    if not text.startswith(":"):
        return None
    typed, _space, rest = text[1:].strip().partition(" ")
    typed = typed.lower()
    for word in table:
        if typed and typed in (word.name, word.short):
            return Word(word.name, rest.strip())
    near = get_close_matches(typed, [word.name for word in table], 1)
    return NoWord(text, near[0] if near else "")


def explained(table: Sequence[ColonWord] = PRACTICE_WORDS) -> tuple[tuple[str, str], ...]:
    """Return each word of ``table`` with its argument, and what it does, for ``:help``."""
    return tuple((f":{word.name} {word.argument}".rstrip(), _(word.help)) for word in table)
