"""Who is who in a session: takes in what processes say and gives them their names."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pdbcoach.engine import channel, exits
from pdbcoach.engine.channel import Connection, Message
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import NONSENSE, number, one_of, parse_prompt, parse_state
from pdbcoach.engine.observation import DebuggerState
from pdbcoach.engine.process import Process, pidfd_of
from pdbcoach.engine.terminal import Terminal, set_up
from pdbcoach.shim import wire
from pdbcoach.shim.leader import descendants

ROOM: Final = 1 << 16
"""Bytes of output beyond the limit: pdb's own words."""

_MOST_PROCESSES: Final = 2000
"""Of one session, from its beginning to its end."""

_AT_ONCE: Final = 64
_MOST_CONNECTIONS: Final = 512
_MOST_OF_ONE: Final = 4
"""Connections of one process: it has one, and may be about to replace it."""
_KINDS: Final = (wire.KIND_PYTHON, wire.KIND_SPAWN, wire.KIND_FORK, wire.KIND_SERVER, wire.KIND_SERVED)
_MOST_CLAIMS: Final = 1000
_MOST_CHILDREN: Final = 100_000


@dataclass(frozen=True, slots=True)
class _Hello:
    """A process introduces itself and waits for the answer."""

    connection: Connection
    kind: str
    parent: int
    index: int

    @classmethod
    def read(cls, connection: Connection, message: Message) -> _Hello:
        kind = one_of(_KINDS, message[wire.KIND])
        if kind != wire.KIND_FORK:
            return cls(connection, kind, 0, 0)
        return cls(connection, kind, number(message[wire.PARENT]), _index(message))


@dataclass(frozen=True, slots=True)
class _Claim:
    """A process says that it started another, which is not its fork, as so many-th of its children."""

    parent: Process
    pid: int
    index: int


@dataclass(slots=True)
class _Leader:
    name: str
    terminal: Terminal
    connection: Connection | None = None
    pidfd: int | None = None
    alone: bool = False
    """It has no child left: everything below it has ended."""


class Registry:
    """Every process, terminal and connection of one session, and the rules of naming.

    A process is named when it says hello, and waits for its name; so nothing that follows can
    be heard of before it is known whose it is.
    """

    def __init__(self, folder: Folder, token: str, limits: Limits, piece: int) -> None:
        self.processes: list[Process] = []
        """In the order in which they were heard of."""
        self.exceeded = ""
        """Which limit does not hold, in words: the session is over."""
        self.named: dict[str, Process] = {}
        self._by_pid: dict[int, Process] = {}
        self._folder = folder
        self._token = token
        self._limits = limits
        self._limit = limits.output + ROOM
        self._piece = piece
        self._listener = channel.listen(folder.socket)
        self._connections: list[Connection] = []
        self._terminals: list[Terminal] = []
        self._sent: list[Terminal] = []
        """Those that forked processes opened; their masters are ours to close."""
        self._leaders: dict[int, _Leader] = {}
        self._leaders_of: dict[int, _Leader] = {}
        """By the pid of the program that they lead."""
        self._waiting: list[_Hello] = []
        """Those that cannot be answered yet."""
        self._claims: deque[_Claim] = deque(maxlen=_MOST_CLAIMS)
        """Those of which the child has not said hello."""
        self._servers: set[int] = set()
        """Forkservers of multiprocessing, which start children for others."""
        self._remote_state: DebuggerState | None = None

    def in_order(self) -> list[Process]:
        """The processes by their names: the same order in every run, whoever was quicker."""
        return sorted(self.processes, key=lambda one: _rank(one.name))

    def sharers(self, process: Process) -> list[Process]:
        """Everybody on the terminal of ``process``, itself included."""
        return [one for one in self.processes if one.terminal is process.terminal]

    def awaits_prompts(self) -> bool:
        """Whether a prompt was announced whose text has not arrived."""
        return any(one.announced and not one.announced.arrived and not one.ended for one in self.processes)

    def strangers(self) -> list[str]:
        """What lives below the leaders and never said hello: programs of other kinds, in words."""
        found = []
        for pid, leader in self._leaders.items():
            if not leader.alone:
                found += [_describe(one) for one in descendants(pid) if one not in self._by_pid]
        return [stranger for stranger in found if stranger]

    def expect_leader(self, pid: int, name: str, terminal: Terminal) -> None:
        """Process ``pid`` is going to introduce the program ``name`` on ``terminal``."""
        self._leaders[pid] = _Leader(name, terminal)
        self._terminals.append(terminal)

    def end_leader(self, pid: int, timeout: float) -> bool:
        """Have a leader end everything below it, and itself. True if it has, and nothing is left."""
        leader = self._leaders[pid]
        connection = leader.connection
        if connection is None:
            return False
        with contextlib.suppress(OSError):
            if leader.pidfd is not None:  # a program may have stopped it
                signal.pidfd_send_signal(leader.pidfd, signal.SIGCONT)
            connection.socket.sendall(wire.KILL if self.exceeded else wire.END)
        deadline = time.monotonic() + timeout
        while not connection.closed:  # only its end closes it
            if not _wait_for(connection.fileno(), deadline):
                return False
            self._hear(connection)
        return leader.alone and (leader.pidfd is None or _wait_for(leader.pidfd, deadline))

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        for terminal in self._sent:
            os.close(terminal.fd)
        for process in self.processes:
            process.release()
        for leader in self._leaders.values():
            if leader.pidfd is not None:
                os.close(leader.pidfd)
        self._listener.close()

    # --- what happens ----------------------------------------------------------------------------

    def watched(self) -> Iterator[tuple[int, int]]:
        """The descriptors to poll, and for what."""
        yield self._listener.fileno(), select.POLLIN
        for connection in self._connections:
            yield connection.fileno(), select.POLLIN
        for terminal in self._terminals:
            reading = select.POLLIN if terminal.size <= self._limit else 0
            events = reading | (select.POLLOUT if terminal.outgoing else 0)
            if events and not terminal.closed:
                yield terminal.fd, events
        for process in self.processes:
            if process.pidfd is not None and not process.ended and not self._is_waited_for(process):
                yield process.pidfd, select.POLLIN

    def _is_waited_for(self, process: Process) -> bool:
        """Whether a leader is going to report its end, with its status."""
        leader = self._leaders_of.get(process.pid)
        return leader is not None and (leader.connection is None or not leader.connection.closed)

    def take_in(self, ready: set[int]) -> None:
        """Take in what has happened on the descriptors ``ready``.

        The channel first: what it tells of has been written to the terminal before. But who has ended is
        known before anything is closed, for descriptors are used again.
        """
        ended = [one for one in self.processes if one.pidfd in ready and not one.ended]
        if self._listener.fileno() in ready:
            ready |= {connection.fileno() for connection in self._accept()}
        for connection in list(self._connections):
            if not connection.closed and connection.fileno() in ready:
                self._hear(connection)
        self._connections = [one for one in self._connections if not one.closed]
        for process in ended:
            process.ended = True
            process.terminal.drain(self._limit)
        for terminal in self._terminals:
            if terminal.fd in ready and not terminal.closed:
                terminal.flush()
                terminal.read(self._limit)
        for process in self.processes:
            process.settle()
        self._answer_waiting()

    def _accept(self) -> list[Connection]:
        """The connections that have come in. A program that opens them without end gets no more."""
        accepted: list[Connection] = []
        with contextlib.suppress(BlockingIOError):
            while len(accepted) < _AT_ONCE:
                one = Connection(self._listener.accept()[0])
                known = [*self._connections, *accepted]
                if len(known) < _MOST_CONNECTIONS and [k.pid for k in known].count(one.pid) < _MOST_OF_ONE:
                    accepted.append(one)
                else:
                    one.close()
        self._connections += accepted
        return accepted

    def _hear(self, connection: Connection) -> None:
        for message in connection.messages():
            try:
                self._take_in_message(connection, message)
            except NONSENSE:
                # A program that writes to our descriptor loses its voice, and nothing else.
                connection.close()

    def _take_in_message(self, connection: Connection, message: Message) -> None:
        if connection.pid in self._leaders:
            self._take_in_leader(self._leaders[connection.pid], connection, message)
            return
        what = message[wire.WHAT]
        if what == wire.HELLO:
            if any(hello.connection is connection for hello in self._waiting):
                raise ValueError("one hello at a time")
            self._waiting.append(_Hello.read(connection, message))
            self._answer_waiting()
            return
        process = self._by_pid.get(connection.pid)
        if process is None:
            return
        if what == wire.PROMPT:
            self._prompted(process, message, connection)
        elif what == wire.READ:
            process.line_read = number(message[wire.SEQUENCE])
            for other in self.sharers(process):
                other.leave_line_to(process)
        elif what == wire.SPAWNED:
            self._claims.append(_Claim(process, number(message[wire.PID]), _index(message)))
        elif what == channel.STACK_LINE:
            process.heard_stack_line(message[wire.TEXT], self._folder)
        elif what == wire.STARTED:
            process.started = True
        elif what == wire.REMOTE:
            self._remote_state = parse_state(message[wire.STATE], self._folder)

    def _take_in_leader(self, leader: _Leader, connection: Connection, message: Message) -> None:
        what = message[wire.WHAT]
        if what == wire.LEADER:
            leader.connection, leader.pidfd = connection, pidfd_of(connection.pid)
            self._leaders_of[message[wire.PID]] = leader
            self._add(leader.name, message[wire.PID], leader.terminal)
            self._limits.apply(message[wire.PID])
            with contextlib.suppress(OSError):
                connection.socket.sendall(self._limits.for_leader)
        elif what == wire.EXITED:
            process = self._by_pid.get(message[wire.PID])
            if process is not None:
                process.terminal.drain(self._limit)
                process.exit = exits.from_wait_status(message[wire.STATUS])
                process.ended = True
        elif what == wire.ALONE:
            leader.alone = True
        elif what == wire.EXCEEDED:
            self.exceeded = self._limits.exceeded(message[wire.BOUND])

    def _prompted(self, process: Process, message: Message, connection: Connection) -> None:
        announced = parse_prompt(message, process.pid, self._token, self._folder)
        if message[wire.CLIENT]:
            # The debugger told its state before its prompt came here, on a connection of its own.
            for other in list(self._connections):
                if other is not connection and not other.closed:
                    self._hear(other)
            announced.state = self._remote_state
        process.shown = True
        process.announced = announced
        if announced.mark is None:  # nothing will show where the output ends but that it does
            process.terminal.drain(self._limit)
        process.settle()

    # --- names -----------------------------------------------------------------------------------

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for hello in waiting:
            connection = hello.connection
            if connection.closed:
                continue
            try:
                name = self._name(hello)
            except NONSENSE:
                connection.close()
                continue
            if name is None:
                self._waiting.append(hello)
            else:
                connection.answer(name)

    def _name(self, hello: _Hello) -> str | None:
        """The answer to a hello; ``None`` if it cannot be known yet, and never is for an impostor."""
        if self._too_many():
            return None
        pid = hello.connection.pid
        if hello.kind == wire.KIND_SERVER:
            self._servers.add(pid)
            return wire.NO_NAME
        if hello.kind == wire.KIND_PYTHON:
            return self._name_of_interpreter(pid)
        if pid in self._by_pid and not self._by_pid[pid].has_ended:
            raise ValueError("has a name already")
        if hello.kind == wire.KIND_FORK:
            parent = self._by_pid.get(hello.parent)
            if parent is None:
                return wire.NO_NAME
            if not self._is_child(pid, parent):
                return None
            return self._add_child(parent, hello.index, hello.connection).name
        for claim in self._claims:
            if claim.pid == pid and (_parent_of(pid) in self._servers or self._is_child(pid, claim.parent)):
                self._claims.remove(claim)
                return self._add_child(claim.parent, claim.index, hello.connection).name
        # Who started it is going to say so, unless there is nobody left who could.
        return None if any(not one.ended for one in self.processes) else wire.NO_NAME

    def _too_many(self) -> bool:
        """Whether there is no room for one more: nobody gets a name then, and nobody goes on."""
        most = self._limits.processes
        if len(self.processes) >= _MOST_PROCESSES:
            self.exceeded = f"more than {_MOST_PROCESSES} processes in all"
        elif sum(not one.ended for one in self.processes) < most:
            pass
        elif sum(not one.has_ended for one in self.processes) >= most:  # asks the kernel, which takes time
            self.exceeded = self._limits.exceeded(wire.PROCESSES)
        return bool(self.exceeded)

    def _is_child(self, pid: int, parent: Process) -> bool:
        """Whether it is one, or may be: who had an ended parent, the kernel has forgotten."""
        return _parent_of(pid) == parent.pid or parent.has_ended

    def _name_of_interpreter(self, pid: int) -> str | None:
        known = self._by_pid.get(pid)
        if known is not None and not known.ended:
            # The program itself, or it became another interpreter, or it lost its connection.
            known.announced, known.answered = None, (0, 0)
            return known.name
        if any(leader.connection is None for leader in self._leaders.values()):
            return None
        ancestor = self._nearest_known(pid)
        if ancestor is None:
            return wire.NO_NAME
        ancestor.children += 1
        found = self._add(f"{ancestor.name}.python{ancestor.children}", pid, ancestor.terminal)
        found.shown = False
        return found.name

    def _nearest_known(self, pid: int) -> Process | None:
        while pid > 1:
            pid = _parent_of(pid)
            if pid in self._by_pid:
                return self._by_pid[pid]
        return None

    def _add_child(self, parent: Process, index: int, connection: Connection) -> Process:
        # An index is taken only if the parent became another interpreter and counts anew.
        while f"{parent.name}.{index}" in self.named:
            index += 1
        master = connection.claim_descriptor()
        terminal = parent.terminal if master is None else self._terminal_of(master)
        return self._add(f"{parent.name}.{index}", connection.pid, terminal)

    def _terminal_of(self, master: int) -> Terminal:
        try:
            set_up(master)
        except ValueError:
            os.close(master)
            raise
        for gone in [one for one in self._sent if one.closed]:
            self._sent.remove(gone)
            self._terminals.remove(gone)
            os.close(gone.fd)
        terminal = Terminal(master, piece=self._piece)
        self._sent.append(terminal)
        self._terminals.append(terminal)
        return terminal

    def _add(self, name: str, pid: int, terminal: Terminal) -> Process:
        for one in self.processes:
            if one.ended:
                one.view()  # lets go of those that are gone
        process = Process(name, pid, terminal, pidfd_of(pid))
        process.ended = process.pidfd is None
        self.processes.append(process)
        self.named[name] = process
        self._by_pid[pid] = process
        return process


def _wait_for(descriptor: int, deadline: float) -> bool:
    """Whether there is something to read, or an end, before the time of ``time.monotonic()``."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(max(0, deadline - time.monotonic()) * 1000))


def _describe(pid: int) -> str:
    """``sleep (4711)``; empty for what belongs to no lesson: the helpers of multiprocessing."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    line = b" ".join(words).decode(errors="backslashreplace").strip()
    # A process that is just ending has no words any more.
    if not line or "from multiprocessing." in line:
        return ""
    return f"{line[:60]} (pid {pid})"


def _index(message: Message) -> int:
    index = number(message[wire.INDEX])
    if not 1 <= index <= _MOST_CHILDREN:
        raise ValueError(index)
    return index


def _rank(name: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in name.split("."))


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            return int(stream.read().rsplit(b")", 1)[1].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
