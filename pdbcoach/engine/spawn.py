"""Starts a program as a shell does: a new terminal, fork, exec."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Mapping

from msgspec import Struct

from pdbcoach.engine.environment import Folder
from pdbcoach.engine.terminal import WindowSize
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import kernel, leader
from pdbcoach.shim.title import Title


class Started(Struct, frozen=True):
    """A program with its leader, on a terminal of its own."""

    leader: int
    """The leader's pid. It will introduce the program on the session's channel."""
    master: int
    """Descriptor of the terminal's master side."""
    reap: Callable[[], object]
    """Wait for the leader, which has ended."""
    close: Callable[[], object]
    """Close the terminal. Call this last."""


class FromDescriptor(Struct, frozen=True):
    """An option of a command, and the bytes that the command reads from the descriptor after it."""

    option: str
    content: bytes


def start(
    words: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Folder,
    size: WindowSize,
    first: FromDescriptor | None = None,
) -> Started:
    """Start ``words`` in ``folder``, with ``first`` before all other options. Raises PdbcoachError."""
    import pexpect  # here, because a warm start doesn't need it

    program, *arguments = words
    parent = os.getpid()
    place = os.memfd_create("pdbcoach")  # reserves the number: the child has it free as well
    if first is not None:
        arguments[:0] = [first.option, str(place)]

    def in_child() -> None:
        _fork_leader(str(folder.socket), str(folder.root))
        if first is not None:
            _provide(first.content, place)

    try:
        spawned = pexpect.spawn(
            program,
            arguments,
            env=dict(environment),
            cwd=str(folder.work),
            echo=False,
            dimensions=size,
            timeout=None,
            preexec_fn=in_child,
        )
    except BaseException as problem:
        if os.getpid() != parent:
            os._exit(os.EX_OSERR)  # pexpect raises in the child as well, if the folder or terminal is gone
        if isinstance(problem, pexpect.ExceptionPexpect | OSError):
            raise PdbcoachError(f"cannot start {program}: {problem}") from problem
        raise
    finally:
        os.close(place)
    spawned.ptyproc.delayafterclose = 0  # type: ignore[attr-defined]  # missing from the stubs
    assert spawned.pid is not None
    return Started(spawned.pid, spawned.child_fd, reap=spawned.wait, close=spawned.close)


def _fork_leader(channel: str, folder: str) -> None:
    """Fork between a terminal's fork and exec: the parent leads and never returns, the child returns."""
    pid = os.fork()
    if pid:
        _close_all()
        leader.lead(pid, channel, folder, Title())
    leader.follow()
    kernel.keep_addresses()
    leader.reset_signals()


def _provide(content: bytes, place: int) -> None:
    """Make ``content`` readable from the descriptor ``place``, also after exec."""
    descriptor = os.memfd_create("pdbcoach")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.dup2(descriptor, place)
    os.set_inheritable(place, True)  # dup2 does nothing if both are the same


def _close_all() -> None:
    """Close everything inherited from pdbcoach, such as pexpect's pipe for exec errors."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            with contextlib.suppress(OSError):
                os.close(int(name))
