"""Turn the signals that end a verb into one exception, so that it cleans up once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pdbcoach.errors import Terminated


@contextmanager
def one_interruption() -> Iterator[None]:
    """Let the first SIGINT raise KeyboardInterrupt, or the first SIGTERM or SIGHUP raise Terminated.

    Further signals are ignored until the block ends: an impatient second Ctrl-C must not stop the
    closing of sessions, which has time limits of its own.
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
