"""What must be true of a line besides a misuse rule's pattern, and the words that the messages need.

Each function takes a ``Case``. A guard returns whether the rule fits; the others return words for the
message, by name.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Final

from pdbcoach.coach.misuse import Case
from pdbcoach.coach.moves import effect
from pdbcoach.coach.questions import names
from pdbcoach.pdb.commands import COMMANDS, find
from pdbcoach.pdb.foreign import foreign

ASSIGNED: Final = r"(?P<name>[A-Za-z_]\w*)\s*=(?!=)\s*(?P<value>.+)"
"""A pattern for an assignment to a name."""

_UNKNOWN: Final = re.compile(r"^.*\*\* .*NameError: name '(\w+)' is not defined", re.MULTILINE)


def is_command(case: Case) -> bool:
    return find(case.groups["word"]) is not None


def with_condition(case: Case) -> Mapping[str, str]:
    return {"line": " ".join(case.groups.values())}


def its_name(case: Case) -> Mapping[str, str]:
    command = find(case.groups["word"])
    return {"name": command.name if command is not None else ""}


def is_undefined(case: Case) -> bool:
    return case.before is None or case.before.value(case.line.split()[0]) is None


def is_unknown_word(case: Case) -> bool:
    return case.is_refused and is_undefined(case)


def is_foreign(case: Case) -> bool:
    if foreign(case.line) is None or not is_undefined(case):
        return False
    first = case.line.split()[0].lower()
    is_pdbs = find(first) is not None and not keyword.iskeyword(first)
    return is_pdbs or case.is_refused  # else Python has run it


def has_it(case: Case) -> bool:
    found = foreign(case.line)
    return is_foreign(case) and found is not None and found.here is not None


def its_word_here(case: Case) -> Mapping[str, str]:
    found = foreign(case.line)
    return {"ours": found.here or "" if found is not None else ""}


def is_local(word: str, case: Case) -> bool:
    return case.before is not None and word in case.before.local_values


def is_called(case: Case) -> bool:
    """The parentheses follow a command, and Python has no function of this name that was meant."""
    word = case.groups["word"]
    command = find(word)
    if command is None or is_local(word, case) or command.shows == "value":
        return False
    return not command.callable_too or (command.leaves and word != command.name)


def command_called(case: Case) -> Mapping[str, str]:
    return {"command": " ".join(filter(None, (case.groups["word"], case.groups["number"])))}


def ran_as_command(case: Case) -> bool:
    """From Python 3.13 on, ``s=3`` without spaces is an assignment."""
    if not is_command(case):
        return False
    if case.before is None or case.after is None or case.is_refused:
        return True
    return bool(case.attempt.output) or case.before.stop != case.after.stop


def attribute_of_command(case: Case) -> bool:
    ran = "*** SyntaxError" in case.attempt.output or effect(case.attempt) == "move"
    return ran and is_command(case)


def is_glued(case: Case) -> bool:
    return case.is_refused and is_command(case)


def is_variable(case: Case) -> bool:
    # Where the step moves, the command is meant, whatever variables there are.
    return case.goal.effect != "move" and is_command(case) and is_local(case.line, case)


def assigns_that(case: Case) -> bool:
    wanted = re.fullmatch(rf"!?\s*{ASSIGNED}", case.goal.line.text)
    return wanted is not None and wanted["name"] == case.groups["name"]


def by_semicolon(line: str) -> list[str]:
    return [part.strip() for part in re.split(r"(?<!;);(?!;)", line)]


def are_commands(case: Case) -> bool:
    parts = by_semicolon(case.line)
    return len(parts) > 1 and all(
        part and find(part.split()[0]) and not re.match(r"\S+\s*=[^=]", part) for part in parts
    )


def well_separated(case: Case) -> Mapping[str, str]:
    return {"line": ";; ".join(by_semicolon(case.line))}


def clears_a_line(case: Case) -> bool:
    number = int(case.groups["line"])
    table = case.before.breakpoints if case.before is not None else ()
    return all(row.number != number for row in table) and any(row.line == number for row in table)


def number_at_line(case: Case) -> Mapping[str, str]:
    place = int(case.groups["line"])
    table = case.before.breakpoints if case.before is not None else ()
    return {"number": next((str(row.number) for row in table if row.line == place), "")}


def still_debugs(case: Case) -> bool:
    return case.after is not None


def is_capital(case: Case) -> bool:
    word = case.groups["word"]
    return word != word.lower() and find(word.lower()) is not None and case.is_refused


def in_small_letters(case: Case) -> Mapping[str, str]:
    return {"command": f"{case.groups['word'].lower()} {case.groups['rest']}".strip()}


def near_command(case: Case) -> str:
    known = sorted(name for name, command in COMMANDS.items() if command.typed)
    return next(iter(get_close_matches(case.groups["word"].lower(), known, 1, 0.8)), "")


def is_misspelt(case: Case) -> bool:
    """With something after it, only where Python could make nothing of the line."""
    if is_command(case) or not case.is_refused:
        return False
    alone = case.groups["word"] == case.line
    return (alone or "SyntaxError" in case.attempt.output) and bool(near_command(case))


def was_meant(case: Case) -> Mapping[str, str]:
    return {"near": near_command(case)}


def unknown_name(case: Case) -> str:
    """The name that nothing has here. Not one of the program: that one only doesn't exist yet."""
    found = _UNKNOWN.search(case.attempt.output)
    if found is None or case.before is None or case.program.speaks_of(found[1]):
        return ""
    return found[1] if re.search(rf"\b{found[1]}\b", case.line) else ""  # else the program's own error


def is_text_of_the_step(case: Case) -> bool:
    name = unknown_name(case)
    return bool(name) and re.search(rf"(['\"]){name}\1", case.goal.line.text) is not None


def is_where_text_may_be(case: Case) -> bool:
    name = unknown_name(case)
    return bool(name) and re.search(rf"[=\[(,]\s*{name}\s*(?:[\]),]|$)", case.line) is not None


def near_name(case: Case) -> str:
    """A name that is meant, if any is near: the step's own names come first."""
    name, state = unknown_name(case), case.before
    if not name or state is None:
        return ""
    return near(name, names(case.goal.line)) or near(name, {**state.global_values, **state.local_values})


def near(name: str, known: Iterable[str]) -> str:
    known = list(known)
    if (same := next((one for one in known if one.lower() == name.lower()), None)) is not None:
        return same
    return next(iter(get_close_matches(name, known, 1, 0.7)), "")


def is_near_a_name(case: Case) -> bool:
    return bool(near_name(case))


def both_names(case: Case) -> Mapping[str, str]:
    return {"name": unknown_name(case), "near": near_name(case)}


def is_pdbs_in_a_shell(case: Case) -> bool:
    word = case.groups["word"]
    is_pdbs = word == "!" or (find(word) is not None and not case.attempt.typed.first.is_statement)
    return is_pdbs and "Error" in case.attempt.output
