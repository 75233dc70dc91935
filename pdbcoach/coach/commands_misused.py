"""Commands of pdb with something after them that pdb does not take so, and variables named like commands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.questions import is_refusal
from pdbcoach.language import _
from pdbcoach.pdb.commands import long_name

_BARE: Final = ("step", "next", "return", "continue", "args", "longlist")
"""Commands that take nothing after them."""


def _condition(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(b|break|tbreak)\s+([^\s,]+),?\s+(?:if|when)\s+(.+)", line)
    if found is None:
        return None
    text = _("`if` is how gdb spells it. pdb uses a comma: `{word} {where}, {condition}`.")
    return Mistaken(text.format(word=found[1], where=found[2], condition=found[3]), "M11")


def _condition_without_comma(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(b|break|tbreak)\s+(\d+)\s+([^\s,\d].*)", line)
    if found is None:
        return None
    text = _("Put a comma between the line and the condition: `{word} {where}, {condition}`.")
    return Mistaken(text.format(word=found[1], where=found[2], condition=found[3]), "M11")


def _condition_with_comma(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"condition\s+(\d+)(?:\s*,|\s+if\s)\s*(.+)", line)
    if found is None:
        return None
    text = _(
        "After `condition`, type the number and the expression, with nothing else between them: `{line}`."
    )
    return Mistaken(text.format(line=f"condition {found[1]} {found[2]}"))


def _condition_assigns(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"((?:b|break|tbreak)\s+\S+,|condition\s+\d+)\s*(\w+)\s*=(?!=)\s*(.+)", line)
    if found is None:
        return None
    text = _("A single `=` assigns. To compare, use two: `{start} {name} == {value}`.")
    return Mistaken(text.format(start=found[1], name=found[2], value=found[3]))


def _condition_quoted(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"((?:b|break|tbreak)\s+\S+,|condition\s+\d+)\s*(['\"])(.+)\2", line)
    if found is None:
        return None
    text = _("A non-empty string is always true. Leave out the quotes: `{start} {condition}`.")
    return Mistaken(text.format(start=found[1], condition=found[3]))


def _condition_alone(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:b|break|tbreak)\s+([A-Za-z_]\w*\s*(?:==|!=|<=?|>=?)\s*[^,]+)", line)
    if found is None:
        return None
    text = _("A condition needs a line to go with it: `b LINE, {condition}`.")
    return Mistaken(text.format(condition=found[1]))


def _place(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(b|break|tbreak|j|jump|until|unt|l|list)(?:\s+(?:at|on|to|line)|:)\s*(\d+)", line)
    if found is not None:
        return Mistaken(_("Just the number: `{word} {line}`.").format(word=found[1], line=found[2]))
    found = re.fullmatch(r"(b|break|tbreak|clear|cl)\s+([\w./-]+\.py)\s*[,\s]\s*:?(\d+)", line)
    if found is None:
        return None
    text = _("Put a colon between the file and the line, with no spaces: `{word} {file}:{line}`.")
    return Mistaken(text.format(word=found[1], file=found[2], line=found[3]))


def _glued(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"([a-z]+)(\d[\d,]*)", line)
    if found is None or long_name(found[1]) is None or not is_refusal(attempt.output):
        return None
    text = _("Put a space between the command and the number: `{word} {number}`.")
    return Mistaken(text.format(word=found[1], number=found[2]))


def _call_brackets(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(b|break|tbreak)\s+([A-Za-z_][\w.]*)\(.*\)", line)
    if found is None or not is_refusal(attempt.output):
        return None
    text = _("Use just the function's name, without parentheses: `{word} {function}`.")
    return Mistaken(text.format(word=found[1], function=found[2]))


def _brackets(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"([A-Za-z]+)\s*\(\s*(\d*)\s*\)", line)
    if found is None or found[1] in ("exit", "quit") or _is_variable(found[1], attempt):
        return None
    if (name := long_name(found[1])) is None or name in ("list", "display", "help", "p", "pp"):
        return None
    ours = " ".join(filter(None, (found[1], found[2])))
    return Mistaken(_("pdb commands take no parentheses: `{command}`.").format(command=ours))


def _leaving_python(line: str, attempt: Attempt) -> Mistaken | None:
    if not re.fullmatch(r"!?\s*(?:sys\.)?(?:exit|quit)\(\d*\)", line):
        return None
    text = _("`{line}` is Python, so it ran inside your program. To leave pdb, type `q`.")
    return Mistaken(text.format(line=line))


def _assignment(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"([A-Za-z]\w*)\s*=(?!=)\s*(.+)", line)
    if found is None or long_name(found[1]) is None or not _was_a_command(attempt):
        return None
    text = _(
        "`{word}` is pdb's command `{name}`, so this didn't assign anything. Start the line with an "
        "exclamation mark: `!{word} = {value}`."
    )
    return Mistaken(text.format(word=found[1], name=long_name(found[1]), value=found[2]), "M06")


def _was_a_command(attempt: Attempt) -> bool:
    """From Python 3.13 on ``s=3``, without blanks, is an assignment."""
    before, now = (state_of(attempt.process, views) for views in (attempt.before, attempt.after))
    if before is None or now is None or is_refusal(attempt.output):
        return True
    return bool(attempt.output) or before.stop != now.stop


def _attribute(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.match(r"([A-Za-z]+)\.\w", line)
    if found is None or long_name(found[1]) is None:
        return None
    if "*** SyntaxError" not in attempt.output and attempt.effect != "move":
        return None
    text = _(
        "Up to Python 3.12, a line that starts with `{word}` is that command. To run it as Python: `!{line}`."
    )
    return Mistaken(text.format(word=found[1], line=line), "M06")


def _printed_assignment(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(p|pp|print)\s+([A-Za-z_]\w*)\s*=(?!=)\s*(.+)", line)
    if found is None or not is_refusal(attempt.output):
        return None
    text = _("`{word}` only shows values. To assign one: `!{name} = {value}`.")
    return Mistaken(text.format(word=found[1], name=found[2], value=found[3]))


def comparison(line: str, attempt: Attempt, wanted: str) -> Mistaken | None:
    """Of a comparison where ``wanted``, what the step types, assigns to the same name."""
    typed = re.fullmatch(r"!?\s*([A-Za-z_]\w*)\s*==\s*(.+)", line)
    assigned = re.fullmatch(r"!?\s*([A-Za-z_]\w*)\s*=(?!=).+", wanted)
    if typed is None or assigned is None or typed[1] != assigned[1]:
        return None
    text = _("`==` compares. To assign, use a single `=`: `!{name} = {value}`.")
    return Mistaken(text.format(name=typed[1], value=typed[2]))


def variable(line: str, attempt: Attempt) -> Mistaken | None:
    """Of a line that is a command, and was perhaps meant for a variable of the same name."""
    name = long_name(line)
    if name is None or not _is_variable(line, attempt):
        return None
    text = _(
        "There is a variable `{word}` here, but a bare `{word}` is pdb's command `{name}`. To see the "
        "variable, type `p {word}` or `!{word}`."
    )
    return Mistaken(text.format(word=line, name=name), "M06", is_guess=True)


def _is_variable(word: str, attempt: Attempt) -> bool:
    state = state_of(attempt.process, attempt.before)
    return state is not None and word in state.local_values


def _nothing_to_print(line: str, attempt: Attempt) -> Mistaken | None:
    if line not in ("p", "pp", "whatis") or not is_refusal(attempt.output):
        return None
    return Mistaken(
        _("`{word}` needs something to show: `{word} NAME`, or any expression.").format(word=line)
    )


def _print_in_print(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(p|pp)\s+print\((.*)\)", line)
    if found is None:
        return None
    text = _(
        "You used `p` and `print` together; `print` returns the `None` that `p` shows. `p {what}` is enough."
    )
    return Mistaken(text.format(what=found[2]))


def _until(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:until|unt)\s+(.*\D.*)", line)
    if found is None or not is_refusal(attempt.output):
        return None
    text = _("`until` takes a line number. To stop on a condition, use `b LINE, {condition}`, then `c`.")
    return Mistaken(text.format(condition=found[1]))


def _range(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:l|list)\s+(\d+)\s*[-:\s]\s*(\d+)", line)
    if found is None:
        return None
    text = _("Put a comma between the first and the last line: `l {first},{last}`.")
    return Mistaken(text.format(first=found[1], last=found[2]))


def _separator(line: str, attempt: Attempt) -> Mistaken | None:
    parts = [part.strip() for part in re.split(r"(?<!;);(?!;)", line)]
    if len(parts) < 2 or not all(_is_command(part) for part in parts):
        return None
    return Mistaken(_("Separate pdb commands with two semicolons: `{line}`.").format(line=";; ".join(parts)))


def _is_command(part: str) -> bool:
    words = part.split(maxsplit=1)
    return (
        bool(words) and long_name(words[0]) is not None and not re.match(r"\s*=[^=]", part[len(words[0]) :])
    )


def _argument(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"([A-Za-z]+)\s+([^\s=].*)", line)
    name = long_name(found[1]) if found is not None else None
    if found is None or name not in _BARE:
        return None
    text = _(
        "`{word}` takes no argument. Up to Python 3.12 pdb ignores it; from 3.13 on, pdb refuses the line."
    ).format(word=found[1])
    if found[2].isdecimal() and name in ("step", "next", "continue"):
        text += " " + _("To move further in one go, use `until LINE`, or a breakpoint and `c`.")
    return Mistaken(text, "M12" if name == "step" else "", even_if_right=True)


def _clear_by_line(line: str, attempt: Attempt) -> Mistaken | None:
    found = re.fullmatch(r"(?:cl|clear)\s+(?:line\s+)?(\d+)", line)
    state = state_of(attempt.process, attempt.before)
    if found is None or state is None:
        return None
    number = int(found[1])
    at_line = [one for one in state.breakpoints if one.line == number]
    if not at_line or any(one.number == number for one in state.breakpoints):
        return None
    text = _(
        "`clear` takes a breakpoint's number, not a line. The breakpoint on line {line} has number {number}:"
        " `clear {number}`. (`b` lists the numbers.)"
    )
    return Mistaken(text.format(line=number, number=at_line[0].number), "M10")


def _run(line: str, attempt: Attempt) -> Mistaken | None:
    if line != "run" or state_of(attempt.process, attempt.after) is None:
        return None
    return Mistaken(
        _("`run` restarts the program from its first line. To go on from here, use `c` (*continue*).")
    )


RULES: Final[tuple[Callable[[str, Attempt], Mistaken | None], ...]] = (
    _condition,
    _condition_without_comma,
    _condition_with_comma,
    _condition_assigns,
    _condition_quoted,
    _condition_alone,
    _place,
    _glued,
    _call_brackets,
    _brackets,
    _leaving_python,
    _assignment,
    _attribute,
    _printed_assignment,
    _nothing_to_print,
    _print_in_print,
    _until,
    _range,
    _separator,
    _argument,
    _clear_by_line,
    _run,
)
