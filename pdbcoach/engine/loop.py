"""The one loop in which a session waits: it takes in whatever happens until a condition holds."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Final, Literal

from pdbcoach.engine import activity
from pdbcoach.engine.activity import ActivityProbe
from pdbcoach.engine.registry import Registry

_MEANWHILE: Final = 0.03
"""Seconds between two calls of ``meanwhile``."""

_FIRST_LOOK: Final = 0.002
_LAST_LOOK: Final = 0.05
"""Seconds without an event until the first look at who reads, and at most between two looks."""

_LISTENS_AFTER: Final = 0.5
"""Seconds without an event after which a process that only listens counts as asking."""

_CERTAIN: Final = 3
"""Looks in a row that must find that nothing can change: a process may just be waking up."""

WaitEnd = Literal["met", "late", "hopeless"]
"""How a wait ended: the condition holds; time is up; the condition doesn't hold and nothing can change."""


class Loop:
    """Waits for the terminals and connections of a ``Registry``.

    ``read_delay`` is the number of seconds between the arrival of something and reading it.
    """

    def __init__(self, registry: Registry, read_delay: float) -> None:
        self.meanwhile: Callable[[], None] | None = None
        """Called repeatedly during a wait."""
        self._registry = registry
        self._read_delay = read_delay

    def run(
        self,
        condition: Callable[[], bool],
        timeout: float,
        probe: ActivityProbe | None = None,
        *,
        gives_up: bool = False,
    ) -> WaitEnd:
        """Take in what happens until ``condition`` holds, for at most ``timeout`` seconds.

        With ``probe`` the loop wakes up often enough for its samples. With ``gives_up`` it doesn't wait for
        what can't happen any more.
        """
        deadline = time.monotonic() + timeout
        quiet = _Quiet()
        stuck = 0
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return "late"
            if stuck >= _CERTAIN and self._registry.admit_at_rest():
                stuck = 0
            if stuck >= _CERTAIN or (gives_up and self._registry.out_of_descriptors):
                return "hopeless"
            if self.take_in(min(left, self._pause(quiet, probe))):
                quiet = _Quiet()
                stuck = 0
            elif self._registry.questions.look(self.take_in, listening=quiet.lasts()):
                quiet.pause = _FIRST_LOOK
                stuck = 0
            elif gives_up:
                stuck = stuck + 1 if self._registry.nothing_can_change() else 0
            if self.meanwhile is not None:
                self.meanwhile()
        return "met"

    def _pause(self, quiet: _Quiet, probe: ActivityProbe | None) -> float:
        pause = quiet.next_pause()
        if probe is not None or self._registry.awaits_prompts():
            pause = min(pause, activity.INTERVAL)
        return pause if self.meanwhile is None else min(pause, _MEANWHILE)

    def take_in(self, seconds: float = 0.0) -> bool:
        """Wait up to ``seconds`` for something to happen, and take in everything that has.

        Returns False if nothing has.
        """
        poller = select.poll()
        for number, events in self._registry.watched():
            poller.register(number, events)
        ready = {number for number, _ in poller.poll(max(0, seconds) * 1000)}
        if ready and self._read_delay:
            time.sleep(self._read_delay)
        self._registry.take_in(ready)
        return bool(ready)


class _Quiet:
    """A time without events, in which looks become rarer."""

    def __init__(self) -> None:
        self.pause = _FIRST_LOOK
        self._since = time.monotonic()

    def next_pause(self) -> float:
        """Return the seconds to wait before the next look."""
        pause = self.pause
        self.pause = min(2 * pause, _LAST_LOOK)
        return pause

    def lasts(self) -> bool:
        """Return True if it has lasted long enough for a process that listens to count as asking."""
        return time.monotonic() - self._since > _LISTENS_AFTER
