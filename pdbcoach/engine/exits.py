"""How a process ended. The kernel answers for its pidfd, whoever its parent is."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
from typing import Final

from pdbcoach.observation import ExitStatus, Phase

# include/uapi/linux/pidfd.h: PIDFD_GET_INFO is _IOWR(0xFF, 11, struct pidfd_info). The struct's first version
# has 64 bytes: mask, cgroup id, eleven ids, exit_code. PIDFD_INFO_EXIT needs Linux 6.15.
_PIDFD_INFO: Final = struct.Struct("=QQ11Ii")
_PIDFD_GET_INFO: Final = 0xC000_0000 | _PIDFD_INFO.size << 16 | 0xFF << 8 | 11
_PIDFD_INFO_EXIT: Final = 1 << 3


def from_wait_status(status: int) -> ExitStatus:
    """Convert a status of waitpid(2)."""
    if os.WIFSIGNALED(status):
        return ExitStatus(signal=os.WTERMSIG(status))
    return ExitStatus(code=os.WEXITSTATUS(status))


def ask(pid: int, pidfd: int) -> tuple[Phase, ExitStatus | None]:
    """Return ``zombie`` or ``gone``, and the exit status, for a process whose pidfd has become readable.

    The status of a process that its parent has reaped is None before Linux 6.15.
    """
    try:
        signal.pidfd_send_signal(pidfd, 0)
    except ProcessLookupError:
        return "gone", _of_reaped(pidfd)
    status = _of_zombie(pid)
    if status is None:  # reaped between the two questions
        return "gone", _of_reaped(pidfd)
    return "zombie", status


def _of_zombie(pid: int) -> ExitStatus | None:
    # proc(5): the last field of /proc/PID/stat is the status in the form of waitpid(2).
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            return from_wait_status(int(stream.read().rsplit(b" ", 1)[1]))
    except (OSError, ValueError, IndexError):
        return None


def _of_reaped(pidfd: int) -> ExitStatus | None:
    request = _PIDFD_INFO.pack(_PIDFD_INFO_EXIT, *([0] * 13))
    try:
        answer = _PIDFD_INFO.unpack(fcntl.ioctl(pidfd, _PIDFD_GET_INFO, request))
    except OSError:
        return None
    return from_wait_status(answer[-1]) if answer[0] & _PIDFD_INFO_EXIT else None
