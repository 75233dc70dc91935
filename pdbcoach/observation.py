"""What a debugger did: the values that the engine hands out. Frozen, and free of judgement."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from pdbcoach.pdb.words import EventName, PromptKind

Outcome = Literal["prompt", "ended", "blocked", "timeout", "flooded", "limited", "absent", "unheard"]
"""Why an observation was made: the process stands at a prompt; it is gone; it and everybody else
is blocked; the time bound passed; it printed more than the bound; the processes were too many or wrote
too much, which ended all of them; no such process came to be; the engine can't hear a process (see
``Observation.unheard``), so nothing is known."""


class Prompt(Struct, frozen=True):
    kind: PromptKind
    text: str
    """As printed, e.g. ``(Pdb) ``."""


class Location(Struct, frozen=True):
    """``file`` is relative to the work folder where it lies in it; ``line`` counts from 1."""

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
    """The type's name without its module, e.g. ``ValueError``."""
    text: str


class DebuggerState(Struct, frozen=True):
    """Where pdb is, read out of pdb itself at the moment it prompted."""

    event: EventName
    stop: Location
    """Where the program stopped."""
    depth: int
    """Frames of the program down to the stop; 1 is module level."""
    focus: Location
    """The frame that is looked at; differs from ``stop`` after ``u``/``d``."""
    focus_depth: int = 1
    """As ``depth``, down to the frame that is looked at."""
    returning: str | None = None
    """repr of the value being returned, when ``event`` is ``return``."""
    raised: RaisedException | None = None
    breakpoints: tuple[Breakpoint, ...] = ()
    displays: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    local_values: Mapping[str, str] = field(default_factory=dict)
    """Short reprs of the focused frame's locals."""
    global_values: Mapping[str, str] = field(default_factory=dict)
    """Short reprs of the globals that the program defined in the focused frame's module."""

    def value(self, name: str) -> str | None:
        """repr of a plain name as the focused frame sees it; ``None``: not defined there."""
        return self.local_values.get(name, self.global_values.get(name))


class ExitStatus(Struct, frozen=True):
    """How a process ended: ``code`` 0 to 255, or the number of the ``signal`` that killed it."""

    code: int | None = None
    signal: int | None = None

    @property
    def signal_name(self) -> str | None:
        """``SIGTERM``, or ``signal 40`` of one without a name; ``None`` if no signal killed it."""
        if self.signal is None:
            return None
        known = {number.value: number.name for number in signal.Signals}
        return known.get(self.signal, f"signal {self.signal}")

    def __str__(self) -> str:
        return f"exit {self.code}" if self.signal is None else f"killed {self.signal_name}"


Phase = Literal["stopped", "running", "zombie", "gone"]
"""``stopped``: at a prompt. ``zombie``: ended, its parent has not waited for it. ``gone``: reaped."""


class ProcessView(Struct, frozen=True):
    name: str
    pid: int
    """As the engine sees it: in a sandbox ``os.getpid()`` is another number."""
    phase: Phase
    exit: ExitStatus | None = None
    """Known for ``zombie`` and mostly for ``gone`` (see docs of ``Session.processes``)."""
    prompt: Prompt | None = None
    state: DebuggerState | None = None
    """At the current prompt; ``None`` when not at a debugger's prompt."""
    doing: str = ""
    """For a running process, in words: what it is blocked in, if that can be told."""

    def describe(self) -> str:
        """One line for people, e.g. ``main.1 waits at (Pdb), tally.py:8 add_ticks``."""
        if self.phase == "stopped" and self.prompt is not None:
            where = f", {self.state.stop}" if self.state is not None else ""
            return f"{self.name} waits at {self.prompt.text.strip()}{where}"
        if self.phase in ("zombie", "gone"):
            how = f" ({self.exit})" if self.exit is not None else ""
            return f"{self.name} is {'a zombie' if self.phase == 'zombie' else 'gone'}{how}"
        return f"{self.name} is running{f' ({self.doing})' if self.doing else ''}"


class Observation(Struct, frozen=True):
    """What came of one line (or key, or of just looking) sent to one process."""

    process: str
    outcome: Outcome
    output: str
    """What this process's terminal showed since the line, up to (not including) the prompt."""
    before: str = ""
    """What its terminal had shown, unseen until now, before the line was sent."""
    prompt: Prompt | None = None
    state: DebuggerState | None = None
    processes: Mapping[str, ProcessView] = field(default_factory=dict)
    """Every process of the session, in the order of their names."""
    exceeded: str = ""
    """With ``limited``: what there was, in words, e.g. ``more than 20 processes at once``."""
    unheard: tuple[str, ...] = ()
    """Why the engine may not see everything, one sentence each. After a timeout all reasons, else those of
    this process."""
