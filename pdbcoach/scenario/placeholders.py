"""Placeholders such as ``{breakpoint:@add}``, filled when a text is shown or a line is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import is_file
from pdbcoach.form.shapes import did_you_mean
from pdbcoach.form.source import Problems
from pdbcoach.observation import Breakpoint, DebuggerState
from pdbcoach.scenario.model import Send, Step

_PLACEHOLDER: Final = re.compile(r"\{(?P<word>[a-z]+(?:\.[a-z]+)?)(?::(?P<argument>[^{}\n]+))?\}")
_ESCAPED: Final = re.compile(r"\{\{|\}\}")
_TOKEN: Final = re.compile(f"{_ESCAPED.pattern}|{_PLACEHOLDER.pattern}")
_PLACE: Final = re.compile(r"(?:(?P<file>[^:\s]+):)?(?P<line>[1-9][0-9]*)")
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_LONGEST_VALUE: Final = 60

_Reader = Callable[[DebuggerState], str | None]
_PLAIN: Final[Mapping[str, _Reader]] = {
    "breakpoints": lambda state: str(len(state.breakpoints)),
    "line": lambda state: str(state.stop.line),
    "function": lambda state: state.stop.function,
    "file": lambda state: state.stop.file,
    "focus.line": lambda state: str(state.focus.line),
    "focus.function": lambda state: state.focus.function,
    "returned": lambda state: state.returning,
    "raised": lambda state: state.raised.type if state.raised is not None else None,
}
_WITH_ARGUMENT: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "breakpoint": (_PLACE, "{breakpoint:@mark}"),
    "hits": (_PLACE, "{hits:@mark}"),
    "value": (_NAME, "{value:total}"),
}


def names_in(text: str) -> tuple[str, ...]:
    """Return the placeholders of a text, sorted."""
    return tuple(sorted(match[0] for match in _found(text)))


def check(text: str, span: Span, problems: Problems) -> None:
    """Report each lower-case word in braces that is no placeholder."""
    for match in _found(text):
        word, argument = match["word"], match["argument"]
        if word in _WITH_ARGUMENT:
            pattern, example = _WITH_ARGUMENT[word]
            if not pattern.fullmatch(argument or ""):
                problems.add(span, f"`{match[0]}` is not complete; write `{example}`")
        elif word not in _PLAIN or argument is not None:
            guess = did_you_mean(word, (*_PLAIN, *_WITH_ARGUMENT))
            problems.add(span, f"`{match[0]}` is no placeholder{guess}; for a brace, write `{{{{`")


def check_line(line: str, span: Span, problems: Problems) -> None:
    """Report a placeholder that a line to type can't have. Other braces are Python."""
    for match in _found(line):
        if match["word"] == "breakpoint" and not _PLACE.fullmatch(match["argument"] or ""):
            problems.add(span, f"`{match[0]}` is not complete; write `{{breakpoint:@mark}}`")


def fill(text: str, state: DebuggerState | None, script: str | None) -> str | None:
    """Return the text with its values; None if one of them doesn't exist in this state."""
    values = {match[0]: _value(match, state, script) for match in _found(text)}
    if None in values.values():
        return None
    return _TOKEN.sub(lambda match: values.get(match[0]) or match[0][:1], text)


def numbers_filled(step: Step, state: DebuggerState | None, script: str | None) -> Step | None:
    """Return the step with the numbers that its line has in this state; None if a breakpoint isn't there."""
    if not isinstance(step.action, Send) or not places(step):
        return step
    line = step.action.text
    for match in _numbers(line):
        if (number := _value(match, state, script)) is None:
            return None
        line = line.replace(match[0], number)
    return replace(step, action=Send(line))


def places(step: Step) -> tuple[str, ...]:
    """Return the places whose breakpoints the step's line names."""
    text = step.action.text if isinstance(step.action, Send) else ""
    return tuple(match["argument"] for match in _numbers(text))


def in_general(line: str) -> str:
    """Return a line for somebody who reads it without a debugger: ``clear N``."""
    for match in _numbers(line):
        line = line.replace(match[0], "N")
    return line


def breakpoint_at(place: str, state: DebuggerState, script: str | None) -> Breakpoint | None:
    """Return the newest breakpoint at ``15`` or ``stock.py:13``, or None."""
    match = _PLACE.fullmatch(place)
    if match is None:
        return None
    file, line = match["file"] or script, int(match["line"])
    there = [
        row for row in state.breakpoints if row.line == line and (file is None or is_file(file, row.file))
    ]
    return max(there, key=lambda row: row.number, default=None)


def _found(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _TOKEN.finditer(text) if match["word"])


def _numbers(line: str) -> Iterator[re.Match[str]]:
    """Yield the placeholders of a line. In a line, all other braces are Python."""
    return (one for one in _PLACEHOLDER.finditer(line) if one["word"] == "breakpoint" and one["argument"])


def _value(match: re.Match[str], state: DebuggerState | None, script: str | None) -> str | None:
    if state is None:
        return None
    word, argument = match["word"], match["argument"]
    if word in _PLAIN:
        return _PLAIN[word](state)
    if word == "value":
        value = state.value(argument)
        return value if value is not None and len(value) <= _LONGEST_VALUE else None
    row = breakpoint_at(argument, state, script)
    if row is None:
        return None
    return str(row.number if word == "breakpoint" else row.hits)
