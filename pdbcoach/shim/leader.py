"""The tiny process between the engine and a program, on the program's terminal.

It leads the terminal's session, so the end of the main process sends no SIGHUP to the others. It is also the
child subreaper of everything the program starts: each orphan becomes its child. So it learns how every
process ended, and when it has no child left (ECHILD), nothing is left. It ends them all when the engine says
so, when the engine is gone, and when they exceed a limit.

It is a fork of pdbcoach or of a warm interpreter. To start fast there, it uses ``_signal`` and ``_socket``
instead of the Python modules around them.
"""

from __future__ import annotations

import _socket
import contextlib
import os
import select
import time
from _signal import (
    SIG_DFL,
    SIG_IGN,
    SIG_SETMASK,
    SIGCHLD,
    SIGCONT,
    SIGHUP,
    SIGINT,
    SIGKILL,
    SIGQUIT,
    SIGSTOP,
    SIGTERM,
    SIGTSTP,
    SIGTTOU,
    pthread_sigmask,
    set_wakeup_fd,
    signal,
    valid_signals,
)

from . import kernel, wire
from .removal import remove
from .title import Title, write_name
from .watch import EVERY, LimitWatch, below, in_session, urgently

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

TERM_GRACE = 0.25
"""Seconds between SIGTERM and SIGKILL at the end of a session."""

_MOST_AT_ONCE = 500
"""Ended children to report in one go, because there may be an endless number of them."""

_LONGEST_BACKLOG = 1 << 20
"""Bytes to keep for an engine that doesn't read."""


def lead(program: int, channel: str, folder: str, title: Title) -> NoReturn:
    """Lead the terminal on standard input, and the process ``program`` on it. Never returns.

    ``channel`` is the engine's socket. ``folder`` is removed if the engine ends first. Only the standard
    descriptors may be open.
    """
    try:
        _stand_apart(program)
        with contextlib.suppress(OSError):  # visible to a program that lists the processes on its terminal
            title.write([b"pdbcoach"])
            write_name(b"pdbcoach")
        # The program runs its own code only after we have introduced it to the engine, below.
        kernel.adopt_orphans()
        kernel.get_at_end_of_parent(SIGCONT)  # a program may have stopped us
        leader = _Leader()
        told = leader.wait_for_end(folder) if leader.introduce(channel, program) else b""
        leader.end_everything(at_once=told == wire.KILL)
        if told:
            leader.tell_the_rest()
        else:
            remove(folder)
    finally:
        os._exit(0)


def lead_in_sandbox(program: int, channel: str, folder: str) -> NoReturn:
    """Lead ``program`` as the first process of a sandbox. Never returns.

    Orphans become its children without being asked for, and when it ends, the kernel ends everything inside.
    The usual leader stays outside and removes the folder.
    """
    try:
        _stand_apart(program)
        leader = _Leader()
        if leader.introduce(channel, program) and leader.wait_for_end(folder):
            leader.tell_the_rest()
    finally:
        os._exit(0)


def _stand_apart(program: int) -> None:
    """Give the program a process group of its own, and ignore the signals meant for that group."""
    with contextlib.suppress(OSError):
        os.setpgid(program, program)
    for number in (SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP):
        signal(number, SIG_IGN)


def follow() -> None:
    """Put the program, just forked, into a process group in the terminal's foreground."""
    os.setpgid(0, 0)
    signal(SIGTTOU, SIG_IGN)  # a background group may not set the foreground
    os.tcsetpgrp(0, os.getpgrp())
    signal(SIGTTOU, SIG_DFL)


def reset_signals() -> None:
    """Reset all signals, so that what is executed next handles them like a program started by a shell."""
    for number in valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal(number, SIG_DFL)
    pthread_sigmask(SIG_SETMASK, ())


class _Leader:
    def __init__(self) -> None:
        self.wakeup, write_end = os.pipe()
        os.set_blocking(write_end, False)
        os.set_blocking(self.wakeup, False)
        signal(SIGCHLD, lambda *_: None)
        set_wakeup_fd(write_end)
        self.alone = False
        """It has found that no child is left. It can't get another one."""
        self.backlog = b""
        self.engine = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)

    def introduce(self, channel: str, program: int) -> bool:
        """Connect and introduce the program. Return False if the engine is gone."""
        try:
            self.engine.connect(channel)
        except OSError:
            return False
        self.engine.setblocking(False)
        self.tell({wire.WHAT: wire.LEADER, wire.PID: program})
        return True

    def wait_for_end(self, folder: str) -> bytes:
        """Report ended processes until the end. Return the engine's last order, or nothing if it is gone."""
        watch: LimitWatch | None = None
        heard = b""
        while True:
            self.reap()
            patience = None if watch is None else EVERY
            ready, _, _ = select.select([self.wakeup, self.engine.fileno()], [], [], patience)
            if self.wakeup in ready:
                self.drain()
            if self.engine.fileno() in ready:
                piece = self.hear()
                heard += piece
                for told in (wire.KILL, wire.END):
                    if told in heard:
                        return told
                if not piece:
                    return b""
            if watch is None and heard.endswith(b"\n"):
                watch = LimitWatch(folder, *map(int, heard.split()[1:3]))
            bound = watch.exceeded() if watch is not None else None
            if bound is not None:
                self.tell({wire.WHAT: wire.EXCEEDED, wire.BOUND: bound})
                return wire.KILL

    def hear(self) -> bytes:
        """Return what the engine says, or nothing if it is gone."""
        try:
            return self.engine.recv(256)
        except OSError:  # it left our messages unread
            return b""

    def tell_the_rest(self) -> None:
        """Send the backlog. This may block, but the engine reads until our end."""
        with contextlib.suppress(OSError):
            self.engine.setblocking(True)
            self.tell()

    def tell(self, *messages: dict[str, Any]) -> None:
        """Send messages in one piece, so that the last end and ``wire.ALONE`` arrive together."""
        lines = "".join([wire.dumps(message) + "\n" for message in messages])
        if len(self.backlog) < _LONGEST_BACKLOG:
            self.backlog += lines.encode()
        try:
            while self.backlog:
                self.backlog = self.backlog[self.engine.send(self.backlog) :]
        except OSError:  # it doesn't read now, or it is gone, which the next read shows
            return

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self.wakeup, 4096):
                pass

    def reap(self) -> bool:
        """Report children that have ended. Return False if no child is left."""
        ended: list[dict[str, Any]] = []
        while len(ended) < _MOST_AT_ONCE:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                if not self.alone:
                    self.alone = True
                    ended.append({wire.WHAT: wire.ALONE})
                self.tell(*ended)
                return False
            if pid == 0:
                self.tell(*ended)
                return True
            if not (os.WIFEXITED(status) or os.WIFSIGNALED(status)):
                continue  # a stop that it sees because it traces the child (ptrace(2))
            ended.append({wire.WHAT: wire.EXITED, wire.PID: pid, wire.STATUS: status})
        self.tell(*ended)
        return True

    def end_everything(self, at_once: bool = False) -> None:
        """Send SIGTERM and wait, unless ``at_once``; then stop and kill in rounds until no child is left."""
        if not at_once and self.end_with_grace():
            return
        with urgently():
            while self.reap():
                kill_groups(in_session())
                stop_below(os.getpid())
                for pid in descendants(os.getpid()):
                    _signal(pid, SIGKILL)
                select.select([self.wakeup], [], [], 0.05)
                self.drain()

    def end_with_grace(self) -> bool:
        """Send SIGTERM and wait. Return True if no child is left."""
        if not self.reap():
            return True
        for pid in descendants(os.getpid()):
            _signal(pid, SIGTERM, SIGCONT)
        deadline = time.monotonic() + TERM_GRACE
        while True:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            select.select([self.wakeup], [], [], left)
            self.drain()
            if not self.reap():
                return True
        return False


def kill_groups(pids: list[int]) -> None:
    """Kill the whole process groups of ``pids``, because a fork can't outrun that."""
    groups = set()
    for pid in pids:
        with contextlib.suppress(OSError):
            groups.add(os.getpgid(pid))
    for group in groups - {os.getpgrp()}:
        with contextlib.suppress(OSError):
            os.killpg(group, SIGKILL)


def stop_below(root: int) -> None:
    """Stop everything below ``root``, until no process is left that could fork.

    Stops each process as soon as it is seen, because an endless fork leaves little time to others. Nothing is
    killed yet, so no room is freed for new processes.
    """
    below = {root}
    fresh = True
    while fresh:
        fresh = False
        with os.scandir("/proc") as entries:  # in the order of pids, so children usually follow their parents
            for entry in entries:
                if not entry.name.isdigit() or int(entry.name) in below:
                    continue
                with contextlib.suppress(OSError), open("/proc/%s/stat" % entry.name, "rb") as stream:
                    if int(stream.read().rpartition(b")")[2].split(None, 2)[1]) in below:
                        os.kill(int(entry.name), SIGSTOP)
                        below.add(int(entry.name))
                        fresh = True


def kill_round(pids: list[int]) -> None:
    """Stop all processes first, so that none can fork while the others are killed. Then kill them."""
    for pid in pids:
        _signal(pid, SIGSTOP)
    for pid in pids:
        _signal(pid, SIGKILL)


def descendants(root: int) -> list[int]:
    """Return the pids of everything below ``root`` except zombies, parents before children."""
    return [pid for pid, threads in below(root).items() if threads]


def _signal(pid: int, *numbers: int) -> None:
    for number in numbers:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except OSError:
            return
