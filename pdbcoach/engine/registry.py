"""Everything that a session hears: its connections and terminals, and which process sent what."""

from __future__ import annotations

import errno
import os
import select
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Final

from pdbcoach.engine import activity, channel, pids, unheard
from pdbcoach.engine.channel import Connection, WireMessage
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.family import Family, Hello
from pdbcoach.engine.late import LateName
from pdbcoach.engine.leaders import Leaders
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.messages import NONSENSE, number, parse_prompt, parse_state, take_in_turn
from pdbcoach.engine.process import Process
from pdbcoach.engine.questions import Questions
from pdbcoach.engine.terminal import DEFAULT_SIZE, Terminal, WindowSize, set_up
from pdbcoach.engine.unheard import Sight
from pdbcoach.observation import DebuggerState
from pdbcoach.shim import wire

ROOM: Final = 1 << 16
"""Bytes of output beyond the limit: pdb's own lines."""

_RESOURCE_TRACKER: Final = "from multiprocessing.resource_tracker import"
"""In the command line of a helper that nothing ever depends on."""

_AT_ONCE: Final = 64
_MOST_CONNECTIONS: Final = 512
_MOST_OF_ONE: Final = 200
"""Connections of one process. It has one, may be about to replace it, and has one for each waiting thread."""


class Registry:
    """Every terminal and connection of one session."""

    def __init__(
        self,
        folder: Folder,
        token: str,
        limits: Limits,
        piece: int = 65536,
        *,
        boxed: bool = False,
        size: WindowSize = DEFAULT_SIZE,
        directed: Container[str] = (),
        late: Mapping[str, LateName] | None = None,
    ) -> None:
        self.size = size
        """Of terminals that are opened from now on."""
        self._limit = limits.output + ROOM
        self._family = Family(limits, self._terminal_of, boxed=boxed, directed=directed, late=late or {})
        self.leaders = Leaders(self._family, limits, self._limit, boxed=boxed)
        self.processes = self._family.processes
        """In the order in which they were first heard of."""
        self.named = self._family.named
        self.called = self._family.called
        self._folder = folder
        self._token = token
        self._piece = piece
        self._listener = channel.listen(folder.socket)
        self._connections: list[Connection] = []
        self._terminals: list[Terminal] = []
        self._sent: list[Terminal] = []
        """Terminals that forked processes opened. We close their masters."""
        self._waiting: list[Hello] = []
        """Hellos that can't be answered yet."""
        self._remote_state: DebuggerState | None = None
        self.questions = Questions(
            self.processes, self._terminals, self._family.has_name, folder, self._limit
        )

    @property
    def exceeded(self) -> str:
        """The limit that was exceeded, in words, which ends the session; empty if none was."""
        return self._family.exceeded

    @property
    def out_of_descriptors(self) -> bool:
        """True if something can't be heard, because pdbcoach itself may not open more files."""
        return self._family.out_of_descriptors

    @property
    def lost_for_good(self) -> bool:
        """True if waiting is in vain: the session has ended, or what happens can't be heard."""
        return bool(self.exceeded) or self.out_of_descriptors

    def sight(self) -> Sight:
        """Return everything that can't be heard, unless the session is being ended."""
        if self.exceeded:
            return Sight()
        return unheard.of_session(
            self.processes,
            self.questions,
            self._family.unknown,
            out_of_descriptors=self.out_of_descriptors,
        )

    def find(self, name: str) -> tuple[Process | None, str]:
        """Return the process of a name, and the name of the thread in it, such as ``main:Thread-1``."""
        process, _, thread = name.partition(":")
        return self.called(process), thread

    def in_order(self) -> list[Process]:
        """Return the processes in the order of their names, which is the same in every run."""
        return self._family.in_order()

    def sharers(self, process: Process) -> list[Process]:
        """Return all processes on the terminal of ``process``, itself included."""
        return [one for one in self.processes if one.terminal is process.terminal]

    def awaits_prompts(self) -> bool:
        """Return True if a prompt was announced and its text hasn't arrived."""
        return any(one.is_announcing and not one.ended for one in self.processes)

    def nothing_can_change(self) -> bool:
        """Return True if every process has ended, is at a prompt, or waits for children like these."""
        alive = [one for one in self.processes if not one.ended]
        if self._waiting or self.awaits_prompts() or any(one.has_ended for one in alive):
            return False
        pids_alive = {one.pid for one in alive}
        if any(one.is_left_to_reap(pids_alive) for one in self.processes if one.ended):
            return False
        return all(map(self._rests, alive)) and not self._has_strangers(alive)

    def admit_at_rest(self) -> bool:
        """Let in threads that others inside wait for, when nothing can change. Return True if one was."""
        free = [one for one in self.processes if not one.ended and one.at_prompt is None]
        return sum(one.turns.admit(at_rest=True) for one in free) > 0

    def _rests(self, one: Process) -> bool:
        """Return True if a process is at a prompt that somebody must answer, or sleeps until others act.

        A child of multiprocessing that shares a terminal prompts there, but reads /dev/null.
        """
        waiting = one.at_prompt
        if waiting is not None:
            listens = waiting.reader is not None and not waiting.reader.asks
            if listens or self.questions.reads_nothing(one):
                return False
        return activity.is_stuck(one.pid, at_door=len(one.turns.waiting))

    def _has_strangers(self, alive: Sequence[Process]) -> bool:
        """Return True if a process without a name is alive, other than multiprocessing's helpers."""
        strangers = (pids.command_line(pid) for one in alive for pid in self.questions.nameless_below(one))
        busy = any(line and _RESOURCE_TRACKER not in line for line in strangers)
        return busy or bool(self.leaders.strangers())

    def expect_leader(self, pid: int, name: str, terminal: Terminal) -> None:
        """Prepare for the leader ``pid``, which will introduce the program ``name`` on ``terminal``."""
        self.leaders.expect(pid, name, terminal)
        self._terminals.append(terminal)

    def end_leader(self, pid: int, timeout: float) -> bool:
        """Make leader ``pid`` end its program and itself. Return True if nothing is left."""
        return self.leaders.end(pid, timeout, self._hear)

    def close(self) -> None:
        """Close all connections and descriptors."""
        for connection in self._connections:
            connection.close()
        for terminal in self._sent:
            os.close(terminal.fd)
        for process in self.processes:
            process.release()
        self.leaders.close()
        self._listener.close()

    # --- taking in -------------------------------------------------------------------------------

    def watched(self) -> Iterator[tuple[int, int]]:
        """Yield each descriptor to poll, with the events to poll for."""
        yield self._listener.fileno(), select.POLLIN
        for connection in self._connections:
            yield connection.fileno(), select.POLLIN
        for terminal in self._terminals:
            reading = select.POLLIN if terminal.size <= self._limit else 0
            events = reading | (select.POLLOUT if terminal.outgoing else 0)
            if events and not terminal.closed:
                yield terminal.fd, events
        for process in self.processes:
            if process.pidfd is not None and not process.ended and not self.leaders.reports_end_of(process):
                yield process.pidfd, select.POLLIN

    def _take_in_channel(self, ready: set[int]) -> None:
        known = list(self._connections)
        if self._listener.fileno() in ready:
            self._accept()
        for connection in known:  # new ones next time: what their parents said before is then ready, too
            if not connection.closed and connection.fileno() in ready:
                self._hear(connection)
        self._connections = [one for one in self._connections if not one.closed]

    def take_in(self, ready: set[int]) -> None:
        """Take in what has happened on the descriptors ``ready``.

        The channel is read before the terminals, because what it announces is in the terminal already.
        Ended processes are found before anything is closed, because descriptor numbers are reused.
        """
        ended = [one for one in self.processes if one.pidfd in ready and not one.ended]
        self._take_in_channel(ready)
        for process in ended:
            process.end(self._limit)
        for terminal in self._terminals:
            if terminal.fd in ready and not terminal.closed:
                terminal.flush()
                terminal.read(self._limit)
        self._settle()
        self._answer_waiting()

    def _settle(self) -> None:
        """Let all processes take in the prompts that are complete now."""
        for process in self.processes:
            process.settle()
            if process.turns.owes_interrupt and process.at_prompt is not None:
                self._interrupt_at_last(process)

    def _interrupt_at_last(self, process: Process) -> None:
        if not process.turns.is_at_door(process.own_number) and process.turns.inside:
            process.turns.owes_interrupt = False
            self.questions.where_it_reads(process)
            process.answered = process.announced.order if process.announced else process.answered
            process.interrupt()

    def _accept(self) -> None:
        """Accept new connections, up to the bounds for the session and for one process."""
        accepted: list[Connection] = []
        while len(accepted) < _AT_ONCE:
            try:
                one = Connection(self._listener.accept()[0])
            except OSError as problem:
                self._family.out_of_descriptors |= problem.errno in (errno.EMFILE, errno.ENFILE)
                break
            known = [*self._connections, *accepted]
            if len(known) < _MOST_CONNECTIONS and [k.pid for k in known].count(one.pid) < _MOST_OF_ONE:
                accepted.append(one)
                continue
            one.close()
            if (process := self._family.of_pid(one.pid)) is not None:
                process.lost = f"`{process.name}` opened too many connections to pdbcoach"
        self._connections += accepted

    def _hear(self, connection: Connection) -> None:
        for message in connection.messages():
            try:
                self._take_in_message(connection, message)
            except NONSENSE:
                # A program that writes to the shim's descriptor loses its connection, nothing else.
                connection.refuse()
        self._family.out_of_descriptors |= connection.lost_descriptor
        process = self._family.of_pid(connection.pid)
        if connection.spoilt and process is not None:
            process.lost = (
                f"`{process.name}` used pdbcoach's own descriptor, so pdbcoach can't hear it any more"
            )

    def _take_in_message(self, connection: Connection, message: WireMessage) -> None:
        leader = self.leaders.of(connection, message)
        if leader is not None:
            self.leaders.take_in(leader, connection, message)
        elif message[wire.WHAT] == wire.HELLO:
            if any(hello.connection is connection for hello in self._waiting):
                raise ValueError("one hello at a time")
            self._waiting.append(Hello.read(connection, message))
            self._answer_waiting()
        else:
            process = self._family.of_pid(connection.pid)
            if process is not None:
                self._take_in_report(process, connection, message)

    def _turned(self, process: Process, message: WireMessage, connection: Connection) -> None:
        process.terminal.drain(self._limit)
        process.terminal.forget(wire.YIELD)
        if message[wire.WHAT] == wire.GONE and message[wire.MARKED]:  # then others' output follows
            thread = number(message[wire.THREAD])
            process.terminal.cut_at(wire.end_mark(self._token, process.own_number, thread))
        take_in_turn(process.turns, message, connection, self._folder)

    def _take_in_report(self, process: Process, connection: Connection, message: WireMessage) -> None:
        match message[wire.WHAT]:
            case wire.PROMPT:
                self._prompted(process, message, connection)
            case wire.READ:
                process.line_read = number(message[wire.SEQUENCE])
                for other in self.sharers(process):
                    other.leave_line_to(process)
            case wire.SPAWNED | wire.STARTING | wire.STARTED_PYTHON:
                self._family.take_in(process, message)
            case wire.TURN | wire.HOLDS | wire.OVER | wire.GONE:
                self._turned(process, message, connection)
            case wire.TERMINAL:
                self._leave_parents_terminal(process, connection)
            case channel.STACK_LINE:
                process.heard_stack_line(message[wire.TEXT], self._folder)
            case wire.STARTED:
                process.started = True
            case wire.REMOTE:
                self._remote_state = parse_state(message[wire.STATE], self._folder)

    def _prompted(self, process: Process, message: WireMessage, connection: Connection) -> None:
        announced = parse_prompt(message, process.own_number, self._token, self._folder)
        if message[wire.CLIENT]:
            # The debugger sent its state on its own connection before the client showed the prompt.
            for other in list(self._connections):
                if other is not connection and not other.closed:
                    self._hear(other)
            announced.state = self._remote_state
        process.shown = True
        process.announced = announced
        if announced.mark is None:  # without a mark, the output ends where it ends now
            process.terminal.drain(self._limit)
        process.settle()

    def _leave_parents_terminal(self, process: Process, connection: Connection) -> None:
        master = connection.claim_descriptor()
        if master is None:
            raise ValueError("no terminal")
        if not process.borrows:  # it executed another interpreter on its own terminal
            os.close(master)
            connection.answer(wire.NO_NAME)
            return
        process.terminal = self._terminal_of(master)
        process.borrows = False
        connection.answer(process.name)

    # --- names -----------------------------------------------------------------------------------

    def _answer_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for hello in waiting:
            connection = hello.connection
            if connection.closed:
                continue
            try:
                name = self._family.name(hello, all_led=self.leaders.all_have_introduced())
            except NONSENSE:
                connection.close()
                continue
            if name is None:
                self._waiting.append(hello)
            else:
                connection.answer(name)

    def _terminal_of(self, master: int) -> Terminal:
        try:
            set_up(master, self.size)
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
