"""The rules for lines that pdb doesn't read as they were meant, in the order in which they are tried.

To add one, add a row: a pattern, a message, and a guard if the pattern alone isn't enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pdbcoach.coach import misuse_guards as guards
from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.misuse import Misuse, Rule, first_misuse
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.coach.words import WORDS
from pdbcoach.pdb.commands import COMMANDS, Command, find, spelled
from pdbcoach.pdb.line import EXIT_CALL


def misuse(attempt: Attempt, program: SourceOutline, goal: Goal) -> Misuse | None:
    """Return what to say of a line that pdb didn't read as it was meant; None if there is nothing to say."""
    if not attempt.text.strip():
        return None
    match attempt.prompt:
        case "pdb" | "nested":
            return first_misuse(_AT_PDB, attempt, program, goal)
        case "python" | "interact":
            return first_misuse(_IN_A_SHELL, attempt, program, goal)
        case _:
            return None


def _message(text: str) -> str:
    return text


def _any_of(which: Callable[[Command], bool]) -> str:
    return "|".join(re.escape(word) for word in spelled(which))


def _spellings(name: str) -> str:
    return "|".join(COMMANDS[name].spellings)


_BREAK: Final = _any_of(lambda command: command.sets_breakpoint)
_CONDITION: Final = _any_of(lambda command: command.argument == "condition")
_CLEAR: Final = _any_of(lambda command: command.argument == "place or numbers")
_AT_LINE: Final = _any_of(lambda command: command.argument in ("place", "line", "lines"))
_IN_FILE: Final = _any_of(lambda command: command.argument in ("place", "place or numbers"))
_RANGE: Final = _any_of(lambda command: command.argument == "lines")
_BARE: Final = _any_of(lambda command: command.argument == "nothing")
_COUNTED: Final = _any_of(lambda command: command.count_in_gdb)
_PRINTS: Final = _any_of(lambda command: command.shows == "value" and not command.turns)
_TELLS: Final = _any_of(lambda command: command.shows in ("value", "type") and not command.turns)
_WORDS: Final = "|".join(word for word in WORDS if find(word) is None)
_SHELL: Final = r"(?:ls|cd|pwd|cat|python3?|pip|vim?|nano|sudo|bash)(?:\s+[-./\w].*)?"


_COMMA: Final = _message("Put a comma between the line and the condition: `{word} {where}, {condition}`.")
_NO_ARGUMENT: Final = _message(
    "`{word}` takes no argument. Up to Python 3.12 pdb ignores it; from 3.13 on, pdb refuses the line."
)
_FURTHER: Final = _message("To move further in one go, use `until LINE`, or a breakpoint and `c`.")
_WITHOUT_QUOTES: Final = _message(
    'There\'s no `{name}` here. If you meant a string, put it in quotes: `"{name}"`.'
)

_FROM_ELSEWHERE: Final = (
    Rule(
        rf"(?P<word>{_WORDS}|undo \d+)",
        _message("That went to pdb. Words for the coach start with a colon: `:{word}`."),
        guard=guards.is_unknown_word,
    ),
    Rule(
        "(?P<theirs>.+)",
        _message("pdb doesn't call it `{theirs}`; it's `{ours}` here."),
        guard=guards.has_word_here,
    ),
    Rule(".+", _message("pdb has nothing like `{line}`.{nearest}"), guard=guards.has_nothing_here),
    Rule(
        r"print\s+(?P<what>(?!\w+\s*=[^=])[^(].*)",
        _message("`print` needs parentheses. Shorter: `p {what}`."),
    ),
    Rule(
        _SHELL,
        _message("This is pdb's prompt, not the shell's. It takes pdb commands and Python."),
        guard=guards.is_unknown_word,
    ),
)

_CONDITIONS: Final = (
    Rule(
        rf"(?P<word>{_BREAK})\s+(?P<where>[^\s,]+),?\s+(?:if|when)\s+(?P<condition>.+)",
        _message("`if` is how gdb spells it. pdb uses a comma: `{word} {where}, {condition}`."),
        "M11",
    ),
    Rule(rf"(?P<word>{_BREAK})\s+(?P<where>\d+)\s+(?P<condition>[^\s,\d].*)", _COMMA, "M11"),
    Rule(
        rf"(?P<word>{_CONDITION})\s+(?P<number>\d+)(?:\s*,|\s+if\s)\s*(?P<condition>.+)",
        _message(
            "After `condition`, type the number and the expression, with nothing else between them: `{line}`."
        ),
        guard=guards.has_condition,
    ),
    Rule(
        rf"(?P<start>(?:{_BREAK})\s+\S+,|(?:{_CONDITION})\s+\d+)\s*{guards.ASSIGNED}",
        _message("A single `=` assigns. To compare, use two: `{start} {name} == {value}`."),
    ),
    Rule(
        rf"(?P<start>(?:{_BREAK})\s+\S+,|(?:{_CONDITION})\s+\d+)\s*(?P<quote>['\"])(?P<condition>.+)(?P=quote)",
        _message("A non-empty string is always true. Leave out the quotes: `{start} {condition}`."),
    ),
    Rule(
        rf"(?:{_BREAK})\s+(?P<condition>[A-Za-z_]\w*\s*(?:==|!=|<=?|>=?)\s*[^,]+)",
        _message("A condition needs a line to go with it: `b LINE, {condition}`."),
    ),
)

_ARGUMENTS: Final = (
    Rule(
        rf"(?P<word>{_AT_LINE})(?:\s+(?:at|on|to|line)|:)\s*(?P<line>\d+)",
        _message("Just the number: `{word} {line}`."),
    ),
    Rule(
        rf"(?P<word>{_IN_FILE})\s+(?P<file>[\w./-]+\.py)\s*[,\s]\s*:?(?P<line>\d+)",
        _message("Put a colon between the file and the line, with no spaces: `{word} {file}:{line}`."),
    ),
    Rule(
        r"(?P<word>[a-z]+)(?P<number>\d[\d,]*)",
        _message("Put a space between the command and the number: `{word} {number}`."),
        guard=guards.is_glued,
    ),
    Rule(
        rf"(?P<word>{_BREAK})\s+(?P<function>[A-Za-z_][\w.]*)\(.*\)",
        _message("Use just the function's name, without parentheses: `{word} {function}`."),
        guard=guards.is_refused,
    ),
    Rule(
        r"(?P<word>[A-Za-z]+)\s*\(\s*(?P<number>\d*)\s*\)",
        _message("pdb commands take no parentheses: `{command}`."),
        guard=guards.is_called,
    ),
    Rule(EXIT_CALL, _message("`{line}` is Python, so it ran inside your program. To leave pdb, type `q`.")),
)

_PYTHON_AND_COMMANDS: Final = (
    Rule(
        r"(?P<word>[A-Za-z]\w*)\s*=(?!=)\s*(?P<value>.+)",
        _message(
            "`{word}` is pdb's command `{name}`, so this didn't assign anything. Start the line with an "
            "exclamation mark: `!{word} = {value}`."
        ),
        "M06",
        guard=guards.ran_as_command,
    ),
    Rule(
        r"(?P<word>[A-Za-z]+)\.\w.*",
        _message(
            "Up to Python 3.12, a line that starts with `{word}` is that command. To run it as Python: "
            "`!{line}`."
        ),
        "M06",
        guard=guards.ran_instead_of_attribute,
    ),
    Rule(
        rf"(?P<word>{_PRINTS}|print)\s+{guards.ASSIGNED}",
        _message("`{word}` only shows values. To assign one: `!{name} = {value}`."),
        guard=guards.is_refused,
    ),
    Rule(
        rf"(?P<word>{_TELLS})",
        _message("`{word}` needs something to show: `{word} NAME`, or any expression."),
        guard=guards.is_refused,
    ),
    Rule(
        rf"(?:{_PRINTS})\s+print\((?P<what>.*)\)",
        _message(
            "You used `p` and `print` together; `print` returns the `None` that `p` shows. `p {what}` is "
            "enough."
        ),
    ),
    Rule(
        rf"(?:{_spellings('until')})\s+(?P<condition>.*\D.*)",
        _message("`until` takes a line number. To stop on a condition, use `b LINE, {condition}`, then `c`."),
        guard=guards.is_refused,
    ),
    Rule(
        rf"(?:{_RANGE})\s+(?P<first>\d+)\s*[-:\s]\s*(?P<last>\d+)",
        _message("Put a comma between the first and the last line: `l {first},{last}`."),
    ),
    Rule(
        ".*;.*", _message("Separate pdb commands with two semicolons: `{line}`."), guard=guards.are_commands
    ),
    Rule(rf"(?P<word>{_spellings('step')})\s+\d+", _NO_ARGUMENT, "M12", then=_FURTHER, even_if_right=True),
    Rule(rf"(?P<word>{_spellings('step')})\s+[^\s=].*", _NO_ARGUMENT, "M12", even_if_right=True),
    Rule(rf"(?P<word>{_COUNTED})\s+\d+", _NO_ARGUMENT, then=_FURTHER, even_if_right=True),
    Rule(rf"(?P<word>{_BARE})\s+[^\s=].*", _NO_ARGUMENT, even_if_right=True),
    Rule(
        rf"(?:{_CLEAR})\s+(?:line\s+)?(?P<line>\d+)",
        _message(
            "`clear` takes a breakpoint's number, not a line. The breakpoint on line {line} has number "
            "{number}: `clear {number}`. (`b` lists the numbers.)"
        ),
        "M10",
        guard=guards.clears_a_line,
    ),
    Rule(
        "run",
        _message("`run` restarts the program from its first line. To go on from here, use `c` (*continue*)."),
        guard=guards.still_debugs,
    ),
)

_TYPING: Final = (
    Rule(
        r"(?:\(Pdb\)|>>>|->)\s*(?P<line>.+)",
        _message("The prompt is already there. Type only what follows it: `{line}`."),
    ),
    Rule(
        r"`(?P<line>[^`]+)`", _message("The backquotes only mark it as code. Type it without them: `{line}`.")
    ),
    Rule(
        r"!\s+(?P<code>.+)",
        _message("No space after the exclamation mark: `!{code}`."),
        guard=guards.is_refused,
    ),
    Rule(
        r"(?P<word>[^ ]+) ?(?P<rest>.*)",
        _message("pdb commands are lowercase: `{command}`."),
        guard=guards.is_capital,
    ),
    Rule(
        r"(?P<word>[A-Za-z]+)(?:\s+[\w(\"'].*)?",
        _message("pdb has no command `{word}`. Did you mean `{near}`?"),
        guard=guards.is_misspelt,
    ),
)

_NAMES: Final = (
    Rule(
        r"(?P<word>\S+)",
        _message(
            "There is a variable `{word}` here, but a bare `{word}` is pdb's command `{name}`. To see the "
            "variable, type `p {word}` or `!{word}`."
        ),
        "M06",
        guard=guards.is_variable,
        is_guess=True,
    ),
    Rule(
        r"!?\s*(?P<name>[A-Za-z_]\w*)\s*==\s*(?P<value>.+)",
        _message("`==` compares. To assign, use a single `=`: `!{name} = {value}`."),
        guard=guards.step_assigns,
    ),
    Rule(".+", _WITHOUT_QUOTES, guard=guards.is_string_of_the_step),
    Rule(".+", _message("There's no `{name}`. Did you mean `{near}`?"), guard=guards.is_near_a_name),
    Rule(".+", _WITHOUT_QUOTES, guard=guards.is_where_a_string_may_be),
)

_AT_PDB: Final = (*_FROM_ELSEWHERE, *_CONDITIONS, *_ARGUMENTS, *_PYTHON_AND_COMMANDS, *_TYPING, *_NAMES)

_IN_A_SHELL: Final = (
    Rule(
        r"(?P<word>!|[a-z]+).*",
        _message(
            "This is a Python shell, and `{word}` is a pdb command. Press Ctrl-D (or type `:eof`) to leave "
            "the shell."
        ),
        guard=guards.is_pdbs_in_a_shell,
    ),
)
