"""What people type to pdb that means something else to it: other debuggers' spellings, names of commands."""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.language import _
from pdbcoach.scenario.commands import long_name, split


@dataclass(frozen=True, slots=True)
class Mistaken:
    """What pdb made of it and how it is said there; ``misconception`` is an id such as ``M11``, or empty."""

    text: str
    misconception: str = ""


def mistaken(attempt: Attempt) -> Mistaken | None:
    """The explanation of a line that pdb did not take as its writer meant it, if it is one."""
    if attempt.prompt not in ("pdb", "nested"):
        return None
    line = split(attempt.text)[0].strip() if attempt.text.strip() else ""
    return next((found for rule in _RULES if (found := rule(line, attempt)) is not None), None)


def _condition_with_if(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:b|break|tbreak)\s+(\S+)\s+if\s+(.+)", line)
    if found is None:
        return None
    return Mistaken(
        _("`if` is gdb's way. pdb wants a comma: `b {where}, {condition}`.").format(
            where=found[1], condition=found[2]
        ),
        "M11",
    )


def _assignment_to_command(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"([A-Za-z]\w*)\s*=(?!=)\s*(.+)", line)
    if found is None or long_name(found[1]) is None:
        return None
    return Mistaken(
        _(
            "`{word}` is pdb's command `{name}`, so this was no assignment. With an exclamation mark it is: "
            "`!{word} = {value}`."
        ).format(word=found[1], name=long_name(found[1]), value=found[2]),
        "M06",
    )


def _variable_named_like_command(line: str, attempt: Attempt) -> Mistaken | None:
    name = long_name(line)
    state = state_of(attempt.process, attempt.before)
    if name is None or state is None or line not in state.local_values:
        return None
    return Mistaken(
        _(
            "There is a variable `{word}` here, but `{word}` alone is pdb's command `{name}`. `p {word}` or "
            "`!{word}` shows the variable."
        ).format(word=line, name=name),
        "M06",
    )


def _count(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(s|step|n|next|c|cont|continue|r|return)\s+(\d+)", line)
    if found is None:
        return None
    return Mistaken(
        _(
            "`{word}` takes no count in pdb: up to Python 3.12 the number is ignored, since 3.13 the line is "
            "refused. To get further at once: `until LINE`, or a breakpoint and `c`."
        ).format(word=found[1])
    )


def _run(line: str, attempt: Attempt) -> Mistaken | None:
    if line != "run":
        return None
    return Mistaken(
        _(
            "`run` starts the program again, from its first line. To let it go on from here: `c` "
            "(*continue*)."
        ),
        "M03",
    )


def _leaving_python(line: str, attempt: Attempt) -> Mistaken | None:
    if line not in ("exit()", "quit()"):
        return None
    return Mistaken(
        _("`{line}` is Python, run inside the debugged program. pdb's own way out is `q`.").format(line=line),
        "M20",
    )


def _print_statement(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"print\s+([^(].*)", line)
    if found is None:
        return None
    return Mistaken(_("`print` wants brackets. Shorter: `p {what}`.").format(what=found[1]))


def _clear_by_line(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:cl|clear)\s+(\d+)", line)
    state = state_of(attempt.process, attempt.before)
    if found is None or state is None:
        return None
    number = int(found[1])
    at_line = [one.number for one in state.breakpoints if one.line == number]
    if not at_line or any(one.number == number for one in state.breakpoints):
        return None
    return Mistaken(
        _(
            "`clear` takes the number of a breakpoint, not a line. The one at line {line} has the number "
            "{number}: `clear {number}`. (`b` lists them.)"
        ).format(line=number, number=at_line[0]),
        "M10",
    )


def _word_of_the_coach(line: str, attempt: Attempt) -> Mistaken | None:
    if line not in ("hint", "undo", "show", "skip", "goal", "why", "play", "reset"):
        return None
    state = state_of(attempt.process, attempt.before)
    if state is None or state.value(line) is not None:
        return None
    return Mistaken(_("That went to pdb. The coach's words begin with a colon: `:{word}`.").format(word=line))


_FOREIGN = {
    "finish": "r",
    "fin": "r",
    "stepout": "r",
    "info b": "b",
    "info break": "b",
    "info breakpoints": "b",
    "info args": "a",
    "info locals": "p locals()",
    "locals": "p locals()",
    "locals()": "p locals()",
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
    "go": "c",
    "resume": "c",
    "start": "restart",
    "set": "!NAME = VALUE",
    "k": "q",
    "kill": "q",
    "end": "q",
    "bl": "b",
    "info": "w",
}
"""What gdb, lldb, other debuggers and habits call it, and pdb's name of it."""

_FOREIGN_WORDS = {
    "delete": "clear NUMBER",
    "del": "clear NUMBER",
    "watch": "display EXPRESSION",
    "set": "!NAME = VALUE",
    "echo": "p EXPRESSION",
    "inspect": "p EXPRESSION",
    "examine": "p EXPRESSION",
    "breakpoint": "b LINE",
    "bp": "b LINE",
    "stop": "b LINE",
    "goto": "j LINE",
    "advance": "until LINE",
    "tb": "tbreak LINE",
    "info": "help",
}
"""The same for words that something follows."""


def _foreign(line: str, attempt: Attempt) -> Mistaken | None:
    words = " ".join(line.lower().split())
    state = state_of(attempt.process, attempt.before)
    first = words.partition(" ")[0]
    known = state is not None and state.value(first) is not None
    ours = _FOREIGN.get(words) or (_FOREIGN_WORDS.get(first) if " " in words else None)
    if ours is None or known or (keyword.iskeyword(first) and "*** SyntaxError" not in attempt.output):
        return None
    return Mistaken(
        _("`{theirs}` is not pdb's word for it. Here it is `{ours}`.").format(theirs=line, ours=ours)
    )


_SHELL = re.compile(r"(?:ls|cd|pwd|cat|python3?|pip|vim?|nano|sudo)(?:\s+[-./\w].*)?")


def _shell(line: str, attempt: Attempt) -> Mistaken | None:
    state = state_of(attempt.process, attempt.before)
    if not _SHELL.fullmatch(line) or state is None or state.value(line.split()[0]) is not None:
        return None
    if "*** " not in attempt.output:
        return None
    return Mistaken(_("This prompt is pdb's, not the shell's: it takes commands of pdb, and Python."))


_Rule = Callable[[str, Attempt], Mistaken | None]
_RULES: tuple[_Rule, ...] = (
    _condition_with_if,
    _assignment_to_command,
    _variable_named_like_command,
    _count,
    _run,
    _leaving_python,
    _print_statement,
    _clear_by_line,
    _word_of_the_coach,
    _foreign,
    _shell,
)
