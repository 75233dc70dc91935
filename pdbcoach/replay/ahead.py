"""Replays several scenarios at once, and gives their events in the order in which they were asked for."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from queue import Empty, SimpleQueue

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Event, Target
from pdbcoach.replay.runner import replay
from pdbcoach.scenario.model import Scenario


class Ahead(Struct, frozen=True):
    """A scenario on a target, replayed in a thread that nobody has to wait for."""

    scenario: Scenario
    target: Target
    _came: SimpleQueue[Event | BaseException | None] = field(default_factory=SimpleQueue)
    """Its events, then None, or the error that ended it."""

    def run(self, options: Options) -> None:
        try:
            for event in replay(self.scenario, self.target, options=options):
                self._came.put(event)
            self._came.put(None)
        except BaseException as error:
            self._came.put(error)

    def events(self) -> Generator[Event]:
        """Yield what ``replay`` yields, as soon as it comes, and raise what it raises."""
        while (came := self._came.get()) is not None:
            if isinstance(came, BaseException):
                raise came
            yield came


class _Stopped(Exception):  # noqa: N818 - it is a request
    """Nobody wants the rest."""


@contextmanager
def replaying(plays: Sequence[Ahead], options: Options, at_once: int) -> Iterator[None]:
    """Replay all of these, up to ``at_once`` at a time; at the end of the block all sessions have ended.

    A replay mostly waits for its program, so threads are enough.
    """
    left: SimpleQueue[Ahead] = SimpleQueue()
    for one in plays:
        left.put(one)
    stop = threading.Event()

    def go_on() -> None:
        if stop.is_set():
            raise _Stopped

    work = partial(_work, left, replace(options, meanwhile=go_on), stop)
    threads = [threading.Thread(target=work) for _ in range(at_once)]
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()


def _work(left: SimpleQueue[Ahead], options: Options, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            one = left.get_nowait()
        except Empty:
            return
        one.run(options)
