"""Reads a debugger's state out of a Pdb instance. Never runs the program's code."""

from __future__ import annotations

import sys
from types import FrameType

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    AnyPdb = Any  # pdb.Pdb of the target's version
    State = dict[str, Any]
    Dispatcher = FrameType  # of pdb's user_line and the like

_MOST_NAMES = 100
_MOST_ITEMS = 30
_MOST_CHARACTERS = 200
_MOST_PARTS = 200
_DEPTH = 4
_MOST_OF_VALUES = 400_000
"""Bytes of a message for the values of names. With everything else it stays below ``wire.LONGEST``."""

_EVENTS = {
    "user_call": "call",
    "user_line": "line",
    "user_opcode": "line",
    "user_return": "return",
    "user_exception": "exception",
}


def read(debugger: AnyPdb, frame: FrameType) -> State:
    """Return the state of ``debugger``, which prompts from ``frame`` (that of its ``cmdloop``)."""
    event, dispatcher = _event(frame)
    stop_index = _stop_index(debugger, event)
    left = [_MOST_OF_VALUES]
    return {
        wire.EVENT: event,
        wire.STOP: _location(debugger, stop_index),
        wire.FOCUS: _location(debugger, debugger.curindex),
        wire.DEPTH: _depth(debugger, stop_index),
        wire.FOCUS_DEPTH: _depth(debugger, debugger.curindex),
        wire.RETURNING: _returning(event, dispatcher),
        wire.RAISED: _raised(debugger, event, dispatcher),
        wire.BREAKPOINTS: [_breakpoint(b) for b in _breakpoints(debugger) if b],
        wire.DISPLAYS: list(debugger.displaying.get(debugger.curframe) or ()),
        wire.ALIASES: {str(k): str(v) for k, v in debugger.aliases.items()},
        wire.LOCALS: _names(_locals(debugger), left),
        wire.GLOBALS: _globals(debugger, left),
    }


def _event(frame: FrameType | None) -> tuple[str, Dispatcher | None]:
    """Return the event that pdb stopped for, and the frame of pdb that received it."""
    while frame is not None:
        name = frame.f_code.co_name
        if name in _EVENTS:
            return _EVENTS[name], frame
        if name == "interaction":
            caller = frame.f_back
            # A subclass may wrap pdb's interaction in its own.
            if caller is None or caller.f_code.co_name not in (*_EVENTS, "interaction"):
                return "post-mortem", frame
        frame = frame.f_back
    return "line", None


def _stop_index(debugger: AnyPdb, event: str) -> int:
    """Return the index in ``debugger.stack`` of the frame that stopped.

    For an exception from a callee, the callee's frames come after it in the stack. They have ended, so the
    stopped frame is the newest one that is still on the interpreter's stack.
    """
    newest: int = len(debugger.stack) - 1
    if event != "exception":
        return newest
    running = set()
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        running.add(frame)
        frame = frame.f_back
    while newest > 0 and debugger.stack[newest][0] not in running:
        newest -= 1
    return newest


def _location(debugger: AnyPdb, index: int) -> list[Any]:
    frame, line = debugger.stack[index]
    code = frame.f_code
    return [debugger.canonic(code.co_filename), line or 0, code.co_name]


def _depth(debugger: AnyPdb, index: int) -> int:
    """Return how many of the frames down to ``index`` are the program's, without those that start it."""
    names = [frame.f_code.co_filename for frame, _ in debugger.stack[: index + 1]]
    first = 0
    while first < len(names) and _starts_programs(names[first]):
        first += 1
    return len(names) - first


def _starts_programs(filename: str) -> bool:
    return (
        filename == "<string>"
        or filename.startswith("<frozen ")
        or filename.endswith(("/bdb.py", "/pdb.py", "/runpy.py"))
    )


def _returning(event: str, dispatcher: Dispatcher | None) -> str | None:
    if event != "return" or dispatcher is None:
        return None
    return short(dispatcher.f_locals.get("return_value"))


def _raised(debugger: AnyPdb, event: str, dispatcher: Dispatcher | None) -> list[str] | None:
    if dispatcher is None or event not in ("exception", "post-mortem"):
        return None
    raising = event == "exception"
    value = dispatcher.f_locals["exc_info"][1] if raising else _looked_at(debugger, dispatcher)
    if value is None:
        return None
    return [type(value).__name__, _exception_text(value)]


def _looked_at(debugger: AnyPdb, interaction: FrameType) -> BaseException | None:
    """Return the exception of a post-mortem session."""
    chain: tuple[BaseException, ...] = getattr(debugger, "_chained_exceptions", ())
    if chain:  # 3.13+, where the command `exceptions` selects one
        chosen: int = debugger._chained_exception_index
        return chain[chosen]
    given = interaction.f_locals.get("tb_or_exc", interaction.f_locals.get("traceback"))
    newest: BaseException | None = sys.exc_info()[1]
    if newest is None:
        newest = getattr(sys, "last_value", None)
    # Only a traceback may be given. Then the exception is the newest one, or one in its chain.
    value, seen = newest, set()
    while value is not None and id(value) not in seen:
        if _own(value, "__traceback__") is given:
            return value
        seen.add(id(value))
        cause = _own(value, "__cause__")
        value = _own(value, "__context__") if cause is None else cause
    return newest


def _own(value: BaseException, attribute: str) -> Any:
    """Return an exception's attribute, whatever its class does with the name."""
    return BaseException.__dict__[attribute].__get__(value)


def _exception_text(value: BaseException) -> str:
    """Return an exception's arguments, as far as they are plain."""
    arguments = _own(value, "args")
    if len(arguments) == 1 and type(arguments[0]) is str:
        return arguments[0][:_MOST_CHARACTERS]
    return ", ".join([short(argument) for argument in arguments])


def _breakpoints(debugger: AnyPdb) -> Iterable[Any]:
    # bdb keeps one table for the whole interpreter. It is found through the class, because this module is
    # loaded long before the program's bdb.
    for base in type(debugger).__mro__:
        if base.__module__ == "bdb":
            table: Iterable[Any] = sys.modules["bdb"].Breakpoint.bpbynumber
            return table
    return ()


def _breakpoint(b: Any) -> dict[str, Any]:
    return {
        "number": b.number,
        "file": b.file,
        "line": b.line,
        "temporary": bool(b.temporary),
        "enabled": bool(b.enabled),
        "condition": None if b.cond is None else str(b.cond),
        "ignore": b.ignore,
        "hits": b.hits,
    }


def _locals(debugger: AnyPdb) -> Mapping[str, Any]:
    # Before 3.13, reading a frame's f_locals discards what was just assigned, so pdb keeps a copy. From 3.13
    # on, f_locals is a live view.
    if sys.version_info >= (3, 13):
        live: Mapping[str, Any] = debugger.curframe.f_locals
        return live
    kept: Mapping[str, Any] = debugger.curframe_locals
    return kept


def _globals(debugger: AnyPdb, left: list[int]) -> dict[str, str]:
    namespace = debugger.curframe.f_globals
    return {} if _locals(debugger) is namespace else _names(namespace, left)


def _names(namespace: Mapping[str, Any], left: list[int]) -> dict[str, str]:
    """Return names with short reprs, in ``left[0]`` bytes at most."""
    found: dict[str, str] = {}
    for name in list(namespace):
        if type(name) is str and not name.startswith("__"):
            if len(found) == _MOST_NAMES:
                break
            try:
                text = short(namespace[name])
            except Exception:  # a mapping that the program made may do anything
                continue
            # JSON doubles a backslash, and needs up to 12 bytes for a character outside ASCII.
            cost = len(text) * (2 if text.isascii() else 12)
            if cost > left[0]:
                text, cost = "...", 0
            found[name] = text
            left[0] -= cost
    return found


def short(value: Any) -> str:
    """Return a repr of bounded size without running the program's code: other types by name only."""
    return _short(value, _DEPTH, [_MOST_PARTS])


def _short(value: Any, depth: int, left: list[int]) -> str:
    """Return a short repr. ``left[0]`` parts may still be written, in this value and in the others."""
    kind = type(value)
    if kind in _PLAIN:
        return repr(value)
    if kind is int:
        bits = value.bit_length()
        return repr(value) if bits < 600 else "<int of %d bits>" % bits
    if kind in (str, bytes, bytearray):
        return repr(value) if len(value) <= _MOST_CHARACTERS else repr(value[:_MOST_CHARACTERS]) + "..."
    if kind in _BRACKETS:
        return _short_container(value, kind, depth, left)
    if kind is type(short):
        return "<function %s>" % value.__qualname__
    if kind is type(sys):
        return "<module %r>" % value.__dict__.get("__name__", "?")
    if kind is type:
        return "<class %r>" % type.__dict__["__name__"].__get__(value)
    return "<%s object>" % type.__dict__["__name__"].__get__(kind)


_PLAIN = (type(None), bool, float, complex, range, type(Ellipsis), type(NotImplemented))
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    dict: ("{", "}"),
}


def _short_container(value: Any, kind: type, depth: int, left: list[int]) -> str:
    opening, closing = _BRACKETS[kind]
    if not value:
        return repr(value)
    if depth == 0:
        return opening + "..." + closing
    items: list[str] = []
    # Not value[key], because a key may have an __eq__ that the program defined.
    for item in value.items() if kind is dict else value:
        if len(items) == _MOST_ITEMS or left[0] <= 0:
            items.append("...")
            break
        parts = item if kind is dict else (item,)
        left[0] -= len(parts)
        items.append(": ".join([_short(part, depth - 1, left) for part in parts]))
    if kind is tuple and len(items) == 1:
        closing = ",)"
    return opening + ", ".join(items) + closing
