"""A process that replays jobs until its connection ends: ``worker.py DESCRIPTOR``.

It receives a ``Job`` and answers with a ``ScenarioResult``. At the end it prints how many more descriptors it
has than after its first replay.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Final

from pdbcoach.engine import prefork
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.model import Scenario

TIMEOUT_FACTOR: Final = 6.0
"""The machine is loaded on purpose."""

_PATIENCE: Final = 600.0
"""Seconds that a replay may take. Its own timeouts should end it long before."""


@dataclass(frozen=True, slots=True)
class Job:
    scenario: Scenario
    target: Target

    def __str__(self) -> str:
        return f"{self.scenario.id} on {self.target.version}"


class Worker:
    """The parent's side of such a process, which may be killed at any time."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(theirs.fileno())],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()

    def replay(self, job: Job) -> ScenarioResult:
        """Return the result. Raises EOFError or OSError if the worker is killed; kills one that is stuck."""
        self._connection.send(job)
        if not self._connection.poll(_PATIENCE):
            self.kill()
            raise TimeoutError
        result = self._connection.recv()
        assert isinstance(result, ScenarioResult)
        return result

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)

    def end(self) -> int:
        """End it. Return the number of descriptors that it leaked, 0 if it was killed."""
        self._connection.close()
        told, _ = self._process.communicate()
        return int(told or 0)


def _work(connection: Connection) -> None:
    at_first: int | None = None
    with contextlib.suppress(EOFError):
        while True:
            job: Job = connection.recv()
            options = Options(timeout_factor=TIMEOUT_FACTOR)
            connection.send(finish(job.scenario, job.target, options=options))
            if at_first is None:
                at_first = _descriptors()
    print(0 if at_first is None else _descriptors() - at_first)


def _descriptors() -> int:
    """Return the number of open descriptors. Ends warm interpreters, of which each Python has one."""
    prefork.end_all()
    return len(os.listdir("/proc/self/fd"))


if __name__ == "__main__":
    _work(Connection(int(sys.argv[1])))
