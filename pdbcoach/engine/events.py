"""What happens in a session, one thing at a time, for a caller with a loop of its own."""

from __future__ import annotations

import contextlib
import select
from collections.abc import Iterator

from msgspec import Struct

from pdbcoach.engine.observer import Observer
from pdbcoach.engine.process import Announcement, Process
from pdbcoach.observation import DebuggerState, ExitStatus, Prompt


class ProcessBorn(Struct, frozen=True):
    """A process has appeared."""

    name: str
    pid: int


class ProcessStopped(Struct, frozen=True):
    """It waits at a prompt. All output before the prompt has been in earlier events."""

    name: str
    prompt: Prompt
    state: DebuggerState | None


class ProcessOutput(Struct, frozen=True):
    """The terminal of a process has shown ``text``. If it is shared, ``name`` is the first process on it."""

    name: str
    text: str


class ProcessEnded(Struct, frozen=True):
    """It has ended. ``exit`` is None if the kernel doesn't tell."""

    name: str
    exit: ExitStatus | None


SessionEvent = ProcessBorn | ProcessStopped | ProcessOutput | ProcessEnded


class Events:
    """Finds what is new since the last time it was asked, and has a descriptor that says when to ask."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._born: set[str] = set()
        self._ended: set[str] = set()
        self._stops: dict[str, Announcement] = {}
        """The prompt of each process that was reported last."""
        self._epoll: select.epoll | None = None
        self._watched: dict[int, int] = {}

    def take(self, timeout: float) -> list[SessionEvent]:
        """Take in what has happened, and wait up to ``timeout`` seconds for the first event."""
        found: list[SessionEvent] = []

        def some() -> bool:
            for one in self._observer.registry.in_order():
                found.extend(self._of(one))
            return bool(found)

        self._observer.loop.take_in()
        self._observer.loop.run(some, timeout)
        self._refresh()
        return found

    def _of(self, one: Process) -> Iterator[SessionEvent]:
        if one.shown and one.name not in self._born:
            self._born.add(one.name)
            yield ProcessBorn(one.name, one.pid)
        stop, ended = one.at_prompt, one.ended
        if text := self._observer.text_so_far(one, whole_lines=False):
            yield ProcessOutput(one.name, text)
        if stop is not None and stop is not self._stops.get(one.name):
            self._stops[one.name] = stop
            yield ProcessStopped(one.name, stop.prompt, stop.state)
        if ended and one.name in self._born and one.name not in self._ended:
            self._ended.add(one.name)
            yield ProcessEnded(one.name, one.view().exit)

    def fileno(self) -> int:
        """Return a descriptor that is readable while anything that the session watches is."""
        if self._epoll is None:
            self._epoll = select.epoll()
        self._refresh()
        return self._epoll.fileno()

    def _refresh(self) -> None:
        """Watch what is to be watched now. A number may have been reused for another file meanwhile."""
        if self._epoll is None:
            return
        for number in self._watched:
            with contextlib.suppress(OSError):
                self._epoll.unregister(number)
        self._watched = dict(self._observer.registry.watched())
        for number, events in self._watched.items():
            self._epoll.register(number, events)

    def close(self) -> None:
        """Close the descriptor."""
        if self._epoll is not None:
            self._epoll.close()
