"""The shim's side of the side channel: one Unix connection for each process."""

from __future__ import annotations

import _socket
import faulthandler
import fcntl
import os
import sys

from . import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# High, so that a program that prints its descriptors sees the same numbers as without the shim; less high if
# a process may open only a few files.
_LOWEST_DESCRIPTORS = (200, 50, 20)


class Channel:
    """A connection to the engine that survives whatever the program does to descriptors."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.socket: _socket.socket | None = None
        self.identity: tuple[int, int] | None = None

    def connect(self) -> None:
        """Open a new connection, and leave an inherited one to the process that owns it."""
        self.drop()
        self.socket = self.another()
        number = self.socket.fileno()
        self.identity = _identity(number)
        # faulthandler is written in C, so it answers in a busy or blocked program without running Python.
        faulthandler.register(wire.STACK_SIGNAL, number, all_threads=False)

    def another(self) -> _socket.socket:
        """Return one more connection to the engine. Raises OSError."""
        plain = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        plain.connect(self.path)
        try:
            number = put_aside(plain.fileno())
        except OSError:  # no other descriptor is left
            number = plain.detach()
        plain.close()
        return _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM, 0, number)

    def drop(self) -> None:
        """Forget the connection. Close it only if its number still refers to it."""
        if self.socket is None:
            return
        number = self.socket.detach()
        if _identity(number) == self.identity:
            os.close(number)
        self.socket = None

    def intact(self) -> bool:
        """Return False if the program has closed our descriptor, even if its number is in use again."""
        return self.socket is not None and _identity(self.socket.fileno()) == self.identity

    def send(self, message: Any, descriptor: int | None = None) -> None:
        """Send one message, with a file descriptor if given. Raises OSError, or ValueError if too long."""
        assert self.socket is not None
        line = (wire.dumps(message) + "\n").encode("ascii")
        if len(line) > wire.LONGEST:
            raise ValueError("the message is too long")
        if descriptor is not None:
            rights = (_socket.SOL_SOCKET, _socket.SCM_RIGHTS, descriptor.to_bytes(4, sys.byteorder))
            sent = self.socket.sendmsg([line], [rights])
            line = line[sent:]
        if line:
            self.socket.sendall(line)

    def receive_line(self) -> str:
        """Return the engine's answer without its newline, or ``""`` if the engine is gone."""
        assert self.socket is not None
        answer = b""
        while not answer.endswith(b"\n"):
            piece = self.socket.recv(256)
            if not piece:
                return ""
            answer += piece
        return answer[:-1].decode()


def put_aside(number: int) -> int:
    """Return a duplicate of a descriptor with a number that the program doesn't use. Raises OSError."""
    for lowest in _LOWEST_DESCRIPTORS[:-1]:
        try:
            return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, lowest)
        except OSError:  # the limit is lower
            pass
    return fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, _LOWEST_DESCRIPTORS[-1])


def _identity(number: int) -> tuple[int, int] | None:
    try:
        status = os.fstat(number)
    except OSError:
        return None
    return status.st_dev, status.st_ino
