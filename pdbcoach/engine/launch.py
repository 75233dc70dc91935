"""Starts a program behind its leader, on a terminal of its own, and ends it again."""

from __future__ import annotations

import os
import select
import shutil
import signal
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pexpect

from pdbcoach.engine import leader, strays
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.terminal import COLUMNS, ROWS
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import wire

_END_TIMEOUT: Final = 10.0
"""Seconds that a leader may take to end everything below it."""


@dataclass(frozen=True, slots=True)
class Launched:
    """A program with its leader: ``spawn`` is pexpect's view of the leader, ``pid`` is the leader's."""

    pid: int
    spawn: pexpect.spawn[str]
    token: str

    def end(self, known: Iterable[int]) -> None:
        """Wait until the leader, having been told to, has ended everything below it and itself.

        ``known`` are the pids of the session's processes, should the leader have been killed.
        """
        poller = select.poll()
        pidfd = os.pidfd_open(self.pid)
        poller.register(pidfd, select.POLLIN)
        if not poller.poll(_END_TIMEOUT * 1000):
            os.kill(self.pid, signal.SIGKILL)
        os.close(pidfd)
        self.spawn.wait()
        if self.spawn.exitstatus != 0:  # it was killed
            strays.end(self.pid, self.token, known)
        self.spawn.close()


def launch(python: str, words: Sequence[str], environment: Mapping[str, str], folder: Folder) -> Launched:
    """Run ``python`` with ``words``. Raises PdbcoachError if it cannot be run."""
    try:
        spawn = pexpect.spawn(
            python,
            list(words),
            env=dict(environment),
            cwd=str(folder.work),
            echo=False,
            dimensions=(ROWS, COLUMNS),
            timeout=None,
            preexec_fn=lambda: leader.stand_between(str(folder.socket), str(folder.root)),
        )
    except (pexpect.ExceptionPexpect, OSError) as problem:
        raise PdbcoachError(f"cannot start {python}: {problem}") from problem
    # pexpect's own delays: nothing here waits on a clock, prompts are announced.
    spawn.delaybeforesend = None
    spawn.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]  # missing from the stubs
    assert spawn.pid is not None
    return Launched(spawn.pid, spawn, environment[wire.TOKEN])


def executable(python: str | os.PathLike[str] | None) -> str:
    """The absolute path of an interpreter: a path, a name on PATH, or ``None`` for the running one."""
    wanted = sys.executable if python is None else os.fspath(python)
    found = shutil.which(wanted)
    if found is None:
        raise PdbcoachError(f"no such interpreter: {wanted}", "Give a path, or a name that is on PATH.")
    return os.path.abspath(found)


class Subreaper:
    """Makes this process adopt orphans while any session is open, should a leader be killed."""

    _lock = threading.Lock()
    _holders = 0

    @classmethod
    def acquire(cls) -> None:
        with cls._lock:
            cls._holders += 1
            leader.set_subreaper(True)

    @classmethod
    def release(cls) -> None:
        with cls._lock:
            cls._holders -= 1
            if cls._holders == 0:
                leader.set_subreaper(False)
