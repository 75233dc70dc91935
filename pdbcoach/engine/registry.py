"""What is heard in a session: its connections and terminals, and from whom each message comes."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.engine import channel, exits, pids
from pdbcoach.engine.channel import Connection, Message
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.family import Family, Hello
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import NONSENSE, number, parse_prompt, parse_state
from pdbcoach.engine.process import Process, pidfd_of
from pdbcoach.engine.terminal import Terminal, set_up
from pdbcoach.observation import DebuggerState
from pdbcoach.shim import wire
from pdbcoach.shim.leader import descendants

ROOM: Final = 1 << 16
"""Bytes of output beyond the limit: pdb's own words."""

_FLEETING: Final = "processes that end before they can be looked at"
_AT_ONCE: Final = 64
_OF_A_BOX: Final = 2
"""Processes below the outer leader that are none of the program's: bubblewrap, and the inner leader."""
_MOST_CONNECTIONS: Final = 512
_MOST_OF_ONE: Final = 4
"""Connections of one process: it has one, and may be about to replace it."""


class _Leader(Struct):
    name: str
    terminal: Terminal
    boxes: bool = False
    """Its child is the sandbox, in which another leader introduces the program."""
    outside: _Leader | None = None
    """Of the leader in a sandbox: the one that boxes."""
    connection: Connection | None = None
    pidfd: int | None = None
    alone: bool = False
    """It has no child left: everything below it has ended."""


class Registry:
    """Every terminal and connection of one session, and what is said on them by whom."""

    def __init__(
        self, folder: Folder, token: str, limits: Limits, piece: int = 65536, *, boxed: bool = False
    ) -> None:
        self._family = Family(limits, self._terminal_of, boxed=boxed)
        self.processes = self._family.processes
        """In the order in which they were heard of."""
        self.named = self._family.named
        self._folder = folder
        self._token = token
        self._limits = limits
        self._limit = limits.output + ROOM
        self._piece = piece
        self._boxed = boxed
        self._listener = channel.listen(folder.socket)
        self._connections: list[Connection] = []
        self._terminals: list[Terminal] = []
        self._sent: list[Terminal] = []
        """Those that forked processes opened; their masters are ours to close."""
        self._leaders: dict[int, _Leader] = {}
        self._leaders_of: dict[int, _Leader] = {}
        """By the pid of the program that they lead."""
        self._waiting: list[Hello] = []
        """Those that cannot be answered yet."""
        self._remote_state: DebuggerState | None = None

    @property
    def exceeded(self) -> str:
        """Which limit does not hold, in words: the session is over."""
        return self._family.exceeded

    def in_order(self) -> list[Process]:
        """The processes by their names: the same order in every run, whoever was quicker."""
        return self._family.in_order()

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
            if leader.alone or leader.boxes:
                continue
            below = descendants(pid)
            strange = [_describe(one) for one in below if self._family.of_pid(one) is None]
            if len(strange) == len(below) and all(words is None for words in strange):
                found.append(_FLEETING)  # there is somebody, or the leader had said so
            found += [words for words in strange if words]
        return found

    def expect_leader(self, pid: int, name: str, terminal: Terminal) -> None:
        """Process ``pid`` is going to introduce the program ``name`` on ``terminal``."""
        self._leaders[pid] = _Leader(name, terminal, boxes=self._boxed)
        self._terminals.append(terminal)

    def failed(self, pid: int) -> bool:
        """Whether a leader has nobody to lead any more, and its program was never introduced."""
        leader = self._leaders[pid]
        return leader.alone and leader.name not in self.named

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
        what = message[wire.WHAT]
        leader = self._leaders.get(connection.pid)
        if leader is None and what == wire.LEADER:
            leader = self._leader_in_box(connection)
        if leader is not None:
            self._take_in_leader(leader, connection, message)
            return
        if what == wire.HELLO:
            if any(hello.connection is connection for hello in self._waiting):
                raise ValueError("one hello at a time")
            self._waiting.append(Hello.read(connection, message))
            self._answer_waiting()
            return
        process = self._family.of_pid(connection.pid)
        if process is None:
            return
        if what == wire.PROMPT:
            self._prompted(process, message, connection)
        elif what == wire.READ:
            process.line_read = number(message[wire.SEQUENCE])
            for other in self.sharers(process):
                other.leave_line_to(process)
        elif what == wire.SPAWNED:
            self._family.claim(process, message)
        elif what == channel.STACK_LINE:
            process.heard_stack_line(message[wire.TEXT], self._folder)
        elif what == wire.STARTED:
            process.started = True
        elif what == wire.REMOTE:
            self._remote_state = parse_state(message[wire.STATE], self._folder)

    def _take_in_leader(self, leader: _Leader, connection: Connection, message: Message) -> None:
        what = message[wire.WHAT]
        if what == wire.LEADER:
            if leader.connection is not None:
                raise ValueError("one program for each leader")
            leader.connection, leader.pidfd = connection, pidfd_of(connection.pid)
            if not leader.boxes:
                self._introduce(leader, connection, number(message[wire.PID]))
        elif what == wire.EXITED:
            process, status = self._family.called(number(message[wire.PID])), number(message[wire.STATUS])
            if process is not None and not leader.boxes:
                process.terminal.drain(self._limit)
                process.exit = exits.from_wait_status(status)
                process.ended = True
        elif what == wire.ALONE:
            leader.alone = True
        elif what == wire.EXCEEDED:
            self._family.exceeded = self._limits.exceeded(message[wire.BOUND])

    def _introduce(self, leader: _Leader, connection: Connection, own_number: int) -> None:
        """Take in the program that a leader leads, which cannot have begun yet."""
        pid = pids.child_called(own_number, connection.pid) if self._boxed else own_number
        self._leaders_of[pid] = leader
        self._family.add(leader.name, pid, leader.terminal, own_number)
        self._limits.apply(pid)
        # Of the two leaders of a sandbox the outer one can be quicker than all there is in it, if it may.
        watching = leader if leader.outside is None else leader.outside
        with contextlib.suppress(OSError):
            if watching.connection is not None:
                uncounted = _OF_A_BOX if watching.boxes else 0
                watching.connection.socket.sendall(self._limits.for_leader(uncounted))

    def _leader_in_box(self, connection: Connection) -> _Leader | None:
        """The leader inside of a sandbox: the first process there, and the first that says so."""
        for pid in pids.ancestors(connection.pid):
            outer = self._leaders.get(pid)
            if outer is None or not outer.boxes or pids.own_number(connection.pid) != 1:
                continue
            if any(one is not outer and one.terminal is outer.terminal for one in self._leaders.values()):
                break
            inner = _Leader(outer.name, outer.terminal, outside=outer)
            self._leaders[connection.pid] = inner
            return inner
        return None

    def _prompted(self, process: Process, message: Message, connection: Connection) -> None:
        announced = parse_prompt(message, process.own_number, self._token, self._folder)
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
                name = self._family.name(hello, all_led=self._all_led())
            except NONSENSE:
                connection.close()
                continue
            if name is None:
                self._waiting.append(hello)
            else:
                connection.answer(name)

    def _all_led(self) -> bool:
        """Whether every program that was started has been introduced."""
        leading = [leader.name for leader in self._leaders.values() if leader.connection and not leader.boxes]
        return all(leader.name in leading for leader in self._leaders.values())

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


def _wait_for(descriptor: int, deadline: float) -> bool:
    """Whether there is something to read, or an end, before the time of ``time.monotonic()``."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return bool(poller.poll(max(0, deadline - time.monotonic()) * 1000))


def _describe(pid: int) -> str | None:
    """``sleep (pid 4711)``; empty for what belongs to no lesson: the helpers of multiprocessing.

    ``None`` for a process that has ended, or is just ending: it has no words any more.
    """
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    line = b" ".join(words).decode(errors="backslashreplace").strip()
    if "from multiprocessing." in line:
        return ""
    return f"{line[:60]} (pid {pid})" if line else None
