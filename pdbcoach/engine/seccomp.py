"""The filter of system calls for a program in a sandbox (seccomp(2)).

Namespaces don't separate everything: the kernel keeps keys by user or login session, and sockets of some
families reach this machine or its host.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import Final

MACHINE: Final = "x86_64"
"""The only machine whose numbers have been tried; sandboxes need it."""

_FAMILIES: Final = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
"""Socket families that a network namespace separates."""

# linux/audit.h: AUDIT_ARCH_X86_64. Numbers of system calls: arch/x86/entry/syscalls/syscall_64.tbl.
_ARCHITECTURE: Final = 0xC000_003E
_SOCKET: Final = 41
_CLONE: Final = 56
FIRST_UNKNOWN: Final = 463
"""Nobody has looked at the numbers from here on. Those of the x32 interface are far above."""

REFUSED: Final = (
    # add_key, request_key, keyctl, and what works with rings of requests, which bypass the filter
    *(248, 249, 250, 425, 426, 427),
    # unshare, setns, clone3: all capabilities in a namespace of one's own. The C library falls back to clone.
    *(272, 308, 435),
    # mount, umount2, pivot_root, chroot, open_tree, move_mount, fsopen to fspick, mount_setattr
    *(165, 166, 155, 161, 428, 429, 430, 431, 432, 433, 442),
    # ptrace, perf_event_open, bpf, userfaultfd, kcmp, fanotify_init
    *(101, 298, 321, 323, 312, 300),
    # kexec_load, kexec_file_load, init_module, finit_module, delete_module, iopl, ioperm, modify_ldt
    *(246, 320, 175, 313, 176, 172, 173, 154),
    # acct, settimeofday, swapon, swapoff, reboot, quotactl, syslog, open_by_handle_at
    *(163, 164, 167, 168, 169, 179, 103, 304),
)
NEW_NAMESPACES: Final = 0x7E02_0000
"""All CLONE_NEW… flags of clone(2)."""

# linux/bpf_common.h and linux/seccomp.h: instructions, and offsets of the data they read.
_LOAD, _IF_EQUAL, _IF_FROM, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _AUDIT, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _ERROR = 0x7FFF_0000, 0x0005_0000


def is_supported() -> bool:
    """Return True if the filter fits this machine."""
    return os.uname().machine == MACHINE


def program() -> bytes:
    """Return the filter in the form that bubblewrap's ``--seccomp`` reads."""
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _instructions())


def _instructions() -> Iterator[tuple[int, int, int, int]]:
    """Yield code, instructions to skip if the test holds, instructions to skip if not, and operand."""
    missing, no_family = _ERROR | errno.ENOSYS, _ERROR | errno.EAFNOSUPPORT
    yield _LOAD, 0, 0, _AUDIT
    yield _IF_EQUAL, 1, 0, _ARCHITECTURE
    yield _RETURN, 0, 0, missing
    yield _LOAD, 0, 0, _NUMBER
    yield _IF_FROM, 0, 1, FIRST_UNKNOWN
    yield _RETURN, 0, 0, missing
    yield from _answer(REFUSED, missing)
    yield _IF_EQUAL, 0, 4, _CLONE
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield _IF_ANY_BIT, 0, 1, NEW_NAMESPACES
    yield _RETURN, 0, 0, _ERROR | errno.EPERM
    yield _RETURN, 0, 0, _ALLOW
    yield _IF_EQUAL, 1, 0, _SOCKET
    yield _RETURN, 0, 0, _ALLOW
    yield _LOAD, 0, 0, _FIRST_ARGUMENT
    yield from _answer(_FAMILIES, _ALLOW)
    yield _RETURN, 0, 0, no_family


def _answer(numbers: Iterable[int], answer: int) -> Iterator[tuple[int, int, int, int]]:
    for number in numbers:
        yield _IF_EQUAL, 0, 1, number
        yield _RETURN, 0, 0, answer
