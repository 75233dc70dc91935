"""The leaders of a session's programs: what each reports, and how it is told to end its program."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from pdbcoach.engine import exits, pids
from pdbcoach.engine.channel import Connection, WireMessage
from pdbcoach.engine.family import Family
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import number
from pdbcoach.engine.process import Process, pidfd_of
from pdbcoach.engine.terminal import Terminal
from pdbcoach.shim import wire
from pdbcoach.shim.leader import descendants

_FLEETING: Final = "processes that end before they can be looked at"
_OF_A_BOX: Final = 2
"""Processes below the outer leader that aren't the program's: bubblewrap and the inner leader."""


class LeaderLink(Struct):
    """What the engine knows about one leader."""

    name: str
    """The name of the program that it leads."""
    terminal: Terminal
    boxes: bool = False
    """Its child is the sandbox, where another leader introduces the program."""
    outside: LeaderLink | None = None
    """For the leader inside a sandbox: the one outside."""
    connection: Connection | None = None
    pidfd: int | None = None
    alone: bool = False
    """It has no child left: everything below it has ended."""


class Leaders:
    """``limit`` is the number of bytes of output to keep of one process."""

    def __init__(self, family: Family, limits: Limits, limit: int, *, boxed: bool) -> None:
        self._family = family
        self._limits = limits
        self._limit = limit
        self._boxed = boxed
        self._by_pid: dict[int, LeaderLink] = {}
        self._by_program: dict[int, LeaderLink] = {}
        """By the pid of the program that they lead."""

    def expect(self, pid: int, name: str, terminal: Terminal) -> None:
        """Prepare for the leader ``pid``, which will introduce the program ``name``."""
        self._by_pid[pid] = LeaderLink(name, terminal, boxes=self._boxed)

    def of(self, connection: Connection, message: WireMessage) -> LeaderLink | None:
        """Return the leader on this connection, or None if the sender isn't one."""
        found = self._by_pid.get(connection.pid)
        if found is None and message[wire.WHAT] == wire.LEADER:
            return self._in_box(connection)
        return found

    def take_in(self, leader: LeaderLink, connection: Connection, message: WireMessage) -> None:
        """Take in one message of a leader. Raises one of ``messages.NONSENSE``."""
        match message[wire.WHAT]:
            case wire.LEADER:
                if leader.connection is not None:
                    raise ValueError("one program for each leader")
                leader.connection, leader.pidfd = connection, pidfd_of(connection.pid)
                if not leader.boxes:
                    self._introduce(leader, connection, number(message[wire.PID]))
            case wire.EXITED:
                process = self._family.of_number(number(message[wire.PID]))
                status = number(message[wire.STATUS])
                if process is not None and not leader.boxes:
                    process.exit = exits.from_wait_status(status)
                    process.end(self._limit)
            case wire.ALONE:
                leader.alone = True
            case wire.EXCEEDED:
                self._family.exceeded = self._limits.exceeded(message[wire.BOUND])

    def _introduce(self, leader: LeaderLink, connection: Connection, own_number: int) -> None:
        """Add the program that a leader leads. The program is still waiting for its name."""
        pid = pids.child_called(own_number, connection.pid) if self._boxed else own_number
        self._by_program[pid] = leader
        self._family.add(leader.name, pid, leader.terminal, own_number)
        self._limits.apply(pid)
        # Only the outer leader of a sandbox can run with priority over everything inside.
        watching = leader if leader.outside is None else leader.outside
        with contextlib.suppress(OSError):
            if watching.connection is not None:
                uncounted = _OF_A_BOX if watching.boxes else 0
                watching.connection.socket.sendall(self._limits.for_leader(uncounted))

    def _in_box(self, connection: Connection) -> LeaderLink | None:
        """Add the leader inside a sandbox: the first process there, and only the first to say so."""
        for pid in pids.ancestors(connection.pid):
            outer = self._by_pid.get(pid)
            if outer is None or not outer.boxes or pids.own_number(connection.pid) != 1:
                continue
            if any(one is not outer and one.terminal is outer.terminal for one in self._by_pid.values()):
                break
            inner = LeaderLink(outer.name, outer.terminal, outside=outer)
            self._by_pid[connection.pid] = inner
            return inner
        return None

    def all_have_introduced(self) -> bool:
        """Return True if every program that was started has been introduced."""
        links = self._by_pid.values()
        introduced = [link.name for link in links if link.connection and not link.boxes]
        return all(link.name in introduced for link in links)

    def failed(self, pid: int) -> bool:
        """Return True if everything below leader ``pid`` ended before its program was introduced."""
        leader = self._by_pid[pid]
        return leader.alone and leader.name not in self._family.named

    def reports_end_of(self, process: Process) -> bool:
        """Return True if a leader will report the end of ``process``, with its status."""
        leader = self._by_program.get(process.pid)
        return leader is not None and (leader.connection is None or not leader.connection.closed)

    def strangers(self) -> list[str]:
        """Describe the living processes below the leaders that never said hello: other programs."""
        found: list[str] = []
        for pid, leader in self._by_pid.items():
            if not (leader.alone or leader.boxes):
                found += self._strangers_below(pid)
        return found

    def _strangers_below(self, leader: int) -> list[str]:
        below = descendants(leader)
        strange = [_describe(one) for one in below if self._family.of_pid(one) is None]
        if len(strange) == len(below) and all(words is None for words in strange):
            return [_FLEETING]  # there is a process, or the leader would be alone
        return [words for words in strange if words]

    def end(self, pid: int, timeout: float, hear: Callable[[Connection], None]) -> bool:
        """Make leader ``pid`` end everything below it and then itself, within ``timeout`` seconds.

        ``hear`` takes in what it reports meanwhile. Returns True if it has ended and nothing is left.
        """
        leader = self._by_pid[pid]
        connection = leader.connection
        if connection is None:
            return False
        with contextlib.suppress(OSError):
            if leader.pidfd is not None:  # a program may have stopped it
                signal.pidfd_send_signal(leader.pidfd, signal.SIGCONT)
            connection.socket.sendall(wire.KILL if self._family.exceeded else wire.END)
        deadline = time.monotonic() + timeout
        while not connection.closed:  # only its end closes it
            if not _wait_for(connection.fileno(), deadline):
                return False
            hear(connection)
        return leader.alone and (leader.pidfd is None or _wait_for(leader.pidfd, deadline))

    def close(self) -> None:
        """Close the descriptors."""
        for leader in self._by_pid.values():
            if leader.pidfd is not None:
                os.close(leader.pidfd)


def _wait_for(descriptor: int, deadline: float) -> bool:
    """Return True if ``descriptor`` is readable or closed before ``deadline`` (``time.monotonic()``)."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(max(0, deadline - time.monotonic()) * 1000))


def _describe(pid: int) -> str | None:
    """Return ``sleep (pid 4711)``, or an empty string for a helper of multiprocessing.

    Returns None for a process that has ended or is ending, because it has no command line any more.
    """
    line = pids.command_line(pid)
    if "from multiprocessing." in line:
        return ""
    return f"{line[:60]} (pid {pid})" if line else None
