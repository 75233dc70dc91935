"""What this process knows of itself, and how it speaks to the engine."""

from __future__ import annotations

import os
import sys
from types import FrameType

from . import state, terminal, wire
from .channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


_LONGEST_PROMPT = 4000
"""Characters. What a longer one begins with counts as output."""


class Whereabouts:
    """This process. A forked child goes on with a copy of its parent's, and corrects it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.channel = Channel(environment[wire.SOCKET])
        self.token = environment[wire.TOKEN]
        self.shared = environment.get(wire.TERMINALS) == "shared"
        self.start_method = environment.get(wire.START_METHOD)
        self.debug = bool(environment.get(wire.DEBUG))
        self.pid = os.getpid()
        self.silent = False
        """About to become another program, or not ours to speak for."""
        self.server = False
        """multiprocessing's forkserver."""
        self.children = 0
        """Started so far, by whatever means."""
        self.sequence = 0
        """Prompts announced so far."""
        self.device = terminal.terminal_of(0)
        """The terminal that is ours."""
        self.stdin = terminal.BorrowedInput()

    def introduce(self, kind: str, own_terminal: bool, more: Mapping[str, int] | None = None) -> None:
        """Say hello, wait for a name, and take a terminal of our own if we are to have one."""
        self.channel.connect()
        if not own_terminal:
            self._hello(kind, more)
            return
        master, slave = os.openpty()
        try:
            self._hello(kind, more, master)
            if not self.silent:
                terminal.replace(slave, self.device if kind == wire.KIND_FORK else None)
                self.device = terminal.terminal_of(slave)
        finally:
            os.close(slave)

    def _hello(self, kind: str, more: Mapping[str, int] | None, master: int | None = None) -> None:
        message: dict[str, Any] = {wire.WHAT: wire.HELLO, wire.KIND: kind, **(more or {})}
        self.channel.send(message, master)
        if master is not None:
            os.close(master)
        self.silent = self.channel.receive_line() in ("", wire.NO_NAME)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message, over a new connection if the program closed ours with all others."""
        if self.silent:
            return
        if not self.channel.intact():
            self.introduce(wire.KIND_PYTHON, own_terminal=False)
        self.channel.send(message)

    def announce(
        self, kind: str, text: str, where: state.State | None, stream: Any = None, client: bool = False
    ) -> None:
        """Mark the terminal, then tell the engine: once it hears of a prompt, the mark is there.

        ``stream`` is what the prompt is going to be written to; default: ``sys.stdout``.
        """
        if self.silent:
            return
        self.sequence += 1
        terminal.flush()
        message: dict[str, Any] = {
            wire.WHAT: wire.PROMPT,
            wire.SEQUENCE: self.sequence,
            wire.KIND: kind,
            wire.TEXT: text[-_LONGEST_PROMPT:],
            wire.MARKED: terminal.write_mark(self.mark(), self.device),
            wire.SHOWN: terminal.shows(stream or sys.stdout, self.device),
            wire.CLIENT: client,
            wire.STATE: where,
        }
        try:
            self.send(message)
        except ValueError:  # a program may have names and breakpoints without end
            self.send({**message, wire.STATE: None})

    def mark(self, continued: bool = False) -> bytes:
        """The mark of the prompt that was announced last."""
        return wire.mark(self.token, self.pid, self.sequence, continued)

    def state_of(self, debugger: state.Debugger | None, loop: FrameType | None) -> state.State | None:
        """Where ``debugger`` is, which prompts from ``loop``; ``None`` if it is nowhere."""
        if debugger is None or loop is None or not debugger.stack:
            return None
        try:
            return state.read(debugger, loop)
        except Exception:
            self.complain()
            return None

    def complain(self) -> None:
        """Nothing of ours may ever leave the shim, unless somebody works on it."""
        if self.debug:
            import traceback

            traceback.print_exc()
