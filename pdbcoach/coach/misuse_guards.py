"""What must be true besides the pattern of a misuse rule, and the words that its message needs.

Each guard takes a ``Case`` and returns the words by name, or None if the rule doesn't fit.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from pdbcoach.coach.misuse import Case, Words, given
from pdbcoach.coach.moves import effect
from pdbcoach.coach.questions import names
from pdbcoach.language import _
from pdbcoach.pdb.commands import COMMANDS, find
from pdbcoach.pdb.foreign import foreign

ASSIGNED: Final = r"(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>.+)"
"""A pattern for an assignment to a name."""

_UNKNOWN: Final = re.compile(r"^.*\*\* .*NameError: name '(\w+)' is not defined", re.MULTILINE)


def is_refused(case: Case) -> Words | None:
    """Lines that mean something else where pdb accepts them."""
    return given(case.is_refused)


def is_unknown_word(case: Case) -> Words | None:
    return given(case.is_refused and _is_undefined(case))


def has_word_here(case: Case) -> Words | None:
    found = foreign(case.line)
    ours = found.here if found is not None else None
    return given(ours is not None and _is_foreign(case), ours=ours or "")


def has_nothing_here(case: Case) -> Words | None:
    found = foreign(case.line)
    if found is None or found.here is not None or not _is_foreign(case):
        return None
    return {"nearest": f" {_(found.nearest)}" if found.nearest else ""}


def has_condition(case: Case) -> Words | None:
    return given(True, line=" ".join(case.groups.values()))


def is_glued(case: Case) -> Words | None:
    return given(case.is_refused and case.command is not None)


def is_called(case: Case) -> Words | None:
    """The parentheses follow a command, and Python has no function of this name that was meant."""
    word, command = case.groups["word"], case.command
    if command is None or _is_local(word, case) or command.shows == "value":
        return None
    is_python = command.callable_too and not (command.leaves and word != command.name)
    return given(not is_python, command=" ".join(filter(None, (word, case.groups["number"]))))


def ran_as_command(case: Case) -> Words | None:
    """From Python 3.13 on, ``s=3`` without spaces is an assignment."""
    before, after = case.before, case.after
    if case.command is None:
        return None
    ran = before is None or after is None or bool(case.attempt.output) or before.stop != after.stop
    return given(ran, name=case.command.name)


def ran_instead_of_attribute(case: Case) -> Words | None:
    ran = "*** SyntaxError" in case.attempt.output or effect(case.attempt) == "move"
    return given(ran and case.command is not None)


def are_commands(case: Case) -> Words | None:
    parts = [part.strip() for part in re.split(r"(?<!;);(?!;)", case.line)]
    are = all(part and find(part.split()[0]) and not re.match(r"\S+\s*=[^=]", part) for part in parts)
    return given(are and len(parts) > 1, line=";; ".join(parts))


def clears_a_line(case: Case) -> Words | None:
    wanted = int(case.groups["line"])
    table = case.before.breakpoints if case.before is not None else ()
    at_line = [row for row in table if row.line == wanted]
    if not at_line or any(row.number == wanted for row in table):
        return None
    return given(True, number=str(at_line[0].number))


def still_debugs(case: Case) -> Words | None:
    return given(case.after is not None)


def is_capital(case: Case) -> Words | None:
    word, rest = case.groups["word"], case.groups["rest"]
    fits = word != word.lower() and find(word.lower()) is not None and case.is_refused
    return given(fits, command=f"{word.lower()} {rest}".strip())


def is_misspelt(case: Case) -> Words | None:
    """With something after it, only where Python could make nothing of the line."""
    word = case.groups["word"]
    fits = word == case.line or "SyntaxError" in case.attempt.output
    if not fits or not case.is_refused or case.command is not None:
        return None
    known = sorted(name for name, command in COMMANDS.items() if command.typed)
    near = next(iter(get_close_matches(word.lower(), known, 1, 0.8)), "")
    return given(bool(near), near=near)


def is_variable(case: Case) -> Words | None:
    """Where the step moves, the command is meant, whatever variables there are."""
    if case.goal.effect == "move" or case.command is None or not _is_local(case.line, case):
        return None
    return given(True, name=case.command.name)


def step_assigns(case: Case) -> Words | None:
    wanted = re.fullmatch(rf"!?\s*{ASSIGNED}", case.goal.line.text)
    return given(wanted is not None and wanted["name"] == case.groups["name"])


def is_string_of_the_step(case: Case) -> Words | None:
    name = _unknown_name(case)
    return given(bool(name) and bool(re.search(rf"(['\"]){name}\1", case.goal.line.text)), name=name)


def is_where_a_string_may_be(case: Case) -> Words | None:
    name = _unknown_name(case)
    return given(bool(name) and bool(re.search(rf"[=\[(,]\s*{name}\s*(?:[\]),]|$)", case.line)), name=name)


def is_near_a_name(case: Case) -> Words | None:
    """Names of the step come before those of the program."""
    name, state = _unknown_name(case), case.before
    if not name or state is None:
        return None
    near = _near(name, names(case.goal.line)) or _near(name, state.values)
    return given(bool(near), name=name, near=near)


def is_pdbs_in_a_shell(case: Case) -> Words | None:
    word = case.groups["word"]
    is_pdbs = word == "!" or (case.command is not None and not case.attempt.typed.first.is_statement)
    return given(is_pdbs and "Error" in case.attempt.output)


def _is_undefined(case: Case) -> bool:
    return case.before is None or case.before.value(case.line.split()[0]) is None


def _is_local(word: str, case: Case) -> bool:
    return case.before is not None and word in case.before.local_values


def _is_foreign(case: Case) -> bool:
    """Not where Python has run the line, or the first word is a variable."""
    first = case.line.split()[0].lower()
    is_pdbs = find(first) is not None and not keyword.iskeyword(first)
    return (is_pdbs or case.is_refused) and _is_undefined(case)


def _unknown_name(case: Case) -> str:
    """The name in the line that nothing has here, or empty. One of the program only doesn't exist yet."""
    found = _UNKNOWN.search(case.attempt.output)
    if found is None or case.before is None or case.program.speaks_of(found[1]):
        return ""
    return found[1] if re.search(rf"\b{found[1]}\b", case.line) else ""  # else the program's own error


def _near(name: str, known: Iterable[str]) -> str:
    known = list(known)
    if (same := next((one for one in known if one.lower() == name.lower()), None)) is not None:
        return same
    return next(iter(get_close_matches(name, known, 1, 0.7)), "")
