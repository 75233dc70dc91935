"""Starts a session's programs, each under its leader, and ends them."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pdbcoach.engine import launch as launching
from pdbcoach.engine import strays
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.launch import TIMEOUT, Launch
from pdbcoach.engine.loop import Loop
from pdbcoach.engine.registry import Registry
from pdbcoach.engine.spawn import Started
from pdbcoach.engine.terminal import Terminal
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import wire

_END_TIMEOUT: Final = 10.0
"""Seconds for a leader to end everything below it."""


class Programs:
    """The programs of one session, which all run the interpreter ``python``."""

    def __init__(
        self,
        launch: Launch,
        python: str,
        environment: Mapping[str, str],
        folder: Folder,
        registry: Registry,
        loop: Loop,
    ) -> None:
        self._python = python
        self._launch = launch
        self._environment = environment
        self._folder = folder
        self._registry = registry
        self._loop = loop
        self._started: list[Started] = []

    def start(self, name: str, words: Sequence[str], patience: float) -> None:
        """Start the program ``name`` and wait until it is introduced. Raises PdbcoachError."""
        started = launching.start((self._python, *words), self._environment, self._folder, self._launch)
        self._started.append(started)
        terminal = Terminal(started.master, piece=self._launch.read_size, controlling=True)
        self._registry.expect_leader(started.leader, name, terminal)
        leaders, named = self._registry.leaders, self._registry.named
        # A step's timeout may be short. It isn't meant for the start of an interpreter.
        self._loop.run(lambda: name in named or leaders.failed(started.leader), max(patience, TIMEOUT))
        if name not in named:
            terminal.drain(self._launch.limits.output)
            raise PdbcoachError(f"{self._python} did not start", terminal.take(everything=True).strip())

    def end(self) -> None:
        """End all programs, whatever they do to survive."""
        known = [process.pid for process in self._registry.processes]
        for one in self._started:
            self._end(one, known)

    def _end(self, started: Started, known: Iterable[int]) -> None:
        """End a program. ``known`` are the session's pids, in case the leader has been killed."""
        clean = self._registry.end_leader(started.leader, _END_TIMEOUT)
        if not clean:
            with contextlib.suppress(ProcessLookupError):
                os.kill(started.leader, signal.SIGKILL)
        started.reap()
        if not clean:
            strays.end(started.leader, self._environment[wire.TOKEN], known)
        started.close()
