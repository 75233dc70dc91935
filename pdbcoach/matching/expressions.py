"""Authors' regular expressions. Some cause warnings, and some would run for years, such as ``(a+)+b``."""

from __future__ import annotations

import functools
import re
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SECONDS: Final = 2.0
"""Processor time: the load of the machine does not matter."""


class OutOfPatienceError(Exception):
    """The time limit has passed."""


@functools.lru_cache(maxsize=256)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return ``re.compile(pattern, flags)``, without warnings about the pattern's future meaning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern, flags)


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Raise ``OutOfPatienceError`` once the block has used this much processor time.

    Only the main thread can be interrupted; other threads are not limited.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    waiting = True

    def give_up(number: int, frame: FrameType | None) -> None:
        if waiting:
            raise OutOfPatienceError

    handler = signal.signal(signal.SIGVTALRM, give_up)
    timer = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        waiting = False
        signal.setitimer(signal.ITIMER_VIRTUAL, *timer)
        signal.signal(signal.SIGVTALRM, handler)
