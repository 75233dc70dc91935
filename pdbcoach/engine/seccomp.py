"""What a program in a sandbox may not ask of the kernel, as a filter of system calls (seccomp(2)).

Namespaces do not part everything: keys that the kernel keeps belong to a user or a login session, and
sockets of some families lead to the machine, or to the one that it runs on.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

_FAMILIES: Final = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
"""Of sockets: those that a network namespace parts."""


class _Machine(Struct, frozen=True):
    """Its AUDIT_ARCH of linux/audit.h, and the numbers of its system calls."""

    audit: int
    socket: int
    refused: tuple[int, ...]
    """Of keys: add_key, request_key, keyctl. And io_uring_setup: what is asked in a ring passes no filter."""
    foreign: int = 0xFFFF_FFFF
    """Numbers from here on belong to another way to call the same kernel."""


_GENERIC: Final = (217, 218, 219, 425)
_MACHINES: Final = {
    "x86_64": _Machine(0xC000_003E, 41, (248, 249, 250, 425), foreign=0x4000_0000),
    "aarch64": _Machine(0xC000_00B7, 198, _GENERIC),
    "riscv64": _Machine(0xC000_00F3, 198, _GENERIC),
    "loongarch64": _Machine(0xC000_0102, 198, _GENERIC),
}

# linux/bpf_common.h, linux/seccomp.h: instructions, and the places of what they look at.
_LOAD, _IF_EQUAL, _IF_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _AUDIT, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _ERROR = 0x7FFF_0000, 0x0005_0000


def program() -> bytes:
    """The filter for this machine, as bubblewrap's ``--seccomp`` reads it; empty if none is known."""
    machine = _MACHINES.get(os.uname().machine)
    if machine is None:
        return b""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _instructions(machine))


def _instructions(machine: _Machine) -> Iterator[tuple[int, int, int, int]]:
    """Each with how many to leap over if it holds, and if not."""
    missing, no_family = _ERROR | errno.ENOSYS, _ERROR | errno.EAFNOSUPPORT
    yield _LOAD, 0, 0, _AUDIT
    yield _IF_EQUAL, 1, 0, machine.audit
    yield _RETURN, 0, 0, missing
    yield _LOAD, 0, 0, _NUMBER
    yield _IF_FROM, 0, 1, machine.foreign
    yield _RETURN, 0, 0, missing
    yield from _answer(machine.refused, missing)
    yield _IF_EQUAL, 1, 0, machine.socket
    yield _RETURN, 0, 0, _ALLOW
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield from _answer(_FAMILIES, _ALLOW)
    yield _RETURN, 0, 0, no_family


def _answer(numbers: Iterable[int], answer: int) -> Iterator[tuple[int, int, int, int]]:
    for number in numbers:
        yield _IF_EQUAL, 0, 1, number
        yield _RETURN, 0, 0, answer
