"""Works on several scenarios at once, and gives what comes of each in the order in which it was asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.replay.actions import Options

T = TypeVar("T")


class Ahead(Struct, Generic[T], frozen=True):
    """Work with replays, done in a thread that nobody has to wait for."""

    work: Callable[[Options], Iterable[T]]
    """Replays with these options, and yields what came."""
    _came: SimpleQueue[T | BaseException | None] = field(default_factory=SimpleQueue)
    """What it yielded, then None, or the error that ended it."""

    def run(self, options: Options) -> None:
        try:
            for one in self.work(options):
                self._came.put(one)
            self._came.put(None)
        except BaseException as error:
            self._came.put(error)

    def results(self) -> Generator[T]:
        """Yield what the work yields, as soon as it comes, and raise what it raises."""
        while (came := self._came.get()) is not None:
            if isinstance(came, BaseException):
                raise came
            yield came


class _Stopped(Exception):  # noqa: N818 - it is a request
    """Nobody wants the rest."""


@contextmanager
def working(works: Sequence[Ahead[T]], options: Options, at_once: int) -> Iterator[None]:
    """Do all of this work, up to ``at_once`` at a time. At the end of the block all sessions have ended.

    A replay mostly waits for its program, so threads are enough.
    """
    left: SimpleQueue[Ahead[T]] = SimpleQueue()
    for one in works:
        left.put(one)
    stop = threading.Event()

    def go_on() -> None:
        if stop.is_set():
            raise _Stopped

    work = partial(_work, left, replace(options, meanwhile=go_on), stop)
    threads = [threading.Thread(target=work) for _ in range(min(at_once, len(works)))]
    try:
        for thread in threads:
            thread.start()
        yield
    finally:
        stop.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()


def _work(left: SimpleQueue[Ahead[T]], options: Options, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            one = left.get_nowait()
        except Empty:
            return
        one.run(options)
