"""The engine's side of the side channel: who is connected, and what each of them says.

What a process says is believed of itself only: who it is comes from the kernel (SO_PEERCRED).
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

Message = dict[str, Any]

STACK_LINE: Final = "stack line"
"""What a message is that the target's faulthandler wrote, not its shim."""

_PEER: Final = struct.Struct("3i")
_LONGEST_LINE: Final = 1 << 20
"""Bytes; a connection that sends a longer line is cut off."""

_MOST_DESCRIPTORS: Final = 4
"""Unclaimed ones to keep; a hello brings one."""


class Connection:
    """One process's connection."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain
        self.socket.setblocking(False)
        credentials = plain.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        self.pid: int = _PEER.unpack(credentials)[0]
        self.descriptors: list[int] = []
        """Sent along and not yet claimed."""
        self.closed = False
        self._rest = b""

    def fileno(self) -> int:
        return self.socket.fileno()

    def messages(self) -> Iterator[Message]:
        """The complete messages in the next piece that has arrived. Nonsense closes the connection.

        One piece at a time, so that a program that never stops sending holds up nobody.
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
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            message = _parse(line)
            if message is None:
                self.close()
                return
            yield message
        if len(self._rest) > _LONGEST_LINE:
            self.close()

    def _receive(self) -> bytes:
        size = array.array("i").itemsize
        data, ancillary, _, _ = self.socket.recvmsg(65536, socket.CMSG_SPACE(4 * size))
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                found = array.array("i", content[: len(content) - len(content) % size])
                for descriptor in found:
                    os.set_inheritable(descriptor, False)
                self.descriptors.extend(found)
        while len(self.descriptors) > _MOST_DESCRIPTORS:
            os.close(self.descriptors.pop())
        return data

    def claim_descriptor(self) -> int | None:
        """The oldest descriptor that was sent along; its owner is the caller from now on."""
        return self.descriptors.pop(0) if self.descriptors else None

    def answer(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self.socket.sendall(text.encode() + b"\n")

    def close(self) -> None:
        self.closed = True
        self.socket.close()
        while self.descriptors:
            os.close(self.descriptors.pop())


def listen(path: Path) -> socket.socket:
    """A listening socket at ``path``, which nobody but the user may connect to."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    os.chmod(path, 0o600)
    listener.listen(128)
    listener.setblocking(False)
    return listener


def _parse(line: bytes) -> Message | None:
    if not line.startswith(b"{"):
        return {wire.WHAT: STACK_LINE, wire.TEXT: line.decode("utf-8", "backslashreplace")}
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None
