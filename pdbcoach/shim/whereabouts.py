"""What this process knows about itself, and how it reports to the engine."""

from __future__ import annotations

import os
import sys
from types import FrameType

from . import state, terminal, wire
from .channel import Channel, put_aside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


_LONGEST_PROMPT = 4000
"""Characters. The beginning of a longer prompt counts as output."""


class Whereabouts:
    """This process. A forked child continues with a copy of its parent's, and corrects it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.channel = Channel(environment[wire.SOCKET])
        self.token = environment[wire.TOKEN]
        self.shared = environment.get(wire.TERMINALS) == "shared"
        self.start_method = environment.get(wire.START_METHOD)
        self.debug = bool(environment.get(wire.DEBUG))
        self.silent = False
        """It is about to execute another program, or isn't ours to report."""
        self.begin()
        self.device = terminal.terminal_of(0)
        """The device of our own terminal."""
        self.stdin = terminal.BorrowedInput()

    def begin(self) -> None:
        """Begin as a process that has done nothing yet."""
        self.pid = os.getpid()
        self.server = False
        """It is multiprocessing's forkserver."""
        self.children = 0
        """Number of children that are forks or multiprocessing's, so far."""
        self.pythons = 0
        """Number of Pythons started with ``subprocess`` so far."""
        self.sequence = 0
        """Number of prompts announced so far."""
        self.lender: int | None = None
        """The device of the parent's terminal, if this process leaves it when it stops or asks."""
        self.slave: int | None = None
        """Its own terminal then."""

    def introduce(self, kind: str, own_terminal: bool, more: Mapping[str, int] | None = None) -> None:
        """Say hello, wait for a name, and switch to a new terminal with ``own_terminal``.

        If there can't be a new terminal, the process stays on the one that it has.
        """
        self.channel.connect()
        if not own_terminal:
            self._hello(kind, more)
            return
        try:
            master, slave = os.openpty()
        except OSError as problem:  # no descriptor or no pseudo-terminal is left
            self._hello(kind, {**(more or {}), wire.NO_TERMINAL: problem.errno or 0})
            return
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
        name = self.channel.receive_line()
        self.silent = name in ("", wire.NO_NAME)
        if kind == wire.KIND_PYTHON and name.rpartition(".")[2].startswith("python") and not self.shared:
            self.lender = self.device

    def leave_parents_terminal(self) -> None:
        """Move to a terminal of our own, if we still use that of the process that started us.

        A program such as pytest may go back to its first terminal, so call this before every prompt.
        """
        if self.silent or self.lender is None or terminal.terminal_of(0) != self.lender:
            return
        terminal.flush()
        try:
            if self.slave is None:
                self.slave = self._new_terminal()
            terminal.replace(self.slave, self.lender)
            self.device = terminal.terminal_of(self.slave)
        except OSError:  # no terminal is left, or the program has closed ours
            self.lender = None

    def _new_terminal(self) -> int:
        """Return the slave of a new terminal whose master the engine has. Raises OSError."""
        master, slave = os.openpty()
        try:
            self.channel.send({wire.WHAT: wire.TERMINAL}, master)
            if self.channel.receive_line() in ("", wire.NO_NAME):
                raise OSError("the engine wants no terminal")
            return put_aside(slave)
        finally:
            os.close(master)
            os.close(slave)

    def send(self, message: Mapping[str, Any]) -> None:
        """Send a message, over a new connection if the program has closed ours."""
        if self.silent:
            return
        if not self.channel.intact():
            self.introduce(wire.KIND_PYTHON, own_terminal=False)
        self.channel.send(message)

    def announce(
        self, kind: str, text: str, where: state.State | None, stream: Any = None, client: bool = False
    ) -> None:
        """Mark the terminal, then tell the engine, so that the mark is there when the message arrives.

        The prompt will be written to ``stream``, by default ``sys.stdout``.
        """
        if self.silent:
            return
        self.sequence += 1
        terminal.flush()
        self.leave_parents_terminal()
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
        except ValueError:  # a program may have an endless number of names and breakpoints
            self.send({**message, wire.STATE: None})

    def mark(self, continued: bool = False) -> bytes:
        """Return the mark of the prompt that was announced last."""
        return wire.mark(self.token, self.pid, self.sequence, continued)

    def state_of(self, debugger: state.AnyPdb | None, loop: FrameType | None) -> state.State | None:
        """Return the state of ``debugger``, which prompts from ``loop``, or None if it isn't at a stop."""
        if debugger is None or loop is None or not debugger.stack:
            return None
        try:
            return state.read(debugger, loop)
        except Exception:
            self.complain()
            return None

    def complain(self) -> None:
        """Print the current exception in debug mode. It must never reach the program."""
        if self.debug:
            import traceback

            traceback.print_exc()
