"""The tiny process between the engine and a program, on the program's terminal.

It leads the terminal's session, so that the end of the main process hangs up nobody, and it is
the child subreaper of everything the program starts: whatever loses its parent becomes its child.
So it knows how each of them ended, and when it has no child left, nothing is left (ECHILD is the
proof). It ends them all when the engine says so, or when the engine is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import select
import shutil
import signal
import socket
import time
from typing import Final, NoReturn

TERM_GRACE: Final = 0.25
"""Seconds between SIGTERM and SIGKILL for what is still alive at the end of a session."""

END: Final = b"end\n"
"""What the engine sends to have everything ended."""

_PR_SET_CHILD_SUBREAPER: Final = 36
_ADDR_NO_RANDOMIZE: Final = 0x0040000  # personality(2)
_libc = ctypes.CDLL(None, use_errno=True)


def set_subreaper(on: bool) -> None:
    """Make this process adopt its descendants' orphans (prctl(2)), or stop doing so."""
    _libc.prctl(_PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def stand_between(channel: str, folder: str) -> None:
    """Fork; return in the child, which is to become the program. The parent leads, for ever.

    To be called between a terminal's fork and exec. ``folder`` is removed if the engine dies.
    """
    set_subreaper(True)
    pid = os.fork()
    if pid:
        _lead(pid, channel, folder)
    _libc.personality(_ADDR_NO_RANDOMIZE)  # as gdb does: an address that is printed stays the same
    os.setpgid(0, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # a background group may not set the foreground
    os.tcsetpgrp(0, os.getpgrp())
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _lead(program: int, channel: str, folder: str) -> NoReturn:
    try:
        with contextlib.suppress(OSError):
            os.setpgid(program, program)
        # The descriptors of the engine, the pipe of exec errors among them, are not ours.
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM, signal.SIGTSTP):
            signal.signal(number, signal.SIG_IGN)
        _Leader(channel, program).run(folder)
    finally:
        os._exit(0)


class _Leader:
    def __init__(self, channel: str, program: int) -> None:
        self.wakeup, write_end = os.pipe()
        os.set_blocking(write_end, False)
        os.set_blocking(self.wakeup, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(write_end)
        self.engine = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.engine.connect(channel)
        self.tell({"what": "leader", "pid": program})

    def run(self, folder: str) -> None:
        told_to_end = False
        while not told_to_end:
            self.reap()
            ready, _, _ = select.select([self.wakeup, self.engine.fileno()], [], [])
            if self.wakeup in ready:
                self.drain()
            if self.engine.fileno() in ready:
                told_to_end = True
                orphaned = self.engine.recv(len(END)) == b""
        self.end_everything()
        if orphaned:
            shutil.rmtree(folder, ignore_errors=True)

    def tell(self, *messages: dict[str, object]) -> None:
        """Send them in one piece: who hears of the last end hears at once that nobody is left."""
        lines = b"".join(json.dumps(message).encode() + b"\n" for message in messages)
        with contextlib.suppress(OSError):
            self.engine.sendall(lines)

    def drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while os.read(self.wakeup, 4096):
                pass

    def reap(self) -> bool:
        """Report every child that has ended. False if there is no child left at all."""
        ended: list[dict[str, object]] = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self.tell(*ended, {"what": "alone"})
                return False
            if pid == 0:
                self.tell(*ended)
                return True
            ended.append({"what": "exited", "pid": pid, "status": status})

    def end_everything(self) -> None:
        """SIGTERM, a grace, then stop and kill in rounds until no child is left."""
        if not self.reap():
            return
        for pid in descendants(os.getpid()):
            _signal(pid, signal.SIGTERM, signal.SIGCONT)
        deadline = time.monotonic() + TERM_GRACE
        while (left := deadline - time.monotonic()) > 0:
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
        _signal(pid, signal.SIGSTOP)
    for pid in pids:
        _signal(pid, signal.SIGKILL)


def descendants(root: int) -> list[int]:
    """pids of everything below ``root`` that is not a zombie, parents before children."""
    import psutil  # 30 ms, needed only when something is left to be ended

    found: list[int] = []
    with contextlib.suppress(psutil.Error):
        for process in psutil.Process(root).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process.pid)
    return found


def _signal(pid: int, *numbers: int) -> None:
    for number in numbers:
        try:
            os.kill(pid, number)
        except OSError as problem:
            if problem.errno != errno.ESRCH:
                return
