"""Starts a program as a shell does: a new terminal, fork, exec."""

from __future__ import annotations

import contextlib
import os

from pdbcoach.engine.program import Program, Started
from pdbcoach.engine.terminal import COLUMNS, ROWS
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import kernel, leader
from pdbcoach.shim.title import Title


def start(program: Program) -> Started:
    """Raises PdbcoachError if it cannot be run."""
    import pexpect  # late: a warm start has no use for it

    python, *words = program.words
    folder = program.folder
    try:
        spawn = pexpect.spawn(
            python,
            words,
            env=dict(program.environment),
            cwd=str(folder.work),
            echo=False,
            dimensions=(ROWS, COLUMNS),
            timeout=None,
            preexec_fn=lambda: _stand_between(str(folder.socket), str(folder.root)),
        )
    except (pexpect.ExceptionPexpect, OSError) as problem:
        raise PdbcoachError(f"cannot start {python}: {problem}") from problem
    spawn.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]  # missing from the stubs
    assert spawn.pid is not None
    return Started(spawn.pid, spawn.child_fd, reap=spawn.wait, close=spawn.close)


def _stand_between(channel: str, folder: str) -> None:
    """Fork; return in the child, which is to become the program. The parent leads, for ever.

    To be called between a terminal's fork and exec.
    """
    pid = os.fork()
    if pid:
        _close_all()
        leader.lead(pid, channel, folder, Title())
    leader.follow()
    kernel.keep_addresses()
    leader.reset_signals()


def _close_all() -> None:
    """What is open of pdbcoach's, the pipe of exec errors among them, is not a leader's."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):
                os.close(int(name))
