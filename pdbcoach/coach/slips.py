"""Slips of the fingers: prompts pasted along, capital letters, names misspelt, quotes forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Final

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.questions import is_refusal, names
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.language import _
from pdbcoach.pdb.commands import LONG_NAMES, long_name
from pdbcoach.pdb.line import resolve

_UNKNOWN: Final = re.compile(r"^.*\*\* .*NameError: name '(\w+)' is not defined", re.MULTILINE)
_TYPED_AS_WORDS: Final = tuple(sorted(name for name in LONG_NAMES if name.isalpha() and name != "exec"))


def _prompt_pasted(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:\(Pdb\)|>>>|->)\s*(.+)", line)
    if found is None:
        return None
    return Mistaken(
        _("The prompt is already there. Type only what follows it: `{line}`.").format(line=found[1])
    )


def _backquotes(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"`([^`]+)`", line)
    if found is None:
        return None
    return Mistaken(
        _("The backquotes only mark it as code. Type it without them: `{line}`.").format(line=found[1])
    )


def _blank_after_mark(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"!\s+(.+)", line)
    if found is None or not is_refusal(attempt.output):
        return None
    return Mistaken(_("No space after the exclamation mark: `!{code}`.").format(code=found[1]))


def _capital(line: str, attempt: Attempt) -> Mistaken | None:
    word, _blank, rest = line.partition(" ")
    if word == word.lower() or long_name(word.lower()) is None or not is_refusal(attempt.output):
        return None
    small = f"{word.lower()} {rest}".strip()
    return Mistaken(_("pdb commands are lowercase: `{command}`.").format(command=small))


def _word_misspelt(line: str, attempt: Attempt) -> Mistaken | None:
    """A command with something after it, which Python could make nothing of."""
    word = re.match(r"[A-Za-z]+(?=\s+[\w(\"'])|[A-Za-z]+$", line)
    if word is None or long_name(word[0]) is not None or not is_refusal(attempt.output):
        return None
    if "SyntaxError" not in attempt.output and word[0] != line:
        return None
    if close := get_close_matches(word[0].lower(), _TYPED_AS_WORDS, 1, 0.8):
        return Mistaken(
            _("pdb has no command `{word}`. Did you mean `{near}`?").format(word=word[0], near=close[0])
        )
    return None


def in_the_shell(attempt: Attempt) -> Mistaken | None:
    """Of a command of pdb that was typed to Python's shell."""
    word = re.match(r"!|[a-z]+", attempt.text)
    if word is None or "Error" not in attempt.output:
        return None
    if word[0] != "!" and (long_name(word[0]) is None or resolve(attempt.text) == "exec"):
        return None
    text = _(
        "This is a Python shell, and `{word}` is a pdb command. Press Ctrl-D (or type `:eof`) to leave "
        "the shell."
    )
    return Mistaken(text.format(word=word[0]))


def name_misspelt(line: str, attempt: Attempt, program: SourceOutline, wanted: str) -> Mistaken | None:
    """Of a name that nothing has here. One that the program knows is none: it is only not there yet.

    ``wanted`` is what the step itself types. What it speaks of was meant, if any of it is near.
    """
    unknown = _UNKNOWN.search(attempt.output)
    state = state_of(attempt.process, attempt.before)
    if unknown is None or state is None or program.speaks_of(unknown[1]):
        return None
    if not re.search(rf"\b{unknown[1]}\b", line):
        return None  # it is the program's own error
    if re.search(rf"(['\"]){unknown[1]}\1", wanted):
        return _without_quotes(unknown[1])
    near = _near(unknown[1], names(wanted)) or _near(
        unknown[1], {**state.global_values, **state.local_values}
    )
    if near is not None:
        text = _("There's no `{name}`. Did you mean `{near}`?")
        return Mistaken(text.format(name=unknown[1], near=near))
    if re.search(rf"[=\[(,]\s*{unknown[1]}\s*(?:[\]),]|$)", line):
        return _without_quotes(unknown[1])
    return None


def _without_quotes(name: str) -> Mistaken:
    text = _('Without quotes, `{name}` is a variable, and it doesn\'t exist. For a string, type `"{name}"`.')
    return Mistaken(text.format(name=name))


def _near(name: str, known: Iterable[str]) -> str | None:
    known = list(known)
    if (same := next((one for one in known if one.lower() == name.lower()), None)) is not None:
        return same
    return next(iter(get_close_matches(name, known, 1, 0.7)), None)


RULES: Final[tuple[Callable[[str, Attempt], Mistaken | None], ...]] = (
    _prompt_pasted,
    _backquotes,
    _blank_after_mark,
    _capital,
    _word_misspelt,
)
