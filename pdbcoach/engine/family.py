"""The processes of a session, and their names by birth.

A process says hello and waits for its name, so its name is known before anything else arrives from it. What
it says about its birth is checked against the kernel.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Callable, Container, Mapping
from typing import Final

from msgspec import Struct

from pdbcoach.engine import pids
from pdbcoach.engine.channel import Connection, WireMessage
from pdbcoach.engine.late import LateName, others_of
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import number, one_of
from pdbcoach.engine.process import Process, pidfd_of
from pdbcoach.engine.terminal import Terminal
from pdbcoach.shim import wire

_MOST_PROCESSES: Final = 2000
"""In one session, from beginning to end."""

_KINDS: Final = (wire.KIND_PYTHON, wire.KIND_SPAWN, wire.KIND_FORK, wire.KIND_SERVER, wire.KIND_SERVED)
_MOST_CLAIMS: Final = 1000
_MOST_CHILDREN: Final = 100_000


class Hello(Struct, frozen=True):
    """A process introduces itself and waits for the answer."""

    connection: Connection
    kind: str
    parent: int
    index: int
    no_terminal: int = 0
    """Why it has no terminal of its own, as an errno."""

    @classmethod
    def read(cls, connection: Connection, message: WireMessage) -> Hello:
        """Read a hello. Raises one of ``messages.NONSENSE``."""
        kind = one_of(_KINDS, message[wire.KIND])
        no_terminal = number(message.get(wire.NO_TERMINAL, 0))
        if kind != wire.KIND_FORK:
            return cls(connection, kind, 0, 0, no_terminal)
        return cls(connection, kind, number(message[wire.PARENT]), _index(message), no_terminal)


class _Claim(Struct, frozen=True):
    """A process says that it started another that isn't its fork, as its child number ``index``."""

    parent: Process
    number: int
    index: int


class Family:
    """``terminal_of`` makes a terminal from the master that a child has sent.

    In a sandbox, processes have pids of their own and use these when they report about each other.
    """

    def __init__(
        self,
        limits: Limits,
        terminal_of: Callable[[int], Terminal],
        *,
        boxed: bool,
        directed: Container[str] = (),
        late: Mapping[str, LateName],
    ) -> None:
        self.processes: list[Process] = []
        """In the order in which they were first heard of."""
        self.named: dict[str, Process] = {}
        self.exceeded = ""
        """The limit that was exceeded, in words, which ends the session; empty if none was."""
        self.out_of_descriptors = False
        """A process couldn't be heard, because pdbcoach itself may not open more files."""
        self.unknown: list[int] = []
        """pids of processes that have no name, because their parents have none."""
        self._limits = limits
        self._terminal_of = terminal_of
        self._boxed = boxed
        self._late = late
        self._directed = directed
        self._by_pid: dict[int, Process] = {}
        self._by_own_number: dict[int, Process] = {}
        self._claims: deque[_Claim] = deque(maxlen=_MOST_CLAIMS)
        """Claims of multiprocessing's children that haven't said hello."""
        self._pythons: deque[_Claim] = deque(maxlen=_MOST_CLAIMS)
        """Claims of Pythons that haven't said hello."""
        self._servers: set[int] = set()
        """pids of multiprocessing's forkservers, which start children for other processes."""

    def in_order(self) -> list[Process]:
        """Return the processes in the order of their names, which is the same in every run."""
        return sorted(self.processes, key=lambda one: _rank(one.name))

    def of_pid(self, pid: int) -> Process | None:
        """Return the process with this pid, or None."""
        return self._by_pid.get(pid)

    def has_name(self, pid: int) -> bool:
        """Return True if a living process of the session has this pid."""
        return pid in self._by_pid and not self._by_pid[pid].ended

    def of_number(self, number: int) -> Process | None:
        """Return the process whose own pid in its sandbox is ``number``, or None."""
        return self._by_own_number.get(number)

    def add(self, name: str, pid: int, terminal: Terminal, own_number: int | None = None) -> Process:
        """Add a process. Without ``own_number``, the kernel is asked, so the process must exist."""
        for one in self.processes:
            if one.ended:
                one.view()  # releases the descriptors of those that are gone
        if own_number is None:
            own_number = self._own_number(pid)
        process = Process(name, pid, own_number, terminal, pidfd_of(pid))
        process.turns.directed = name in self._directed
        if process.pidfd is None:
            self.out_of_descriptors |= pids.exists(pid)
            process.ended = True
        self.processes.append(process)
        self.named[name] = process
        self._put_with_others(process)
        self._by_pid[pid] = self._by_own_number[own_number] = process
        return process

    def called(self, name: str, *, anywhere: bool = False) -> Process | None:
        """Return the process with this name, or None.

        A late name is bound now if a process that matches is at a prompt where the name's first step wants
        it, or ``anywhere``. If there are several, it's the one with the lowest name.
        """
        late = self._late.get(name)
        if late is None or name in self.named:
            return self.named.get(name)
        stopped = (one for one in self.in_order() if one.at_prompt is not None and late.matches(one.name))
        found = next((one for one in stopped if anywhere or late.fits(one.view())), None)
        if found is not None:
            self._rename(found, name)
            for one in self.processes:
                self._put_with_others(one)
        return found

    def _rename(self, process: Process, name: str) -> None:
        """Give a process a late name, and its descendants names that begin with it."""
        before = process.name
        for one in self.processes:
            if one is process or one.name.startswith(f"{before}."):
                del self.named[one.name]
                one.late_name, one.group = name + one.name.removeprefix(before), ""
                self.named[one.name] = one

    def _put_with_others(self, process: Process) -> None:
        for name, late in self._late.items():
            if name in self.named and not process.group and late.matches(process.name):
                process.group = others_of(name)

    def take_in(self, parent: Process, message: WireMessage) -> None:
        """Take in what ``parent`` says about a child that isn't its fork. Raises one of ``NONSENSE``."""
        match message[wire.WHAT]:
            case wire.SPAWNED:
                self._claims.append(_Claim(parent, number(message[wire.PID]), _index(message)))
            case wire.STARTING:
                index = _index(message)
                parent.starting[number(message[wire.THREAD])] = index
                parent.children = max(parent.children, index)
                if len(parent.starting) > _MOST_CLAIMS:
                    raise ValueError("so many threads")
            case wire.STARTED_PYTHON:
                index = parent.starting.pop(number(message[wire.THREAD]))
                if message[wire.PID] is not None:
                    self._pythons.append(_Claim(parent, number(message[wire.PID]), index))

    def name(self, hello: Hello, *, all_led: bool) -> str | None:
        """Return the answer to a hello, or None if it isn't known yet. An impostor never gets one.

        ``all_led`` means that every program that was started has been introduced. Raises one of ``NONSENSE``.
        """
        if self._too_many():
            return None
        pid = hello.connection.pid
        if hello.kind == wire.KIND_SERVER:
            self._servers.add(pid)
            return wire.NO_NAME
        if hello.kind == wire.KIND_PYTHON:
            return self._name_of_interpreter(pid, all_led)
        if pid in self._by_pid and not self._by_pid[pid].has_ended:
            raise ValueError("has a name already")
        return self._name_of_fork(hello) if hello.kind == wire.KIND_FORK else self._name_of_claimed(hello)

    def _name_of_fork(self, hello: Hello) -> str | None:
        parent = self._by_own_number.get(hello.parent)
        if parent is None:
            self.unknown.append(hello.connection.pid)
            return wire.NO_NAME
        if not _is_child(hello.connection.pid, parent):
            return None
        return self._add_child(parent, hello.index, hello).name

    def _name_of_claimed(self, hello: Hello) -> str | None:
        """Return the name of a child of multiprocessing that isn't a fork of its parent."""
        pid = hello.connection.pid
        own_number = self._own_number(pid)
        for claim in self._claims:
            if claim.number != own_number:
                continue
            if pids.parent_of(pid) in self._servers or _is_child(pid, claim.parent):
                self._claims.remove(claim)
                return self._add_child(claim.parent, claim.index, hello).name
        # Its parent will claim it, if any process is alive to do so.
        return None if any(not one.ended for one in self.processes) else wire.NO_NAME

    def _own_number(self, pid: int) -> int:
        return pids.own_number(pid) if self._boxed else pid

    def _too_many(self) -> bool:
        """Return True if there is no room for another process. Then no process gets a name any more."""
        most = self._limits.processes
        if len(self.processes) >= _MOST_PROCESSES:
            self.exceeded = f"more than {_MOST_PROCESSES} processes in all"
        elif sum(not one.ended for one in self.processes) < most:
            pass
        elif sum(not one.has_ended for one in self.processes) >= most:  # asks the kernel, which takes time
            self.exceeded = self._limits.exceeded(wire.PROCESSES)
        return bool(self.exceeded)

    def _name_of_interpreter(self, pid: int, all_led: bool) -> str | None:
        known = self._by_pid.get(pid)
        if known is not None and not known.ended:
            # The program itself, or a process that executed another interpreter or lost its connection.
            known.announced, known.answered, known.heard = None, (0, 0), True
            return known.name
        if not all_led:
            return None
        claim = self._claim_of_interpreter(pid)
        if claim is not None:
            self._pythons.remove(claim)
            return self._add_interpreter(claim.parent, claim.index, pid).name
        ancestor = next((self._by_pid[one] for one in pids.ancestors(pid) if one in self._by_pid), None)
        if ancestor is None:
            self.unknown.append(pid)
            return wire.NO_NAME
        if ancestor.starting and pids.parent_of(pid) == ancestor.pid and not ancestor.has_ended:
            return None  # its parent will claim it
        return self._add_interpreter(ancestor, ancestor.children + 1, pid).name

    def _claim_of_interpreter(self, pid: int) -> _Claim | None:
        own_number = self._own_number(pid)
        fitting = (one for one in self._pythons if one.number == own_number and _is_child(pid, one.parent))
        return next(fitting, None)

    def _add_interpreter(self, parent: Process, index: int, pid: int) -> Process:
        # An index may be taken by a Python that was started by other means than subprocess.
        while f"{parent.name}.python{index}" in self.named:
            index += 1
        parent.children = max(parent.children, index)
        found = self.add(f"{parent.name}.python{index}", pid, parent.terminal)
        found.shown, found.borrows, found.heard = False, True, True
        return found

    def _add_child(self, parent: Process, index: int, hello: Hello) -> Process:
        # An index is taken only if the parent executed another interpreter, which counts from 1 again.
        while f"{parent.name}.{index}" in self.named:
            index += 1
        master = hello.connection.claim_descriptor()
        terminal = parent.terminal if master is None else self._terminal_of(master)
        child = self.add(f"{parent.name}.{index}", hello.connection.pid, terminal)
        child.heard = True
        if hello.no_terminal:
            why = errno.errorcode.get(hello.no_terminal, str(hello.no_terminal))
            child.lost = (
                f"`{child.name}` has no terminal of its own ({why}), so it shares that of `{parent.name}`"
            )
        return child


def _is_child(pid: int, parent: Process) -> bool:
    """Return True if it is or may be a child: the kernel forgets the parent when that ends."""
    return pids.parent_of(pid) == parent.pid or parent.has_ended


def _index(message: WireMessage) -> int:
    index = number(message[wire.INDEX])
    if not 1 <= index <= _MOST_CHILDREN:
        raise ValueError(index)
    return index


def _rank(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in name.split("."))
