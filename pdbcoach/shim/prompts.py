"""Announces every prompt of the interpreter just before it appears: pdb's and all others."""

from __future__ import annotations

import itertools
import sys
from types import FrameType

from . import wire
from .door import Door
from .whereabouts import Whereabouts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .state import AnyPdb

    Arguments = tuple[Any, ...]
    Handler = Callable[[Arguments], None]

_PYTHON_PROMPT = "pdbcoach.python_prompt"
_PYTHON_CONTINUATION = "pdbcoach.python_continuation"


class Prompts:
    def __init__(self, whereabouts: Whereabouts) -> None:
        self.whereabouts = whereabouts
        self.door = Door(whereabouts)
        self.debugger_class: type | None = None
        self.debugger_file = ""
        self.continuation = {None: "... "}
        """What the interpreter will print before a continuation line."""

    def handlers(self) -> dict[str, Handler]:
        return {
            "builtins.input": self.about_to_ask,
            "builtins.input/result": self.line_was_read,
            "cpython.run_interactivehook": self.becomes_interactive,
            _PYTHON_PROMPT: self.python_prompt,
            _PYTHON_CONTINUATION: self.python_continuation,
            **self.door.handlers(),
        }

    # --- input() ---------------------------------------------------------------------------------

    def about_to_ask(self, arguments: Arguments) -> None:
        if getattr(sys.stdin, "closed", False):
            return  # input() is about to raise
        text = "" if arguments[0] is None else str(arguments[0])
        frame = sys._getframe(2)  # the caller of input(); the frame between is the audit hook
        debugger, loop = self.debugger_below(frame)
        self.door.prompt_is_next(debugger)
        if frame.f_code.co_filename == self.debugger_file and frame.f_code.co_name.startswith("read_"):
            # `python -m pdb -p`: the debugger is in the other process and reports its own state.
            self.whereabouts.announce(_client_kind(text), text, None, client=True)
            return
        self.whereabouts.announce(
            self.kind(frame, text, debugger, loop), text, self.whereabouts.state_of(debugger, loop)
        )

    def kind(self, frame: FrameType, text: str, debugger: AnyPdb | None, loop: FrameType | None) -> str:
        code = frame.f_code
        if debugger is not None and frame is loop:
            return _debugger_kind(debugger, text)
        if code.co_filename == self.debugger_file:
            return "pdb" if text.startswith("...") else "confirm"
        if code.co_name == "raw_input" and code.co_filename.endswith("/code.py"):
            return "interact" if debugger is not None else "python"
        return "program"

    def debugger_below(self, frame: FrameType | None) -> tuple[AnyPdb | None, FrameType | None]:
        """Return the nearest Pdb that is interacting below ``frame``, and the frame of its loop."""
        while frame is not None and self.debugger_class is not None:
            if frame.f_code.co_name == "cmdloop":
                debugger = frame.f_locals.get("self")
                if isinstance(debugger, self.debugger_class):
                    return debugger, frame
            frame = frame.f_back
        return None, None

    def line_was_read(self, arguments: Arguments) -> None:
        self.whereabouts.send({wire.WHAT: wire.READ, wire.SEQUENCE: self.whereabouts.sequence})
        if arguments[0] == wire.YIELD:
            self.door.yield_to_another(self.debugger_below(sys._getframe(2))[0])

    # --- the interpreter's own prompts -----------------------------------------------------------

    def becomes_interactive(self, _: Arguments) -> None:
        """Make ``>>> `` and ``... `` announce themselves.

        Before each statement the interpreter converts ``sys.ps1`` and ``sys.ps2`` to strings, and converting
        the first is an event. The second may then be printed many times without another event, so its text
        contains a mark.
        """
        if not self.whereabouts.silent:
            sys.ps1 = _prompt_string(">>> ", _PYTHON_PROMPT, {None: ">>> "})
            sys.ps2 = _prompt_string("... ", _PYTHON_CONTINUATION, self.continuation)

    def python_prompt(self, _: Arguments) -> None:
        # The interpreter writes its own prompt without sys.stdout.
        self.whereabouts.announce("python", ">>> ", None, sys.__stdout__)

    def python_continuation(self, _: Arguments) -> None:
        mark = self.whereabouts.mark(continued=True).decode()
        if "readline" in sys.modules:
            mark = "\x01" + mark + "\x02"  # it takes no room in the line
        self.continuation[None] = mark + "... "

    # --- pdb -------------------------------------------------------------------------------------

    def adapt_pdb(self, module: Any) -> None:
        debugger = module.Pdb
        self.debugger_class = debugger
        self.debugger_file = debugger.interaction.__code__.co_filename
        self.door.adapt_pdb(module)
        debugger.setup = Announced(debugger.setup, self.interaction_begins)
        debugger.forget = Announced(debugger.forget, self.interaction_ends)
        debugger.prompt = PromptAttribute(self)
        for name in ("user_call", "user_return", "user_exception"):  # these print before they interact
            setattr(debugger, name, Announced(getattr(debugger, name), self.about_to_stop))

    def about_to_stop(self, _: object, __: FrameType) -> None:
        self.whereabouts.leave_parents_terminal()

    def interaction_begins(self, debugger: object, caller: FrameType) -> None:
        self.door.begin(debugger, caller)
        self.whereabouts.leave_parents_terminal()
        if not self.whereabouts.shared:
            self.whereabouts.stdin.lend(debugger)

    def interaction_ends(self, debugger: object, caller: FrameType) -> None:
        # setup() and reset() also call forget(), at the beginning.
        if caller.f_code.co_name not in ("setup", "reset"):
            self.whereabouts.stdin.give_back(debugger)
            self.door.end(debugger)

    def prompt_is_read(self, debugger: Any, text: str, caller: FrameType) -> None:
        """Announce the prompts that don't come from ``input()``.

        These belong to debuggers with a stdout of their own, and to the server side of ``pdb -p``.
        """
        if caller.f_code.co_name != "cmdloop":
            return
        state = self.whereabouts.state_of(debugger, caller)
        if caller.f_code.co_filename == self.debugger_file:
            self.whereabouts.send({wire.WHAT: wire.REMOTE, wire.STATE: state})
        elif not debugger.use_rawinput:
            debugger.stdout.flush()
            self.whereabouts.announce(_debugger_kind(debugger, text), text, state, debugger.stdout)


class Announced:
    """A method that is always fetched just before it is called: fetching it is the event."""

    def __init__(self, function: Any, event: Callable[[object, FrameType], None]) -> None:
        self.function, self.event = function, event

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        if instance is None:
            return self.function
        self.event(instance, sys._getframe(1))
        return self.function.__get__(instance, owner)


class PromptAttribute:
    """``Pdb.prompt``, which ``cmdloop`` reads just before it asks."""

    def __init__(self, prompts: Prompts) -> None:
        self.prompts = prompts

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return "(Pdb) "
        text = instance.__dict__.get("prompt", "(Pdb) ")
        try:
            self.prompts.prompt_is_read(instance, text, sys._getframe(1))
        except Exception:
            self.prompts.whereabouts.complain()
        return text

    def __set__(self, instance: Any, value: str) -> None:
        instance.__dict__["prompt"] = value


def _debugger_kind(debugger: Any, text: str) -> str:
    if debugger.commands_defining:
        return "commands"
    return "nested" if text.startswith("((") else "pdb"


def _client_kind(text: str) -> str:
    for beginning, kind in (("(Pdb)", "pdb"), ("...", "pdb"), ("((", "nested"), ("(com)", "commands")):
        if text.startswith(beginning):
            return kind
    return "interact" if text.startswith(">>>") else "confirm"


def _prompt_string(text: str, event: str, result: dict[None, str]) -> str:
    """Return a str whose ``__str__`` raises an audit event and then returns ``result[None]``.

    It consists of C functions only, so a debugger that is still stepping doesn't see it. ``sys.audit``
    returns None, hence the key.
    """
    told = map(sys.audit, itertools.repeat(event))
    kind = type("str", (str,), {"__str__": map(result.__getitem__, told).__next__})
    made: str = kind(text)
    return made
