"""Types at a process or one of its threads, and waits for what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from pdbcoach.engine.activity import ActivityProbe
from pdbcoach.engine.loop import Loop, WaitEnd
from pdbcoach.engine.observer import Observer
from pdbcoach.engine.process import Process
from pdbcoach.engine.registry import ROOM, Registry
from pdbcoach.observation import Observation, Outcome
from pdbcoach.shim import wire

Until = Literal["prompt", "blocked", "any-stop"]


class Keyboard(Struct, frozen=True):
    """How a session types and waits. Time limits are in seconds; see ``Session`` for the rest."""

    registry: Registry
    loop: Loop
    observer: Observer
    output_limit: int
    shared: bool
    """All processes share one terminal."""

    def act(self, process: str, typed: bytes, until: Until, timeout: float) -> Observation:
        outcome = self.come_to_prompt(process, timeout)
        one, thread = self.registry.find(process)
        if outcome != "prompt" or one is None:
            return self.observer.observe(process, outcome)
        before = self.observer.text(one, everything=False)
        terminal = self.registry.questions.where_it_reads(one)
        self.expect_answer(one)
        one.turns.line_is_typed()
        terminal.write(typed)
        return self.await_answer(one, thread, before, until, timeout)

    def come_to_prompt(self, process: str, timeout: float) -> Outcome:
        def ready() -> bool:
            one, thread = self.registry.find(process)
            if one is None:
                return self.registry.lost_for_good
            one.turns.call(thread)
            if thread:
                self._make_way(one)
            return one.has_come_to_rest(thread) or self._over(one)

        known, thread = self.registry.find(process)
        if known is not None:
            self.registry.questions.recheck(known)
        waited = self.loop.run(ready, timeout, gives_up=True)
        one = self.registry.called(process.partition(":")[0], anywhere=True)
        if one is None or (thread and thread not in one.turns.shown and waited != "late"):
            return "limited" if self.registry.exceeded else "absent"
        return self.outcome(one, waited, thread)

    def _make_way(self, one: Process) -> None:
        """Make the thread at its prompt leave that to the one that was called."""
        waiting = one.at_prompt
        if one.turns.makes_way() and waiting is not None and waiting.prompt.kind in ("pdb", "nested"):
            terminal = self.registry.questions.where_it_reads(one)
            self.expect_answer(one)
            terminal.write(wire.YIELD.encode() + b"\n")

    def outcome(self, one: Process, waited: WaitEnd, thread: str = "") -> Outcome:
        if self.registry.exceeded:
            return "limited"
        if one.reads(thread):
            return "prompt"
        if one.has_come_to_rest(thread):
            return "ended"
        if self._flooded(one):
            return "flooded"
        return "timeout" if waited == "late" or self.registry.out_of_descriptors else "blocked"

    def expect_answer(self, one: Process) -> None:
        """Ignore the current prompts of ``one`` and of all processes on its terminal."""
        for sharer in self.registry.sharers(one):
            if sharer.announced is not None:
                sharer.answered = sharer.announced.order

    def await_answer(
        self, one: Process, thread: str, before: str, until: Until, timeout: float
    ) -> Observation:
        # On a shared terminal any process may have got the line, or several got a part of it each.
        needed = until == "blocked" or self.shared
        probe = ActivityProbe(self.registry.processes, anybody=self.shared) if needed else None
        standing = {p.name: p.at_prompt for p in self.registry.processes} if until == "any-stop" else None

        def done() -> bool:
            if self._over(one) or self._another_stop(one, standing) is not None:
                return True
            return self._has_answered(one, thread) or (probe is not None and self._settled(one, probe, until))

        waited = self.loop.run(done, timeout, probe, gives_up=True)
        found = self._another_stop(one, standing)
        if found is not None:
            return self.observer.observe(found.name, "prompt", before)
        name = f"{one.name}:{thread}" if thread else one.name
        return self.observer.observe(name, self.outcome(one, waited, thread), before)

    def _has_answered(self, one: Process, thread: str) -> bool:
        answering = self.registry.sharers(one) if self.shared else [one]
        return one.turns.is_gone(thread) or all(p.ended or p.at_prompt for p in answering)

    def _settled(self, one: Process, probe: ActivityProbe, until: Until) -> bool:
        # A process that has announced a prompt looks blocked while the prompt's text is arriving.
        if self.registry.awaits_prompts():
            return False
        match probe.settled(one):
            case None:
                return False
            case "blocked":
                return True
            case "busy":  # if it isn't waited for, it's another process that is busy on a shared terminal
                return until == "blocked" or one.ended or one.at_prompt is not None

    def _another_stop(self, one: Process, standing: Mapping[str, object] | None) -> Process | None:
        """Return the first process besides ``one`` that has come to a prompt since ``standing``."""
        if standing is None or one.at_prompt is not None:
            return None
        others = (p for p in self.registry.in_order() if p is not one and p.at_prompt is not None)
        return next((p for p in others if p.at_prompt is not standing.get(p.name)), None)

    def _over(self, one: Process) -> bool:
        """Return True if a bound other than the timeout has been reached."""
        return self.registry.lost_for_good or self._flooded(one)

    def _flooded(self, one: Process) -> bool:
        return one.terminal.size > self.output_limit + ROOM
