"""The engine's side of the side channel: who is connected, and what each process says.

A process can only report about itself: the kernel says who connected (SO_PEERCRED) and who wrote each piece
(SCM_CREDENTIALS).
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pdbcoach.shim import wire

WireMessage = dict[str, Any]

STACK_LINE: Final = "stack line"
"""The kind of a message that faulthandler wrote in the target, not the shim."""

_CREDENTIALS: Final = struct.Struct("3i")
"""struct ucred of unix(7): pid, uid, gid."""

_PIECE: Final = 1 << 16
_DESCRIPTOR: Final = array.array("i").itemsize


class Connection:
    """One process's connection. It keeps at most one unfinished line and one descriptor."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        credentials = plain.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        self.pid: int = _CREDENTIALS.unpack(credentials)[0]
        self.descriptor: int | None = None
        """A descriptor that was sent and isn't claimed yet."""
        self.closed = False
        self.spoilt = False
        """It was closed because of what arrived."""
        self.lost_descriptor = False
        """A descriptor was sent that this process had no room for."""
        self._line = bytearray()
        """The beginning of a line whose end hasn't arrived."""

    def fileno(self) -> int:
        return self.socket.fileno()

    def messages(self) -> Iterator[WireMessage]:
        """Yield the complete messages in the next piece that has arrived.

        Nonsense closes the connection. So does a piece from another process, which has inherited or stolen
        the descriptor. Reads only one piece, so that a program that never stops sending can't block the
        engine.
        """
        try:
            data = self._receive()
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        *ends, rest = data.split(b"\n")
        for end in ends:
            message = _parse(bytes(self._line + end))
            self._line.clear()
            if message is None:
                self.refuse()
            if message is None or self.closed:
                return
            yield message
        self._line += rest
        if len(self._line) > wire.LONGEST:
            self.refuse()

    def refuse(self) -> None:
        """Close the connection because of what arrived."""
        self.spoilt = True
        self.close()

    def _receive(self) -> bytes:
        """Return the next piece, or nothing if it isn't from the process that connected."""
        room = socket.CMSG_SPACE(_CREDENTIALS.size) + socket.CMSG_SPACE(_DESCRIPTOR)
        data, ancillary, flags, _ = self.socket.recvmsg(_PIECE, room, socket.MSG_CMSG_CLOEXEC)
        writer = 0
        for level, kind, content in ancillary:
            if level != socket.SOL_SOCKET:
                continue
            if kind == socket.SCM_RIGHTS:
                for descriptor in array.array("i", content[: len(content) // _DESCRIPTOR * _DESCRIPTOR]):
                    self._close_descriptor()
                    self.descriptor = descriptor
            elif kind == socket.SCM_CREDENTIALS:
                writer = _CREDENTIALS.unpack(content)[0]
        self.spoilt = bool(data) and writer != self.pid
        self.lost_descriptor |= bool(flags & socket.MSG_CTRUNC)
        return b"" if self.spoilt else data

    def claim_descriptor(self) -> int | None:
        """Return the descriptor that was sent last, or None. The caller owns it from now on."""
        claimed, self.descriptor = self.descriptor, None
        return claimed

    def answer(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(text.encode() + b"\n")

    def close(self) -> None:
        self.closed = True
        self.socket.close()
        self._close_descriptor()

    def _close_descriptor(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def listen(path: Path) -> socket.socket:
    """Return a listening socket at ``path``, to which only this user may connect."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    os.chmod(path, 0o600)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # also for what is sent before accept()
    listener.listen(128)
    listener.setblocking(False)
    return listener


def _parse(line: bytes) -> WireMessage | None:
    if not line.startswith(b"{"):
        return {wire.WHAT: STACK_LINE, wire.TEXT: line.decode("utf-8", "backslashreplace")}
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
