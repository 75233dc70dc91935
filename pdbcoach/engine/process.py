"""One process of a session, as far as the engine knows it."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import select
import time
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.engine import exits
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.terminal import Terminal
from pdbcoach.observation import DebuggerState, ExitStatus, Location, Phase, ProcessView, Prompt
from pdbcoach.shim import wire

# faulthandler's format: `  File "prog.py", line 3 in f`
_STACK_LINE: Final = re.compile(r' +File "(.*)", line (\d+) in (.*)')
_MOST_FRAMES: Final = 100

_UNPRINTABLE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that stand for no byte."""

TORN_AFTER: Final = 0.3
"""Seconds after which a prompt counts as there although its text is not: another process on the
same terminal tore it, or readline drew it in a way of its own."""

CONTINUED: Final = "... "
"""What the interpreter itself prompts with inside a statement."""


class Announcement(Struct):
    """A prompt that the channel told of; ``arrived`` once the terminal shows it too."""

    order: tuple[int, int]
    """Grows from prompt to prompt: the number that the shim gave it, and which continuation it is."""
    prompt: Prompt
    state: DebuggerState | None
    mark: bytes | None
    shown: bool = True
    """Whether its text goes to the terminal."""
    since: float = field(default_factory=time.monotonic)
    continuation: bytes | None = None
    """The mark of a ``... `` that may follow without being told of."""
    arrived: bool = False

    def cut_from(self, terminal: Terminal) -> bool:
        """Cut it off the terminal's output, if it is there. What is never there whole was torn."""
        torn = time.monotonic() - self.since > TORN_AFTER and terminal.quiet
        return terminal.cut(self.mark, _as_printed(self.prompt.text), shown=self.shown, torn=torn)

    def continued(self) -> Announcement:
        """The ``... `` that has come after it."""
        number, continuation = self.order
        return replace(
            self,
            order=(number, continuation + 1),
            prompt=Prompt("python", CONTINUED),
            mark=self.continuation,
            since=time.monotonic(),
        )


class Process(Struct):
    name: str
    pid: int
    own_number: int
    """What it gets from ``os.getpid()``: another one than ``pid`` in a sandbox."""
    terminal: Terminal
    pidfd: int | None
    shown: bool = True
    """False for an interpreter that the program started by other means, until it prompts."""
    announced: Announcement | None = None
    answered: tuple[int, int] = (0, 0)
    """``order`` of the last prompt that was answered by a line or key of ours."""
    line_read: int = 0
    """Number of the last prompt whose line the process has read."""
    started: bool = False
    """The interpreter has turned to the program."""
    ended: bool = False
    exit: ExitStatus | None = None
    stack: list[Location] = field(default_factory=list)
    """Its Python frames when it was last asked for them, newest first."""
    children: int = 0
    """Interpreters that it started by other means than multiprocessing."""

    @property
    def at_prompt(self) -> Announcement | None:
        """The prompt it waits at; ``None`` while it runs and when it has ended."""
        waiting = self.announced
        if self.ended or waiting is None or not waiting.arrived or waiting.order <= self.answered:
            return None
        return waiting

    def leave_line_to(self, reader: Process) -> None:
        """On a shared terminal ``reader`` got the line: who has read none still waits at its prompt."""
        if self is not reader and self.line_read < self.answered[0]:
            self.answered = (self.line_read, 0)

    def ask_for_stack(self) -> bool:
        """Have it write its Python stack to the channel. False if it would not understand."""
        self.stack.clear()
        if self.ended or self.at_prompt is not None or not _catches(self.pid, wire.STACK_SIGNAL):
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, wire.STACK_SIGNAL)
        return True

    def heard_stack_line(self, line: str, folder: Folder) -> None:
        found = _STACK_LINE.fullmatch(line)
        if found is not None and len(self.stack) < _MOST_FRAMES:
            file, number, function = found.groups()
            self.stack.append(Location(folder.relative(file), int(number), function))

    def settle(self) -> None:
        """Cut the terminal at a prompt that was announced, if it has arrived by now."""
        waiting = self.announced
        if waiting is None:
            return
        if not waiting.arrived:
            waiting.arrived = waiting.cut_from(self.terminal)
        elif waiting.continuation is not None and waiting.order <= self.answered:
            following = waiting.continued()
            if following.cut_from(self.terminal):
                self.announced = following

    def release(self) -> None:
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    @property
    def has_ended(self) -> bool:
        """Whether it has ended by now, known to ``ended`` or not."""
        return self.pidfd is None or bool(select.select([self.pidfd], [], [], 0)[0])

    def view(self, doing: str = "") -> ProcessView:
        waiting = self.at_prompt
        if waiting is not None:
            return ProcessView(self.name, self.pid, "stopped", prompt=waiting.prompt, state=waiting.state)
        if not self.ended:
            return ProcessView(self.name, self.pid, "running", doing=doing)
        return ProcessView(self.name, self.pid, self._ended_phase(), self.exit)

    def _ended_phase(self) -> Phase:
        phase: Phase = "gone"
        if self.pidfd is not None:
            phase, status = exits.ask(self.pid, self.pidfd)
            self.exit = self.exit or status
        if phase == "gone":  # and never comes back
            self.release()
        return phase


@functools.lru_cache(maxsize=64)
def _as_printed(text: str) -> re.Pattern[bytes]:
    """A prompt's text as the terminal shows it.

    readline leaves out the brackets that it knows around invisible text; without it they are shown.
    What no encoding can print never comes: the program's ``input()`` is about to fail.
    """
    forms = {b"\n": rb"\r*\n", b"\x01": rb"\x01?", b"\x02": rb"\x02?"}
    printable = _UNPRINTABLE.sub("?", text)
    parts = re.split(rb"([\n\x01\x02])", printable.encode("utf-8", "surrogateescape"))
    return re.compile(b"".join(forms.get(part, re.escape(part)) for part in parts))


def _catches(pid: int, number: int) -> bool:
    """Whether a process has a handler for a signal (proc(5), SigCgt)."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("SigCgt:"):
                return bool(int(line.split()[1], 16) >> (number - 1) & 1)
    return False


def pidfd_of(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends; ``None`` if it is gone already."""
    with contextlib.suppress(OSError):
        return os.pidfd_open(pid)
    return None
