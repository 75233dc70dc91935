"""The tiny process between the engine and a program, on the program's terminal.

It leads the terminal's session, so that the end of the main process hangs up nobody, and it is
the child subreaper of everything the program starts: whatever loses its parent becomes its child.
So it knows how each of them ended, and when it has no child left, nothing is left (ECHILD is the
proof). It ends them all when the engine says so, or when the engine is gone.

It is a fork of whoever starts the program: of pdbcoach, or of a warm interpreter. There it should
take little time, hence ``_signal`` and ``_socket`` without the Python that is around them.
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
    set_wakeup_fd,
    signal,
)

from . import kernel, wire
from .title import Title, write_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

TERM_GRACE = 0.25
"""Seconds between SIGTERM and SIGKILL for what is still alive at the end of a session."""

END = b"end\n"
"""What the engine sends to have everything ended."""


def lead(program: int, channel: str, folder: str, title: Title) -> NoReturn:
    """Lead the terminal that is our standard input, and the process ``program`` on it, for ever.

    ``channel`` is the engine's socket; ``folder`` is removed if the engine dies. Nothing but the
    standard descriptors may be open.
    """
    try:
        with contextlib.suppress(OSError):
            os.setpgid(program, program)
        for number in (SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGTSTP):
            signal(number, SIG_IGN)
        with contextlib.suppress(OSError):  # whoever looks who is on the terminal sees it
            title.write([b"pdbcoach"])
            write_name(b"pdbcoach")
        # The program turns to its code only when the engine has heard of it: from us, below.
        kernel.adopt_orphans()
        leader = _Leader()
        orphaned = not leader.introduce(channel, program) or not leader.wait_for_end()
        leader.end_everything()
        if orphaned:
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os._exit(0)


def follow() -> None:
    """In the program, as soon as it is forked: have a process group, in the terminal's foreground."""
    os.setpgid(0, 0)
    signal(SIGTTOU, SIG_IGN)  # a background group may not set the foreground
    os.tcsetpgrp(0, os.getpgrp())
    signal(SIGTTOU, SIG_DFL)


class _Leader:
    def __init__(self) -> None:
        self.wakeup, write_end = os.pipe()
        os.set_blocking(write_end, False)
        os.set_blocking(self.wakeup, False)
        signal(SIGCHLD, lambda *_: None)
        set_wakeup_fd(write_end)
        self.engine = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)

    def introduce(self, channel: str, program: int) -> bool:
        """Whether there is still an engine to tell of the program."""
        try:
            self.engine.connect(channel)
        except OSError:
            return False
        self.tell({wire.WHAT: wire.LEADER, wire.PID: program})
        return True

    def wait_for_end(self) -> bool:
        """Report who has ended, until the engine says that all is to end. False: it is gone itself."""
        while True:
            self.reap()
            ready, _, _ = select.select([self.wakeup, self.engine.fileno()], [], [])
            if self.wakeup in ready:
                self.drain()
            if self.engine.fileno() in ready:
                try:
                    return self.engine.recv(len(END)) != b""
                except OSError:  # it left unread what we had told
                    return False

    def tell(self, *messages: dict[str, Any]) -> None:
        """Send them in one piece: who hears of the last end hears at once that nobody is left."""
        if not messages:
            return
        lines = "".join([wire.dumps(message) + "\n" for message in messages])
        with contextlib.suppress(OSError):
            self.engine.sendall(lines.encode())

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self.wakeup, 4096):
                pass

    def reap(self) -> bool:
        """Report every child that has ended. False if there is no child left at all."""
        ended: list[dict[str, Any]] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.tell(*ended, {wire.WHAT: wire.ALONE})
                return False
            if pid == 0:
                self.tell(*ended)
                return True
            ended.append({wire.WHAT: wire.EXITED, wire.PID: pid, wire.STATUS: status})

    def end_everything(self) -> None:
        """SIGTERM, a grace, then stop and kill in rounds until no child is left."""
        if not self.reap():
            return
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
                return
        while self.reap():
            kill_round(descendants(os.getpid()))
            select.select([self.wakeup], [], [], 0.05)
            self.drain()


def kill_round(pids: list[int]) -> None:
    """Stop them all first, so that none can fork while the others are killed."""
    for pid in pids:
        _signal(pid, SIGSTOP)
    for pid in pids:
        _signal(pid, SIGKILL)


def descendants(root: int) -> list[int]:
    """pids of everything below ``root`` that is not a zombie, parents before children."""
    children: dict[int, list[int]] = {}
    zombies = set()
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError), open("/proc/%s/stat" % name, "rb") as stream:
            # proc(5): pid (name) state parent
            state, parent = stream.read().rpartition(b")")[2].split()[:2]
            children.setdefault(int(parent), []).append(int(name))
            if state in (b"Z", b"X"):
                zombies.add(int(name))
    found = [root]
    for pid in found:
        found += children.get(pid, ())
    return [pid for pid in found[1:] if pid not in zombies]


def _signal(pid: int, *numbers: int) -> None:
    for number in numbers:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
        except OSError:
            return
