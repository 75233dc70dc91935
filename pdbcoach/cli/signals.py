"""Signals that end a replay, each turned into one exception, so that cleaning up is done once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pdbcoach.errors import Terminated


@contextmanager
def one_interruption() -> Iterator[None]:
    """The first SIGINT raises KeyboardInterrupt, the first SIGTERM or SIGHUP raises Terminated.

    Whatever follows is ignored until the block is left: an impatient second Ctrl-C must not
    stop the ending of sessions half-way, and that ending has time bounds of its own.
    """
    came = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal came
        if not came:
            came = True
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)

    before = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup stays nohup
                before[number] = signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
