"""What gdb, lldb, other debuggers, the shell and habits call it, and how it is called in pdb."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping
from typing import Final

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.questions import is_refusal
from pdbcoach.coach.words import WORDS
from pdbcoach.language import _
from pdbcoach.pdb.commands import long_name

_LINES: Final[Mapping[str, str]] = {
    "finish": "r",
    "fin": "r",
    "stepout": "r",
    "info b": "b",
    "info break": "b",
    "info breakpoints": "b",
    "info args": "a",
    "info locals": "p locals()",
    "info stack": "w",
    "info frame": "w",
    "info source": "l",
    "info line": "l .",
    "locals": "p locals()",
    "backtrace": "w",
    "stack": "w",
    "frame": "w",
    "stepi": "s",
    "stepin": "s",
    "step into": "s",
    "step in": "s",
    "step over": "n",
    "step out": "r",
    "nexti": "n",
    "over": "n",
    "into": "s",
    "out": "r",
    "go": "c",
    "resume": "c",
    "start": "restart",
    "k": "q",
    "kill": "q",
    "bye": "q",
    "end": "q",
    "leave": "q",
    "stop": "q",
    "close": "q",
    "bl": "b",
    "breakpoint list": "b",
    "breakpoints": "b",
    "info": "help",
    "variables": "p locals()",
    "vars": "p locals()",
}
"""Whole lines."""

_WORDS: Final[Mapping[str, str]] = {
    "watch": "display EXPRESSION",
    "set": "!NAME = VALUE",
    "echo": "p EXPRESSION",
    "inspect": "p EXPRESSION",
    "examine": "p EXPRESSION",
    "show": "p EXPRESSION",
    "call": "!EXPRESSION",
    "breakpoint": "b LINE",
    "bp": "b LINE",
    "br": "b LINE",
    "stop": "b LINE",
    "goto": "j LINE",
    "advance": "until LINE",
    "tb": "tbreak LINE",
    "thread": "w",
    "info": "help",
}
"""First words that something follows."""

_SHELL: Final = re.compile(r"(?:ls|cd|pwd|cat|python3?|pip|vim?|nano|sudo|bash)(?:\s+[-./\w].*)?")


def _word_of_the_coach(line: str, attempt: Attempt) -> Mistaken | None:
    if long_name(line) is not None or (line not in WORDS and not re.fullmatch(r"undo \d+", line)):
        return None
    if _is_defined(line, attempt) or not is_refusal(attempt.output):
        return None
    return Mistaken(
        _("That went to pdb. Words for the coach start with a colon: `:{word}`.").format(word=line)
    )


def _foreign(line: str, attempt: Attempt) -> Mistaken | None:
    words = " ".join(line.lower().split())
    first = words.partition(" ")[0]
    ours = _LINES.get(words) or (_WORDS.get(first) if " " in words else None)
    if re.fullmatch(r"del(?:ete)?(?: (?:b|break|breakpoints?))?(?: \d+)*", words):
        ours = "clear NUMBER"
    if ours is None or _is_defined(line, attempt):
        return None
    if (keyword.iskeyword(first) or long_name(first) is None) and not is_refusal(attempt.output):
        return None  # it was Python
    return Mistaken(_("pdb doesn't call it `{theirs}`; it's `{ours}` here.").format(theirs=line, ours=ours))


def _print_statement(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"print\s+((?!\w+\s*=[^=])[^(].*)", line)
    if found is None:
        return None
    return Mistaken(_("`print` needs parentheses. Shorter: `p {what}`.").format(what=found[1]))


def _shell(line: str, attempt: Attempt) -> Mistaken | None:
    if not _SHELL.fullmatch(line) or _is_defined(line, attempt) or not is_refusal(attempt.output):
        return None
    return Mistaken(_("This is pdb's prompt, not the shell's. It takes pdb commands and Python."))


def _is_defined(line: str, attempt: Attempt) -> bool:
    state = state_of(attempt.process, attempt.before)
    return state is not None and state.value(line.split()[0]) is not None


RULES: Final[tuple[Callable[[str, Attempt], Mistaken | None], ...]] = (
    _word_of_the_coach,
    _foreign,
    _print_statement,
    _shell,
)
