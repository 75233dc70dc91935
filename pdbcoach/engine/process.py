"""One process of a session, as far as the engine knows it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from typing import Any

from pdbcoach.engine import exits
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.observation import (
    Breakpoint,
    DebuggerState,
    ExitStatus,
    Location,
    Phase,
    ProcessView,
    Prompt,
    PromptKind,
    RaisedException,
)
from pdbcoach.engine.terminal import Terminal
from pdbcoach.shim import wire


@dataclass(slots=True)
class Announced:
    """A prompt that the channel told of; ``arrived`` once the terminal shows it too."""

    sequence: int
    prompt: Prompt
    state: DebuggerState | None
    mark: bytes | None
    arrived: bool = False


@dataclass(slots=True)
class Process:
    name: str
    pid: int
    terminal: Terminal
    pidfd: int | None
    shown: bool = True
    """False for an interpreter that the program started by other means, until it prompts."""
    announced: Announced | None = None
    answered: int = 0
    """Sequence number of the last prompt that was answered by a line or key of ours."""
    line_read: int = 0
    """Sequence number of the last prompt whose line the process has read."""
    started: bool = False
    """The interpreter has turned to the program."""
    ended: bool = False
    exit: ExitStatus | None = None
    children: int = 0
    """Interpreters that it started by other means than multiprocessing."""

    @property
    def at_prompt(self) -> Announced | None:
        """The prompt it waits at; ``None`` while it runs and when it has ended."""
        waiting = self.announced
        if self.ended or waiting is None or not waiting.arrived or waiting.sequence <= self.answered:
            return None
        return waiting

    def settle(self) -> None:
        """Cut the terminal at a prompt that was announced, if it has arrived by now."""
        waiting = self.announced
        if waiting is not None and not waiting.arrived:
            waiting.arrived = self.terminal.cut(waiting.mark, waiting.prompt.text.encode())


    def reaped(self, status: ExitStatus) -> None:
        """Its last parent was the session's leader, which waited for it."""
        self.exit = status
        self.ended = True

    def release(self) -> None:
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    def view(self, doing: str = "") -> ProcessView:
        waiting = self.at_prompt
        if waiting is not None:
            return ProcessView(
                self.name, self.pid, "stopped", prompt=waiting.prompt, state=waiting.state
            )
        if not self.ended:
            return ProcessView(self.name, self.pid, "running", doing=doing)
        return ProcessView(self.name, self.pid, self._ended_phase(), self.exit)

    def _ended_phase(self) -> Phase:
        phase: Phase = "gone"
        if self.pidfd is not None:
            phase, status = exits.ask(self.pid, self.pidfd)
            self.exit = self.exit or status
        return phase


def pidfd_of(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends; ``None`` if it is gone already."""
    with contextlib.suppress(OSError):
        return os.pidfd_open(pid)
    return None


def parse_prompt(message: dict[str, Any], pid: int, token: str, folder: Folder) -> Announced:
    """An announcement as the shim sent it. Raises KeyError, TypeError or ValueError on nonsense."""
    sequence = int(message[wire.SEQUENCE])
    kind: PromptKind = message[wire.KIND]
    if kind not in _KINDS:
        raise ValueError(kind)
    return Announced(
        sequence,
        Prompt(kind, str(message[wire.TEXT])),
        parse_state(message[wire.STATE], folder),
        wire.mark(token, pid, sequence) if message[wire.MARKED] else None,
    )


_KINDS = frozenset({"pdb", "nested", "commands", "python", "interact", "confirm", "program"})


def parse_state(message: dict[str, Any] | None, folder: Folder) -> DebuggerState | None:
    """A debugger's state as the shim sent it. Raises KeyError, TypeError or ValueError on nonsense."""
    if message is None:
        return None
    raised = message[wire.RAISED]
    return DebuggerState(
        event=message[wire.EVENT],
        stop=_location(message[wire.STOP], folder),
        depth=int(message[wire.DEPTH]),
        focus=_location(message[wire.FOCUS], folder),
        returning=message[wire.RETURNING],
        raised=RaisedException(str(raised[0]), str(raised[1])) if raised else None,
        breakpoints=tuple(
            Breakpoint(**{**row, "file": folder.relative(row["file"])}) for row in message[wire.BREAKPOINTS]
        ),
        displays=tuple(message[wire.DISPLAYS]),
        aliases=dict(message[wire.ALIASES]),
        local_values=_values(message[wire.LOCALS], folder),
        global_values=_values(message[wire.GLOBALS], folder),
    )


def _location(parts: list[Any], folder: Folder) -> Location:
    file, line, function = parts
    return Location(folder.relative(str(file)), int(line), str(function))


def _values(names: dict[str, str], folder: Folder) -> dict[str, str]:
    return {name: folder.strip(text) for name, text in names.items()}
