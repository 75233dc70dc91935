"""Regular expressions of authors: some warn, and some would try for years, as ``(a+)+b`` can."""

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
"""Of processor time: a loaded machine changes nothing."""


class OutOfPatienceError(Exception):
    """It was given up."""


@functools.lru_cache(maxsize=256)
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """As ``re.compile``, without warnings of what the pattern may mean in a later Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern, flags)


@contextmanager
def bounded(seconds: float = SECONDS) -> Iterator[None]:
    """Raises ``OutOfPatienceError`` once the block has used up so much processor time.

    Only the main thread can be interrupted; in another one nothing is bounded.
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
