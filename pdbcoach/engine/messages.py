"""Reads the shim's messages into the engine's values. Any program can send them, so all is checked.

Every function raises one of ``NONSENSE`` for a bad message, and nothing else.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar, get_args

from pdbcoach.engine.channel import Connection
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.process import Announcement
from pdbcoach.engine.turns import Turns
from pdbcoach.observation import Breakpoint, DebuggerState, Location, Prompt, RaisedException
from pdbcoach.pdb.words import EventName, PromptKind
from pdbcoach.shim import wire

T = TypeVar("T")

NONSENSE: Final = (KeyError, TypeError, ValueError, AttributeError)

_ANNOUNCED: Final = tuple(kind for kind in get_args(PromptKind) if kind != "terminal")
"""Kinds of prompts that the shim announces. The others are found by who reads."""

_LONGEST_PROMPT: Final = 1 << 16


def parse_prompt(message: dict[str, Any], pid: int, token: str, folder: Folder) -> Announcement:
    """Return the announcement of a prompt by the process whose own pid is ``pid``."""
    sequence = number(message[wire.SEQUENCE])
    kind: PromptKind = one_of(_ANNOUNCED, message[wire.KIND])
    text = _text(message[wire.TEXT])
    if len(text) > _LONGEST_PROMPT:
        raise ValueError("a prompt of so many characters")
    return Announcement(
        (sequence, 0),
        Prompt(kind, folder.strip(text.rpartition("\n")[2])),
        text,
        parse_state(message[wire.STATE], folder),
        wire.mark(token, pid, sequence) if message[wire.MARKED] else None,
        shown=bool(message[wire.SHOWN]),
        continuation=wire.mark(token, pid, sequence, continued=True) if kind == "python" else None,
    )


def take_in_turn(turns: Turns, message: dict[str, Any], connection: Connection, folder: Folder) -> None:
    """Take in what a shim says about a thread that stops."""
    thread = number(message[wire.THREAD])
    match message[wire.WHAT]:
        case wire.TURN:
            turns.came(thread, _text(message[wire.NAME]), _location(message[wire.STOP], folder), connection)
        case wire.HOLDS:
            turns.holds(thread, _text(message[wire.NAME]))
        case wire.OVER:
            turns.left(thread)
        case wire.GONE:
            turns.left(thread, ended=True)


def parse_state(message: dict[str, Any] | None, folder: Folder) -> DebuggerState | None:
    """Return a debugger's state, or None if it isn't at a stop."""
    if message is None:
        return None
    raised, returning = message[wire.RAISED], message[wire.RETURNING]
    event: EventName = one_of(get_args(EventName), message[wire.EVENT])
    return DebuggerState(
        event=event,
        stop=_location(message[wire.STOP], folder),
        depth=number(message[wire.DEPTH]),
        focus=_location(message[wire.FOCUS], folder),
        focus_depth=number(message[wire.FOCUS_DEPTH]),
        returning=None if returning is None else folder.strip(_text(returning)),
        raised=None if raised is None else _raised(raised, folder),
        breakpoints=tuple(_breakpoint(row, folder) for row in message[wire.BREAKPOINTS]),
        displays=tuple(_text(expression) for expression in message[wire.DISPLAYS]),
        aliases={name: _text(line) for name, line in message[wire.ALIASES].items()},
        local_values=_values(message[wire.LOCALS], folder),
        global_values=_values(message[wire.GLOBALS], folder),
    )


def _location(parts: list[Any], folder: Folder) -> Location:
    file, line, function = parts
    return Location(folder.relative(_text(file)), number(line), _text(function))


def _raised(parts: list[Any], folder: Folder) -> RaisedException:
    kind, text = parts
    return RaisedException(_text(kind), folder.strip(_text(text)))


def _breakpoint(row: dict[str, Any], folder: Folder) -> Breakpoint:
    condition = row["condition"]
    return Breakpoint(
        number=number(row["number"]),
        file=folder.relative(_text(row["file"])),
        line=number(row["line"]),
        temporary=bool(row["temporary"]),
        enabled=bool(row["enabled"]),
        condition=None if condition is None else _text(condition),
        ignore=number(row["ignore"]),
        hits=number(row["hits"]),
    )


def _values(names: dict[str, Any], folder: Folder) -> dict[str, str]:
    return {name: folder.strip(_text(text)) for name, text in names.items()}


def one_of(known: tuple[T, ...], value: object) -> T:
    """Return ``value``, which must be in ``known``."""
    return known[known.index(value)]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def number(value: object) -> int:
    """Return a whole number in the range of a C int."""
    if type(value) is not int or not -(2**31) <= value < 2**31:
        raise ValueError(value)
    return value
