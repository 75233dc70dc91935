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
    place = os.memfd_create("pdbcoach")  # as long as it is open here, its number is free over there
    if program.reads is not None:
        words[:0] = [program.reads[0], str(place)]

    def become_it() -> None:
        _stand_between(str(folder.socket), str(folder.root))
        if program.reads is not None:
            _give(program.reads[1], place)

    try:
        spawn = pexpect.spawn(
            python,
            words,
            env=dict(program.environment),
            cwd=str(folder.work),
            echo=False,
            dimensions=(ROWS, COLUMNS),
            timeout=None,
            preexec_fn=become_it,
        )
    except (pexpect.ExceptionPexpect, OSError) as problem:
        raise PdbcoachError(f"cannot start {python}: {problem}") from problem
    finally:
        os.close(place)
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


def _give(content: bytes, place: int) -> None:
    """Have it read from the descriptor ``place``, which is free, by what is executed next."""
    descriptor = os.memfd_create("pdbcoach")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.dup2(descriptor, place)
    os.set_inheritable(place, True)  # it may be the same one


def _close_all() -> None:
    """What is open of pdbcoach's, the pipe of exec errors among them, is not a leader's."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):
                os.close(int(name))
