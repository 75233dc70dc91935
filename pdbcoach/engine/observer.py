"""What a session shows of its processes: their output, and observations."""

from __future__ import annotations

import time
from collections.abc import Container
from typing import Final

from msgspec import Struct

from pdbcoach.engine import activity, unheard
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.loop import Loop
from pdbcoach.engine.process import Process
from pdbcoach.engine.registry import Registry
from pdbcoach.observation import Location, Observation, Outcome, ProcessView

_STACK_TIMEOUT: Final = 0.5
"""Seconds for busy processes to write their stacks."""

_STACK_INTERVAL: Final = 0.002
"""Seconds between two looks at whether they have."""


class Observer(Struct, frozen=True):
    folder: Folder
    registry: Registry
    loop: Loop
    raw: bool
    """Leave line ends as the terminal has them."""

    def views(self, *, described: bool = False) -> dict[str, ProcessView]:
        """Return what is known of every process that is shown, in the order of the names.

        ``described``: also what the running ones are doing, in words.
        """
        shown = (one for one in self.registry.in_order() if one.shown)
        views = (view for one in shown for view in one.views(activity.describe(one) if described else ""))
        return {view.name: view for view in views}

    def observe(self, process: str, outcome: Outcome, before: str = "") -> Observation:
        """Return an observation with the output that hasn't been taken yet."""
        one, thread = self.registry.find(process)
        if outcome == "timeout":
            self.stacks(self.registry.processes, _STACK_TIMEOUT)
        outcome, why = self._doubt(one, outcome)
        waiting = one.at_prompt if one is not None and one.reads(thread) else None
        return Observation(
            process,
            outcome,
            "" if one is None else self._output(one, thread),
            before,
            prompt=waiting.prompt if waiting else None,
            state=waiting.state if waiting else None,
            processes=self.views(described=outcome in ("timeout", "blocked", "flooded", "unheard")),
            exceeded=self.registry.exceeded,
            unheard=why,
        )

    def _output(self, one: Process, thread: str) -> str:
        return self.text(one, everything=not (one.at_prompt or one.turns.is_gone(thread)))

    def _doubt(self, one: Process | None, outcome: Outcome) -> tuple[Outcome, tuple[str, ...]]:
        """Return the outcome with what the engine can't hear taken into account, and that in sentences."""
        if outcome in ("timeout", "absent"):
            sight = self.registry.sight()
            return "unheard" if sight.lost else outcome, (*sight.lost, *sight.doubtful)
        if one is None or outcome == "ended":
            return outcome, ()
        return outcome, tuple(unheard.of_prompt(one))

    def left_over(self, exempt: Container[str], grace: float) -> tuple[str, ...]:
        """Describe the processes still alive after ``grace`` seconds, except those named in ``exempt``."""

        def alive() -> list[Process]:
            return [p for p in self.registry.processes if not p.ended and p.view().common not in exempt]

        strangers: list[str] = []

        def over() -> bool:
            some_prompt = any(p.at_prompt for p in alive())
            strangers[:] = [] if some_prompt else self.registry.leaders.strangers()
            return all(p.at_prompt for p in alive()) and not strangers

        self.loop.run(over, grace, gives_up=True)
        named = [p.view(activity.describe(p)).describe() for p in alive() if p.shown]
        return tuple(named + strangers)

    def stacks(self, processes: list[Process], timeout: float) -> None:
        """Ask running processes where they are; without an answer a position stays unknown."""
        asked = [one for one in processes if one.ask_for_stack()]
        deadline = time.monotonic() + timeout
        while not all(one.has_told_stack for one in asked) and time.monotonic() < deadline:
            self.loop.run(lambda: False, _STACK_INTERVAL)
        self.loop.take_in()  # what was written before the last look

    def stack(self, one: Process, timeout: float) -> tuple[Location, ...]:
        """Return where a process is, newest frame first; nothing if it doesn't answer in time (seconds)."""
        self.stacks([one], timeout)
        return tuple(one.stack)

    def text(self, one: Process, *, everything: bool) -> str:
        """Return the output before the prompt that hasn't been taken, or all with ``everything``."""
        return self._as_printed(one.terminal.take(everything=everything))

    def text_so_far(self, one: Process, *, whole_lines: bool) -> str:
        """Return new output, but no part of a prompt that is still arriving.

        With ``whole_lines`` an unfinished line is kept back, unless the process is at a prompt or has ended.
        """
        if one.ended or one.at_prompt is not None:
            return self.text(one, everything=one.ended)
        return self._as_printed(one.terminal.take_so_far(whole_lines=whole_lines))

    def _as_printed(self, text: str) -> str:
        # A terminal shows "\n" as "\r\n" (ONLCR in termios(3)).
        return self.folder.strip(text if self.raw else text.replace("\r\n", "\n"))
