"""The one loop in which a session waits: it takes in whatever happens until a condition holds."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Final

from pdbcoach.engine import activity
from pdbcoach.engine.activity import ActivityProbe
from pdbcoach.engine.registry import Registry

_MEANWHILE: Final = 0.03
"""Seconds between two calls of ``meanwhile``."""


class Loop:
    """Waits for the terminals and connections of a ``Registry``.

    ``read_delay`` is the number of seconds between the arrival of something and reading it.
    """

    def __init__(self, registry: Registry, read_delay: float) -> None:
        self.meanwhile: Callable[[], None] | None = None
        """Called repeatedly during a wait."""
        self._registry = registry
        self._read_delay = read_delay

    def run(self, condition: Callable[[], bool], timeout: float, probe: ActivityProbe | None = None) -> bool:
        """Take in what happens until ``condition`` holds. Return False after ``timeout`` seconds.

        With ``probe`` the loop wakes up often enough for its samples.
        """
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if probe is not None or self._registry.awaits_prompts():
                left = min(left, activity.INTERVAL)
            if self.meanwhile is not None:
                left = min(left, _MEANWHILE)
            self._take_in(left)
            if self.meanwhile is not None:
                self.meanwhile()
        return True

    def step(self) -> None:
        """Take in what has happened, without waiting."""
        self._take_in(0)

    def _take_in(self, seconds: float) -> None:
        """Wait up to ``seconds`` for something to happen, and take in everything that has."""
        poller = select.poll()
        for number, events in self._registry.watched():
            poller.register(number, events)
        ready = {number for number, _ in poller.poll(max(0, seconds) * 1000)}
        if ready and self._read_delay:
            time.sleep(self._read_delay)
        self._registry.take_in(ready)
