"""The debugger of a practice: a session, and the road that led to where it is, to be gone again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import Final, Literal, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views, is_same_stop, state_of
from pdbcoach.coach.moves import effect
from pdbcoach.coach.questions import is_refusal
from pdbcoach.engine.session import Session
from pdbcoach.matching.redact import normalise
from pdbcoach.observation import DebuggerState, Location, Observation
from pdbcoach.progress.records import Kept
from pdbcoach.replay import hand
from pdbcoach.replay.result import Target
from pdbcoach.scenario.model import Key, Look, Scenario, Send, Step
from pdbcoach.ui.compared import standing_of
from pdbcoach.ui.kept import MARKS, Become, action_of, stretches

_AWAIT: Final = 3.0
"""Seconds that other processes are given to become what the goal says of them."""
_SETTLE: Final = 0.4
"""Seconds that other processes are given to come to their prompts."""

_AT_LEAST: Final = 1.0
"""Seconds that a process is given on a road that is gone again to become what it was then."""
_SLOWER: Final = 3.0
"""And how many times as long as it took then: machines are not always equally fast."""
_NOT_AT_ONCE: Final = 0.4
"""Seconds after which whoever waits for a road to be gone again is told what is going on."""

_MOST_KEPT: Final = 1 << 20
"""Characters after which it does not matter what else a line has printed."""


class Witness(Protocol):
    """Who goes a road along with a debugger that goes it again."""

    def before(self, index: int) -> str:
        """The next thing is this one of those kept. Returns what a bare Enter would repeat there."""

    def typed(self, index: int, attempt: Attempt) -> None:
        """This line or key has been typed again."""


Outlook = Callable[[Views], Literal["met", "soon", "no"]]
"""Whether the goal is met; ``soon``: all is as it should be, but for what other processes have to become."""


class Debugger(Struct):
    """A scenario's program under its debugger.

    ``kept`` is all that has been typed, by whomever, what was waited for, and where steps began.
    ``watch`` is called while something is awaited, and may take output with ``news``. ``impatient``
    tells whether to wait no longer for what a line of the learner's has set off. ``slow`` is called
    once on a road that is gone again, if that takes its time.
    """

    scenario: Scenario
    target: Target
    watch: Callable[[], None] = lambda: None
    impatient: Callable[[], bool] = lambda: False
    slow: Callable[[], None] = lambda: None
    kept: list[Kept] = field(default_factory=list)
    _session: Session | None = None
    _first: Location | None = None
    """Where ``main`` stopped first."""
    _shown: str = ""
    """What the process that was typed at last has shown so far, told by ``news`` already."""
    _listening: str = ""
    _set_out: dict[str, DebuggerState] = field(default_factory=dict)
    """Where each process stood when a line was typed at it last."""
    _phases: dict[str, str] = field(default_factory=dict)
    """What each process was doing when that was last written down in ``kept``."""
    _typed_at: float = 0.0
    """When something was typed last; a time of the monotonic clock."""

    # --- life

    def launch(self) -> None:
        """Start the program and wait for nothing. Raises PdbcoachError if it cannot be started."""
        self.close()
        self.kept = []
        self._first = None
        self._set_out = {}
        self._session = hand.session_for(self.scenario, self.target)
        self._session.launch()

    def arrive(self) -> None:
        """Wait until somebody stands at a prompt, or all is over."""
        self._live.wait_until(
            lambda views: any(view.phase != "running" for view in views.values()), self.scenario.timeout
        )
        main = self.views.get("main")
        here = main.state if main is not None else None
        self._first = here.stop if here is not None and here.event == "line" else None
        self._phases = {name: view.phase for name, view in self.views.items()}
        self._live.meanwhile = self.watch

    def close(self) -> None:
        """End the program, whatever it does."""
        if self._session is not None:
            self._session.close()
            self._session = None

    @property
    def _live(self) -> Session:
        assert self._session is not None, "the debugger has been launched"
        return self._session

    # --- how things stand

    @property
    def views(self) -> Views:
        """Every process of the program, by name."""
        return self._live.processes

    def speaks_to(self, name: str) -> str | None:
        """The engine's name of the process called ``name`` here; ``None`` if there is none."""
        known = self.scenario.alias.get(name, name)
        return known if known in self.views else None

    def waiting(self) -> list[str]:
        """The processes that stand at a prompt."""
        return [name for name, view in self.views.items() if view.phase == "stopped"]

    def news(self, *, whole_lines: bool = True) -> list[tuple[str, str]]:
        """What processes have printed and nobody has been told yet, with their names."""
        found = []
        # On a shared terminal what comes is taken for the answer of whoever was typed at.
        for name in sorted(self.views, key=lambda name: name != self._listening):
            text = self._live.output_so_far(name, whole_lines=whole_lines)
            if text:
                found.append((name, normalise(text, None)))
                if name == self._listening and len(self._shown) < _MOST_KEPT:
                    self._shown += text
        return found

    def take_shown(self, process: str) -> str:
        """What ``news`` has told of ``process`` since something was typed at it."""
        shown = self._shown if process == self._listening else ""
        self._listening = self._shown = ""
        return normalise(shown, None)

    def standing(self) -> dict[str, object]:
        """How all processes stand, without what no two runs share."""
        pids = self.pids()
        return {name: standing_of(view, pids) for name, view in self.views.items()}

    def pids(self) -> dict[str, str]:
        """The names of all processes by their pids, as these are printed."""
        return {str(view.pid): name for name, view in self.views.items()}

    # --- what is typed

    def type(
        self, action: Send | Key, process: str, outlook: Outlook, previous: str = "", *, patience: float
    ) -> Attempt:
        """Type at ``process`` and see what comes, until it stands or has ended.

        It may also run on, where ``outlook`` says that this is the goal, or another process waits for the
        learner, or ``patience`` seconds have passed.
        """
        self.keep_changes()
        before = self.views
        here = state_of(process, before)
        if isinstance(action, Send) and here is not None:
            self._set_out[process] = here
        self._listening, self._shown = process, ""
        self._keep(process, action)
        output = ""
        with self._ending_on_ctrl_c():
            output = self._press(action, process).output
            self._wait_for_the_slow(process, outlook, patience)
            self._let_others_arrive(outlook, before)
        output = self._shown + output + self._live.take_output(process)
        self.keep_changes()
        return self._attempt(action, process, before, output, previous)

    def _attempt(
        self, action: Send | Key, process: str, before: Views, output: str, previous: str
    ) -> Attempt:
        """What was typed, and what has come of it by now."""
        view, after = before.get(process), self.views
        kind = view.prompt.kind if view is not None and view.prompt is not None else None
        attempt = Attempt(process, action, kind, before, after, normalise(output, None), previous=previous)
        return replace(attempt, restarted=self._has_restarted(attempt))

    def is_back(self, attempt: Attempt) -> bool:
        """Whether the process stands where the line before was typed: then that has led nowhere."""
        then, now = self._set_out.get(attempt.process), state_of(attempt.process, attempt.after)
        return then is not None and now is not None and is_same_stop(then, now)

    def perform(self, step: Step) -> Observation:
        """Carry out a step of the scenario's own, as ``replay`` does."""
        if step.wait:
            self.wait(step.wait)
        self.keep_changes()
        if not isinstance(step.action, Look | Key):
            self._live.look(step.process)
        self._listening, self._shown = step.process, ""
        if not isinstance(step.action, Look):
            self._keep(step.process, step.action)
        self._typed_at = time.monotonic()
        observation = hand.await_processes(self._live, step, hand.act(self._live, step))
        output = normalise(self._shown + observation.output, None)
        observation = replace(observation, output=output)
        self.keep_changes()
        return observation

    def wait(self, seconds: float) -> None:
        """Let the program run: time is an input."""
        self._live.wait(seconds)
        self.kept.append(Kept("main", "wait", f"{seconds:g}"))

    def wait_for(self, process: str, seconds: float) -> None:
        """Let the program run until ``process`` does not run any more, or for so long."""
        with self._ending_on_ctrl_c():
            self._live.wait_until(lambda views: views[process].phase != "running", seconds)

    def pass_time(self, seconds: float) -> None:
        """Take in what happens meanwhile."""
        with self._ending_on_ctrl_c():
            self._live.wait_until(lambda views: False, seconds)
        self.keep_changes()

    # --- the road

    def keep_changes(self) -> None:
        """Remember what has become of the processes, to wait for it when the road is gone again."""
        seconds = time.monotonic() - self._typed_at
        for name, view in self.views.items():
            if self._phases.get(name) != view.phase:
                self.kept.append(Become(name, view.phase, seconds).kept)
                self._phases[name] = view.phase

    def mark(self, kind: str, number: int) -> None:
        """Write down that the step of this number begins, unless it has begun already."""
        marks = [entry for entry in self.kept if entry.kind in MARKS]
        if marks[-1:] != [Kept("", kind, str(number))]:
            self.keep_changes()
            self.kept.append(Kept("", kind, str(number)))

    def go_again(self, kept: Sequence[Kept], witness: Witness | None = None) -> frozenset[str]:
        """Start afresh and go the road ``kept`` once more. Where it leads is told by ``standing``.

        ``witness`` is told of the way. Returns the processes that have not become on it what they were
        then.
        """
        watch, self.watch = self.watch, self._remark_on_time()
        try:
            self.launch()
            self.arrive()
            late = set[str]()
            for index, awaited in stretches(kept):
                late |= self._go(index, kept[index], awaited, witness, hurries=bool(late))
            self._let_others_arrive(lambda views: "no", {})
            for name in self.views:
                self._live.take_output(name)
            self.kept = list(kept)
            self._phases = {name: view.phase for name, view in self.views.items()}
        finally:
            self.watch = watch
        self._live.meanwhile = watch
        return frozenset(late)

    def _remark_on_time(self) -> Callable[[], None]:
        """What is to be called meanwhile, so that ``slow`` is called when it is time."""
        remarks_at = time.monotonic() + _NOT_AT_ONCE

        def look() -> None:
            nonlocal remarks_at
            if time.monotonic() > remarks_at:
                remarks_at = inf
                self.slow()

        return look

    def _go(
        self,
        index: int,
        entry: Kept,
        awaited: Sequence[Kept],
        witness: Witness | None,
        *,
        hurries: bool,
    ) -> set[str]:
        """Do once more what was done, and wait for what was ``awaited`` then. Returns who has not come."""
        previous = witness.before(index) if witness is not None else ""
        before, output = self.views, ""
        match entry.kind:
            case "line" | "key":
                output = self._press(action_of(entry), entry.process).output
            case "wait":
                self._live.wait(float(entry.text))
            case "await":
                awaited = (entry, *awaited)
        late = set[str]()
        for one in awaited:
            become = Become.of(one)
            patience = min(self.scenario.timeout, _AT_LEAST + _SLOWER * become.seconds)
            patience = _SETTLE if late or hurries else patience
            if not self._live.wait_until(become.holds, patience):
                late.add(one.process)
        if witness is not None and entry.kind in ("line", "key"):
            output += self._live.take_output(entry.process)
            witness.typed(index, self._attempt(action_of(entry), entry.process, before, output, previous))
        return late

    def _press(self, action: Send | Key, process: str) -> Observation:
        self._typed_at = time.monotonic()
        match action:
            case Send(text):
                return self._live.send(text, process, until="blocked")
            case Key("ctrl-c"):
                return self._live.interrupt(process, until="blocked")
            case Key():
                return self._live.send_eof(process, until="blocked")

    def _keep(self, process: str, action: Send | Key) -> None:
        if isinstance(action, Send):
            self.kept.append(Kept(process, "line", action.text))
        else:
            self.kept.append(Kept(process, "key", action.name))
        self._phases.pop(process, None)  # whatever it does then is to be waited for

    @contextmanager
    def _ending_on_ctrl_c(self) -> Iterator[None]:
        """What is waited for in the block is waited for no longer once the learner is impatient."""

        def look() -> None:
            self.watch()
            if self.impatient():
                raise _Impatient

        self._live.meanwhile = look
        try:
            yield
        except _Impatient:
            pass
        finally:
            self._live.meanwhile = self.watch

    def _wait_for_the_slow(self, process: str, outlook: Outlook, patience: float) -> None:
        """What is blocked may only be slow: wait for it, unless somebody else waits to be typed at."""

        def enough(views: Views) -> bool:
            view = views.get(process)
            runs = view is not None and view.phase == "running"
            return (
                not runs or outlook(views) == "met" or any(one.phase == "stopped" for one in views.values())
            )

        self._live.wait_until(enough, patience)

    def _let_others_arrive(self, outlook: Outlook, before: Views) -> None:
        """Give what has been set off the time to come to its prompts, or to what the goal says.

        Who was running before is not waited for, it may run for as long as it likes; but it is if nobody
        else is left whom the learner could speak to.
        """
        running = {name for name, view in before.items() if view.phase == "running"}

        def at_rest(views: Views) -> bool:
            set_out = [name for name, view in views.items() if view.phase == "running"]
            if any(view.phase == "stopped" for view in views.values()):
                set_out = [name for name in set_out if name not in running]
            seen = outlook(views)
            return seen == "met" or (seen == "no" and not set_out)

        if not self._live.wait_until(at_rest, _SETTLE):
            self._live.wait_until(lambda views: outlook(views) != "soon", _AWAIT)

    def _has_restarted(self, attempt: Attempt) -> bool:
        """Whether the process stands where the program begins, and has not just stayed there."""
        then, now = (state_of(attempt.process, views) for views in (attempt.before, attempt.after))
        if isinstance(attempt.action, Key):
            return False  # no key does that: a program that ran all the while may still be at its first line
        if effect(attempt) != "move" or self._first is None or now is None or now.event != "line":
            return False
        if now.stop != self._first or now.depth != 1:
            return False
        stayed = attempt.line.first.name == "jump" or is_refusal(attempt.output)
        return then is None or then.stop != self._first or not stayed


class _Impatient(Exception):  # noqa: N818 - no error: it ends a waiting
    pass
