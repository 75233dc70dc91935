"""The programs of a session: how each starts and ends."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from pdbcoach.engine import console, strays
from pdbcoach.engine import launch as launching
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.launch import TIMEOUT, Launch
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.loop import Loop
from pdbcoach.engine.registry import Registry
from pdbcoach.engine.spawn import Started
from pdbcoach.engine.terminal import Terminal
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import wire

_END_TIMEOUT: Final = 10.0
"""Seconds for a leader to end everything below it."""


class Programs(Struct):
    """At most two: ``main`` and ``background``."""

    launch: Launch
    python: str
    """Path of the interpreter."""
    limits: Limits
    environment: Mapping[str, str]
    folder: Folder
    registry: Registry
    loop: Loop
    started: list[Started] = field(default_factory=list)

    def start(self, name: str, words: Sequence[str]) -> None:
        """Start a program and wait until its leader has introduced it. Raises PdbcoachError."""
        words = console.resolved(self.python, words)
        started = launching.start(
            (self.python, *words), self.environment, self.folder, self.launch, self.registry.size
        )
        self.started.append(started)
        terminal = Terminal(started.master, piece=self.launch.read_size, controlling=True)
        self.registry.expect_leader(started.leader, name, terminal)
        leaders, named = self.registry.leaders, self.registry.named
        # A step's timeout may be short. It isn't meant for the start of an interpreter.
        patience = max(self.launch.timeout, TIMEOUT)
        self.loop.run(lambda: name in named or leaders.failed(started.leader), patience)
        if name not in named:
            terminal.drain(self.limits.output)
            raise PdbcoachError(f"{self.python} did not start", terminal.take(everything=True).strip())

    def end(self) -> None:
        """End the programs and every process that they started."""
        known = [process.pid for process in self.registry.processes]
        for one in self.started:
            self._end(one, known)

    def _end(self, started: Started, known: Iterable[int]) -> None:
        """End a program. ``known`` are the session's pids, in case the leader has been killed."""
        clean = self.registry.end_leader(started.leader, _END_TIMEOUT)
        if not clean:
            with contextlib.suppress(ProcessLookupError):
                os.kill(started.leader, signal.SIGKILL)
        started.reap()
        if not clean:
            strays.end(started.leader, self.environment[wire.TOKEN], known)
        started.close()
