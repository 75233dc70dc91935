"""Which threads wait for input from which terminal, as the kernel says.

A thread that sleeps in a system call shows the call and its arguments in ``/proc/PID/task/TID/syscall``
(proc(5)). If the call waits for input from a pseudo-terminal, the thread reads that terminal. Looking
needs the right to trace the process (ptrace(2)), but stops and changes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import struct
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

_TIOCGPTPEER: Final = 0x5441
"""ioctl_tty(2): open the slave of a master, also if it has no name here."""
_TIOCGSID: Final = 0x5429
"""ioctl_tty(2): the session that a terminal controls."""

_TTY: Final = (5, 0)
"""The device of /dev/tty, which stands for the controlling terminal."""
_SLAVES: Final = range(136, 144)
"""Major numbers of pseudo-terminals' slaves (devices.txt of the kernel)."""

_MOST_THREADS: Final = 256
"""Threads of one process to look at."""
_MOST_FILES: Final = 64
"""Descriptors of one call to look at."""

_MINUS_ONE: Final = 0xFFFF_FFFF
"""An int argument of -1, in the lower half of its register."""

Identity = tuple[int, int]
"""Device and inode of a terminal's slave. They are the same in a sandbox, where its name isn't."""


class _Call(Struct, frozen=True):
    """A system call that may wait for input."""

    kind: Literal["read", "select", "poll", "epoll"]
    timeout: int = 0
    """Number of the argument that bounds the wait."""
    endless: int = 0
    """Its value if nothing does: a null pointer, or -1."""


_POLL: Final = _Call("poll", 2)
_SELECT: Final = _Call("select", 4)
_EPOLL: Final = _Call("epoll", 3, _MINUS_ONE)
_EPOLL_2: Final = _Call("epoll", 3)

# The generic table is that of ARM64, RISC-V and LoongArch; only x86-64 has been tried.
_X86_64: Final = {
    0: _Call("read"),
    7: _Call("poll", 2, _MINUS_ONE),
    23: _SELECT,
    232: _EPOLL,
    270: _SELECT,
    271: _POLL,
    281: _EPOLL,
    441: _EPOLL_2,
}
_GENERIC: Final = {22: _EPOLL, 63: _Call("read"), 72: _SELECT, 73: _POLL, 441: _EPOLL_2}
_FUTEX: Final = {"202", "98"}
"""Numbers of futex(2) on x86-64, where 98 is getrusage(2), which never sleeps; and in the generic table."""
_CALLS: Final = _X86_64 if os.uname().machine == "x86_64" else _GENERIC


class WaitingReader(Struct, frozen=True):
    """A thread that sleeps until a terminal has input."""

    pid: int
    thread: int
    terminal: Identity | None
    """The terminal's slave, or None for /dev/tty."""
    asks: bool
    """It waits without a bound in time. Otherwise it only listens, probably again and again."""
    sleeps: int
    """How often it has gone to sleep so far. The same number means the same wait."""

    def waits_as(self, other: WaitingReader) -> bool:
        """Return True if both are the same wait, or one of the same series of bounded waits."""
        if self.asks:
            return self == other
        return (self.pid, self.thread, self.terminal) == (other.pid, other.thread, other.terminal)


def readers(pid: int, first: int = 0) -> Iterator[WaitingReader]:
    """Yield the readers among the threads of a process, and thread ``first`` before all others.

    Raises PermissionError if this process may not look at it.
    """
    for thread in islice(_threads(pid, first), _MOST_THREADS):
        try:
            yield from _waits(pid, thread)
        except PermissionError:
            raise
        except (OSError, ValueError, IndexError, struct.error):
            continue  # it has gone on meanwhile


def waits_for_lock(pid: int, thread: int) -> bool:
    """Return True if a thread sleeps until a lock is released, without a bound in time. Raises OSError."""
    words = _read(f"/proc/{pid}/task/{thread}/syscall").split()
    return len(words) > 4 and words[0] in _FUTEX and int(words[4], 16) == 0


def identity(master: int) -> Identity | None:
    """Return the identity of a terminal's slave, or None if the slave can't be opened (TIOCSPTLCK)."""
    with contextlib.suppress(OSError), _slave(master) as slave:
        status = os.fstat(slave)
        return status.st_dev, status.st_ino
    return None


def all_taken(master: int) -> bool:
    """Return True if everything that was typed at ``master`` has been read, or became a signal.

    poll(2) on the slave first passes on what is on its way, so the answer is up to date, and so is a look
    after it: a thread that still sleeps has had its chance. The slave is open only for this moment, because
    it would hide that all others have closed it.
    """
    with contextlib.suppress(OSError), _slave(master) as slave:
        poller = select.poll()
        poller.register(slave, select.POLLIN)
        return not poller.poll(0)
    return False


def controls(master: int, pid: int) -> bool:
    """Return True if the terminal is the controlling one of a process."""
    try:
        session = struct.unpack("i", fcntl.ioctl(master, _TIOCGSID, bytes(4)))[0]
        return bool(session == int(_stat(pid)[3]))
    except (OSError, ValueError, IndexError):
        return False


def children(pid: int) -> list[int]:
    """Return the pids of a process's living children and zombies, in the order of birth."""
    found: list[int] = []
    for thread in _threads(pid):
        with contextlib.suppress(OSError, ValueError):
            found += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return found


def _threads(pid: int, first: int = 0) -> Iterable[int]:
    try:
        found = [int(name) for name in os.listdir(f"/proc/{pid}/task")]  # the main thread comes first
    except OSError:
        return []
    return sorted(found, key=lambda thread: thread not in (first, pid)) if first else found


def _waits(pid: int, thread: int) -> Iterator[WaitingReader]:
    words = _read(f"/proc/{pid}/task/{thread}/syscall").split()
    if len(words) < 7:  # `running`, or `-1` and two addresses
        return
    call = _CALLS.get(int(words[0]))
    if call is None:
        return
    arguments = [int(word, 16) for word in words[1:7]]
    asks = call.kind == "read" or arguments[call.timeout] & _mask(call) == call.endless
    for number in _awaited(pid, call, arguments)[:_MOST_FILES]:
        status = os.stat(f"/proc/{pid}/fd/{number}")
        device = os.major(status.st_rdev), os.minor(status.st_rdev)
        if device == _TTY or device[0] in _SLAVES:
            terminal = None if device == _TTY else (status.st_dev, status.st_ino)
            yield WaitingReader(pid, thread, terminal, asks, _sleeps(pid, thread))


def _mask(call: _Call) -> int:
    return call.endless or ~0


def _selected(pid: int, count: int, address: int) -> list[int]:
    """Return the descriptors in the bits of select(2)."""
    bits = int.from_bytes(_memory(pid, address, (count + 63) // 64 * 8), "little") if address else 0
    return [number for number in range(count) if bits >> number & 1]


def _awaited(pid: int, call: _Call, arguments: list[int]) -> list[int]:
    """Return the descriptors that a call waits to read from."""
    match call.kind:
        case "read":
            return [arguments[0]]
        case "select":
            return _selected(pid, min(arguments[0], 1024), arguments[1])
        case "poll":
            asked = _memory(pid, arguments[0], 8 * min(arguments[1], _MOST_FILES))
            entries = struct.iter_unpack("ihh", asked)
            return [number for number, events, _ in entries if events & select.POLLIN and number >= 0]
        case "epoll":
            text = _read(f"/proc/{pid}/fdinfo/{arguments[0]}")
            watched = re.findall(r"tfd:\s*(\d+) events:\s*([0-9a-f]+)", text)
            return [int(number) for number, events in watched if int(events, 16) & select.EPOLLIN]


def _sleeps(pid: int, thread: int) -> int:
    status = _read(f"/proc/{pid}/task/{thread}/status")
    return int(status.rpartition("\nvoluntary_ctxt_switches:")[2].split()[0])


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the command's name."""
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _read(path: str) -> str:
    with open(path, "rb", buffering=0) as stream:
        return stream.read().decode(errors="replace")


def _memory(pid: int, address: int, size: int) -> bytes:
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        return os.pread(memory.fileno(), size, address)


@contextlib.contextmanager
def _slave(master: int) -> Iterator[int]:
    slave = fcntl.ioctl(master, _TIOCGPTPEER, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        yield slave
    finally:
        os.close(slave)
