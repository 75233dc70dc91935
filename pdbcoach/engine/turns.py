"""The threads of a process that stop: one at a time is in the debugger, the others wait at its door."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct, field

from pdbcoach.engine.channel import Connection
from pdbcoach.observation import Location
from pdbcoach.shim import wire

_MOST: Final = 1000
"""Threads of one process that ever came to the door."""

_TARGET: Final = re.compile(r"(Thread-\d+) \(.*\)", re.DOTALL)
"""A default name from Python 3.10 on, which also has the name of the thread's function."""
_MAIN: Final = "MainThread"
_UNUSABLE: Final = re.compile(r"[\s\x00-\x1f\x7f:#]+")
_LONGEST: Final = 60


class _Waiting(Struct, frozen=True):
    """A thread at the door."""

    thread: int
    where: Location
    connection: Connection


class Turns(Struct):
    """Threads are known by the numbers that the kernel gives them inside their sandbox."""

    directed: bool = False
    """Threads are let in by name only."""
    owes_interrupt: bool = False
    """Ctrl-C was pressed while the main thread was at the door."""
    _names: dict[int, str] = field(default_factory=dict)
    """Every thread that ever came, with the name that it has in the program."""
    _gone: set[int] = field(default_factory=set)
    _waiting: list[_Waiting] = field(default_factory=list)
    """In the order in which they came."""
    _inside: set[int] = field(default_factory=set)
    """The thread that is at a prompt or steps; more than one if it waits for another."""
    _last: int = 0
    """The thread of these that was let in last."""
    _wanted: str = ""

    # --- what the shim says

    def came(self, thread: int, name: str, where: Location, connection: Connection) -> None:
        """Note that a thread waits at the door, and for its answer on ``connection``."""
        self._meet(thread, name)
        self._inside.discard(thread)
        self._waiting.append(_Waiting(thread, where, connection))
        self.admit()

    def holds(self, thread: int, name: str) -> None:
        """Note that a thread was in the debugger, or stepped, before there was any other."""
        self._meet(thread, name)
        self._last = thread
        self._inside.add(thread)

    def left(self, thread: int, *, ended: bool = False) -> None:
        """Note that a thread has left the debugger."""
        self._inside.discard(thread)
        if self._last == thread:
            self._last = 0
        if ended:
            self._gone.add(thread)
        self.admit()

    def _meet(self, thread: int, name: str) -> None:
        if thread not in self._names and len(self._names) == _MOST:
            raise ValueError("so many threads")
        plain = _TARGET.sub(r"\1", name)
        self._names[thread] = _UNUSABLE.sub("_", plain)[:_LONGEST] or "thread"
        self._gone.discard(thread)

    # --- who is let in

    def admit(self, *, at_rest: bool = False) -> bool:
        """Let the next thread in if it may. Return True if one was.

        ``at_rest`` says that nothing can change otherwise, so the thread inside waits for another.
        """
        chosen = None if self._inside and not at_rest else self._next(at_rest)
        if chosen is None:
            return False
        self._waiting.remove(chosen)
        self._inside.add(chosen.thread)
        self._last = chosen.thread
        chosen.connection.answer(wire.GO)
        return True

    def _next(self, at_rest: bool) -> _Waiting | None:
        free = at_rest or not self._last
        for one in self._waiting:
            if self.directed and self._name(one.thread) != self._wanted:
                continue
            if free or one.thread == self._last:
                return one
        return None

    def call(self, name: str) -> None:
        """Let this thread in next, and nobody but by name from now on.

        Without a name, it is the main thread's turn, if threads are let in by name and none has the debugger.
        """
        if name:
            self.directed, self._wanted = True, name
        elif not self._last:
            self._wanted = _MAIN
        self.admit()

    def makes_way(self) -> bool:
        """Return True if the thread inside is in the way of the one that was called and is at the door."""
        return self._wanted in self.waiting and self.inside not in ("", self._wanted)

    def line_is_typed(self) -> None:
        """Note that the thread inside gets a line, so it is the one to let in again."""
        if self._last:
            self._wanted = self._name(self._last)

    # --- names and places

    def _name(self, thread: int) -> str:
        """Return the name of a thread. For equal names, later threads get ``#2`` and so on."""
        name = self._names[thread]
        equal = sum(other <= thread for other, its in self._names.items() if its == name)
        return name if equal == 1 else f"{name}#{equal}"

    @property
    def shown(self) -> list[str]:
        """The names of the threads, if it matters which is which."""
        return sorted(map(self._name, self._names)) if self.directed or len(self._names) > 1 else []

    @property
    def waiting(self) -> dict[str, Location]:
        """The threads at the door, and where each is about to stop, in the order in which they came."""
        return {self._name(one.thread): one.where for one in self._waiting}

    @property
    def inside(self) -> str:
        """The name of the thread that reads what is typed, or an empty string."""
        return self._name(self._last) if self._last in self._inside else ""

    def is_gone(self, name: str) -> bool:
        """Return True if the thread has ended."""
        return any(self._name(thread) == name for thread in self._gone)

    def is_at_door(self, thread: int) -> bool:
        """Return True if this thread waits at the door."""
        return any(one.thread == thread for one in self._waiting)

    def explain(self, process: str) -> str:
        """Return which threads wait at the door, when nothing happens because nobody types at them."""
        names = [f"`{process}:{name}`" for name in self.waiting]
        if not names:
            return ""
        doors = " and ".join(names) + (" wait" if len(names) > 1 else " waits") + " at the debugger's door"
        first = f"`{process}:{self._name(self._last)}` waits, and " if self._last else ""
        return f"{first}{doors}; type at {names[0]}"
