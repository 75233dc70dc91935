"""What a debugger did: the values that the engine hands out. They are frozen and judge nothing."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from pdbcoach.pdb.words import EventName, PromptKind

Outcome = Literal["prompt", "ended", "blocked", "timeout", "flooded", "limited", "absent", "unheard"]
"""Why an observation was made.

``prompt``: the process is at a prompt. ``ended``: it has ended. ``blocked``: it and all others are blocked.
``timeout``: time is up. ``flooded``: it printed more than its limit. ``limited``: the processes were too many
or wrote too much, which ended all of them. ``absent``: no such process was ever created.
``unheard``: nothing is known, because the engine can't hear a process; see ``Observation.unheard``.
"""


class Prompt(Struct, frozen=True):
    kind: PromptKind
    text: str
    """As printed, such as ``(Pdb) ``."""


class Location(Struct, frozen=True):
    """``file`` is relative to the work folder if it is inside it; ``line`` counts from 1."""

    file: str
    line: int
    function: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.function}"


class Breakpoint(Struct, frozen=True):
    number: int
    file: str
    line: int
    temporary: bool
    enabled: bool
    condition: str | None
    ignore: int
    hits: int


class RaisedException(Struct, frozen=True):
    type: str
    """The type's name without its module, such as ``ValueError``."""
    text: str


class DebuggerState(Struct, frozen=True):
    """Where pdb is, read from pdb itself when it prompted."""

    event: EventName
    stop: Location
    """Where the program has stopped."""
    depth: int
    """Frames of the program down to the stop; 1 is module level."""
    focus: Location
    """The frame that is being looked at; differs from ``stop`` after ``u`` and ``d``."""
    focus_depth: int = 1
    """As ``depth``, down to the focused frame."""
    returning: str | None = None
    """repr of the value being returned, if ``event`` is ``return``."""
    raised: RaisedException | None = None
    breakpoints: tuple[Breakpoint, ...] = ()
    displays: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    local_values: Mapping[str, str] = field(default_factory=dict)
    """Short reprs of the focused frame's locals."""
    global_values: Mapping[str, str] = field(default_factory=dict)
    """Short reprs of the globals that the program defined in the focused frame's module."""

    @property
    def values(self) -> Mapping[str, str]:
        """Short reprs of what the focused frame sees; a local hides the global of its name."""
        return {**self.global_values, **self.local_values}

    def value(self, name: str) -> str | None:
        """Return the repr of a name as the focused frame sees it; None if it is not defined there."""
        return self.local_values.get(name, self.global_values.get(name))


class ExitStatus(Struct, frozen=True):
    """How a process ended: its exit ``code`` (0 to 255), or the number of the ``signal`` that killed it."""

    code: int | None = None
    signal: int | None = None

    @property
    def signal_name(self) -> str | None:
        """``SIGTERM``, or ``signal 40`` if it has no name; None if no signal killed the process."""
        if self.signal is None:
            return None
        known = {number.value: number.name for number in signal.Signals}
        return known.get(self.signal, f"signal {self.signal}")

    def __str__(self) -> str:
        return f"exit {self.code}" if self.signal is None else f"killed {self.signal_name}"


Phase = Literal["stopped", "running", "zombie", "gone"]
"""``stopped``: at a prompt, or a thread that waits to be let into the debugger. ``zombie``: ended, and its
parent has not waited for it. ``gone``: reaped."""


class ProcessView(Struct, frozen=True):
    name: str
    """By birth, such as ``main.1``, or a late name. Of a thread that stops, it is the process's and its own,
    such as ``main:Thread-1``."""
    pid: int
    """As the engine sees it; in a sandbox ``os.getpid()`` gives another number."""
    phase: Phase
    exit: ExitStatus | None = None
    """Known for ``zombie`` and mostly for ``gone``; see ``Session.processes``."""
    prompt: Prompt | None = None
    state: DebuggerState | None = None
    """At the current prompt; None if it is not a debugger's prompt."""
    doing: str = ""
    """What a running process is blocked in, in words, if that is known."""
    door: Location | None = None
    """Where a thread stops that waits to be let into the debugger."""

    @property
    def is_inside(self) -> bool:
        """True for a thread in the debugger."""
        return self.is_thread and self.prompt is not None

    @property
    def is_thread(self) -> bool:
        """True for a thread of a process."""
        return ":" in self.name

    born: str = ""
    """Its name by birth, if ``name`` is another."""
    group: str = ""
    """The common name of those that weren't chosen for a late name, such as ``others of worker``."""

    @property
    def common(self) -> str:
        """A name that is the same in every run."""
        return self.group or self.name

    def describe(self) -> str:
        """Describe the process in one line, such as ``main.1 waits at (Pdb), tally.py:8 add_ticks``."""
        if self.phase == "stopped" and self.prompt is not None:
            where = f", {self.state.stop}" if self.state is not None else ""
            return f"{self.name} waits at {self.prompt.text.strip()}{where}"
        if self.door is not None:
            return f"{self.name} waits at the debugger's door, {self.door}"
        if self.phase in ("zombie", "gone"):
            how = f" ({self.exit})" if self.exit is not None else ""
            return f"{self.name} is {'a zombie' if self.phase == 'zombie' else 'gone'}{how}"
        return f"{self.name} is running{f' ({self.doing})' if self.doing else ''}"


class Observation(Struct, frozen=True):
    """What happened after one line or key was sent to one process, or after it was only looked at."""

    process: str
    outcome: Outcome
    output: str
    """What this process's terminal showed since the line, up to (not including) the prompt."""
    before: str = ""
    """What its terminal had shown before the line was sent and nobody had seen yet."""
    prompt: Prompt | None = None
    state: DebuggerState | None = None
    processes: Mapping[str, ProcessView] = field(default_factory=dict)
    """Every process of the session, in the order of their names."""
    exceeded: str = ""
    """With ``limited``: which limit was exceeded, such as ``more than 20 processes at once``."""
    unheard: tuple[str, ...] = ()
    """Why the engine may not see everything, in sentences: after a timeout of all processes, else of this."""
