"""A session with a program's debugger, and the route that led to where it is, to be gone again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Final, Protocol, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views, is_same_stop, state_of
from pdbcoach.engine.session import Session
from pdbcoach.front.differences import has_restarted, standing_of
from pdbcoach.front.waiting import SETTLE, Outlook, let_others_arrive, wait_for_the_slow
from pdbcoach.matching.redact import normalise
from pdbcoach.observation import DebuggerState, Location, Observation
from pdbcoach.replay import actions
from pdbcoach.replay.result import Target
from pdbcoach.route import Asked, Became, Performed, Pressed, Route, RouteEntry, Typed, Waited, stretches
from pdbcoach.scenario.model import Key, Look, Scenario, Send, Step
from pdbcoach.scenario.placeholders import numbers_filled

_AT_LEAST: Final = 1.0
"""Seconds that a process gets, when a route is gone again, to become what it was then."""
_SLOWER: Final = 3.0
"""It also gets this many times as long as it took then: machines aren't always equally fast."""
_NOT_AT_ONCE: Final = 0.4
"""Seconds after which a person who waits for a route to be gone again is told what is going on."""

_MOST_SHOWN: Final = 1 << 20
"""Characters of a line's output after which it doesn't matter what else it prints."""


class Witness(Protocol):
    """Follows a debugger along a route that it goes again."""

    def before(self, index: int) -> str:
        """Note that this entry of the route is next. Return what a bare Enter would repeat there."""

    def typed(self, index: int, attempt: Attempt) -> None:
        """Note that this line or key has been typed again."""


class Debugger(Struct):
    """A scenario's program under its debugger.

    ``route`` is all that has been typed, by whomever, what was waited for, and where steps began.
    ``watch`` is called while something is awaited, and may take output with ``news``. ``impatient``
    tells whether to stop waiting for what a typed line has started. ``slow`` is called once if going a
    route again takes a while.
    """

    scenario: Scenario
    target: Target
    watch: Callable[[], None] = lambda: None
    impatient: Callable[[], bool] = lambda: False
    slow: Callable[[], None] = lambda: None
    route: list[RouteEntry] = field(default_factory=list)
    _session: Session | None = None
    _first: Location | None = None
    """Where ``main`` stopped first."""
    _shown: str = ""
    """What the process that was typed at last has shown so far, as told by ``news``."""
    _listening: str = ""
    _set_out: dict[str, DebuggerState] = field(default_factory=dict)
    """Where each process was when a line was last typed at it."""
    _phases: dict[str, str] = field(default_factory=dict)
    """The phase of each process that ``route`` tells of last."""
    _typed_at: float = 0.0
    """When something was last typed; a time of the monotonic clock."""

    # --- life

    def launch(self) -> None:
        """Start the program without waiting for it. Raises PdbcoachError if it cannot be started."""
        self.close()
        self.route = []
        self._first = None
        self._set_out = {}
        self._session = actions.session_for(self.scenario, self.target)
        self._session.launch()

    def arrive(self) -> None:
        """Wait until a process is at a prompt, or all have ended."""
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
        """Every process of the program, by name. Late names are bound as soon as they can be."""
        self._live.bind()
        return self._live.processes

    def process_called(self, name: str) -> str | None:
        """Return the engine's name of the process that the learner calls ``name``, or ``None``."""
        known = self.scenario.alias.get(name, name)
        return known if known in self.views else None

    def wait_for_process(self, name: str, seconds: float) -> str | None:
        """Return as ``process_called``, after up to ``seconds`` in which the process may come into being."""
        if seconds:
            self._live.wait_until(lambda views: self.process_called(name) is not None, seconds)
        return self.process_called(name)

    def waiting(self) -> list[str]:
        """Return the names of the processes at a prompt."""
        return [name for name, view in self.views.items() if view.phase == "stopped"]

    def news(self, *, whole_lines: bool = True) -> list[tuple[str, str]]:
        """Return what processes have printed since the last call, with their names."""
        found = []
        # On a shared terminal, output is taken for the answer of the process that was typed at, or else for
        # that of the thread at its prompt.
        views = self.views
        for name in sorted(views, key=lambda name: (name != self._listening, not views[name].is_inside)):
            text = self._live.output_so_far(name, whole_lines=whole_lines)
            if text:
                found.append((name, normalise(text, None)))
                if name == self._listening and len(self._shown) < _MOST_SHOWN:
                    self._shown += text
        return found

    def take_shown(self, process: str) -> str:
        """Return what ``news`` has told of ``process`` since something was typed at it."""
        shown = self._shown if process == self._listening else ""
        self._listening = self._shown = ""
        return normalise(shown, None)

    def standing(self) -> dict[str, object]:
        """Return where each process is, without what no two runs share."""
        pids, views = self.pids(), self.views
        threaded = _threaded(views)  # these stand where the thread inside does
        found: dict[str, list[object]] = {}
        for name, view in views.items():
            if name not in threaded:
                found.setdefault(view.common, []).append(standing_of(view, pids))
        return {name: sorted(those, key=repr) for name, those in found.items()}

    def pids(self) -> dict[str, str]:
        """Return the names of all processes by their pids, as pids are printed."""
        return {str(view.pid): view.common for view in self.views.values()}

    # --- what is typed

    def type(
        self, action: Send | Key, process: str, outlook: Outlook, previous: str = "", *, patience: float
    ) -> Attempt:
        """Type at ``process`` and wait until it is at a prompt or has ended.

        It may still be running on return, if ``outlook`` says that the goal is met, if another process is
        at a prompt, or if ``patience`` seconds have passed.
        """
        self.note_changes()
        before = self.views
        here = state_of(process, before)
        if isinstance(action, Send) and here is not None:
            self._set_out[process] = here
        self._listening, self._shown = process, ""
        self._note(process, action)
        output = ""
        with self._ending_on_ctrl_c():
            output = self._press(action, process).output
            wait_for_the_slow(self._live, process, outlook, patience)
            let_others_arrive(self._live, outlook, before)
        output = self._shown + output + self._live.take_output(process)
        self.note_changes()
        return self._attempt(action, process, before, output, previous)

    def _attempt(
        self, action: Send | Key, process: str, before: Views, output: str, previous: str
    ) -> Attempt:
        """Return what was typed and what has come of it by now."""
        view, after = before.get(process), self.views
        kind = view.prompt.kind if view is not None and view.prompt is not None else None
        attempt = Attempt(process, action, kind, before, after, normalise(output, None), previous=previous)
        return replace(attempt, restarted=has_restarted(attempt, self._first))

    def is_back(self, attempt: Attempt) -> bool:
        """Return whether the process is where the line before was typed, so that line has led nowhere."""
        then, now = self._set_out.get(attempt.process), state_of(attempt.process, attempt.after)
        return then is not None and now is not None and is_same_stop(then, now)

    def with_numbers(self, step: Step) -> Step:
        """Return the step with the numbers that the breakpoints of its line have now."""
        state = state_of(step.process, self.views)
        return numbers_filled(step, state, self.scenario.script) or step

    def perform(self, step: Step) -> Observation:
        """Carry out a step of the scenario, as ``replay`` does."""
        if step.wait:
            self.wait(step.wait)
        self.note_changes()
        if not isinstance(step.action, Look | Key):
            self._live.look(step.process)
        self._listening, self._shown = step.process, ""
        step = self.with_numbers(step)
        if not isinstance(step.action, Look):
            self._note(step.process, step.action)
        self._typed_at = time.monotonic()
        observation = actions.await_processes(self._live, step, actions.act(self._live, step))
        output = normalise(self._shown + observation.output, None)
        observation = replace(observation, output=output)
        self.note_changes()
        return observation

    def wait(self, seconds: float) -> None:
        """Let the program run for this long. Time is an input, so it is part of the route."""
        self._live.wait(seconds)
        self.route.append(Waited(seconds))

    def let_in(self, name: str) -> str:
        """Let a thread that waits at the debugger's door come to its prompt. Return what that prints."""
        view = self.views.get(name)
        if view is None or view.door is None:
            return ""
        return normalise(self._live.look(name, timeout=SETTLE).output, None)

    def why_unheard(self) -> tuple[str, ...]:
        """Return in sentences why processes may do things that pdbcoach can't see."""
        return self._live.why_unheard()

    def wait_for(self, process: str, seconds: float) -> None:
        """Let the program run until ``process`` no longer runs, or for this long."""
        with self._ending_on_ctrl_c():
            self._live.wait_until(lambda views: views[process].phase != "running", seconds)

    def pass_time(self, seconds: float) -> None:
        """Take in what happens in this time."""
        with self._ending_on_ctrl_c():
            self._live.wait(seconds)
        self.note_changes()

    # --- the route

    def note_changes(self) -> None:
        """Note what the processes have become, to wait for it when the route is gone again."""
        seconds = time.monotonic() - self._typed_at
        views = self.views
        threaded = _threaded(views)
        for name, view in views.items():
            if name in threaded and view.phase == "stopped":
                continue  # one of its threads is
            if self._phases.get(name) != view.phase:
                self.route.append(Became(name, view.phase, seconds, view.exit))
                self._phases[name] = view.phase

    def mark(self, begins: Asked | Performed) -> None:
        """Write down that a step begins, unless it has begun already."""
        marks = [entry for entry in self.route if isinstance(entry, Asked | Performed)]
        if marks[-1:] != [begins]:
            self.note_changes()
            self.route.append(begins)

    def go_again(self, route: Route, witness: Witness | None = None) -> frozenset[str]:
        """Start afresh and go ``route`` again. ``standing`` tells where it has led.

        ``witness`` follows along. Returns the processes that didn't become what they were then.
        """
        watch, self.watch = self.watch, self._remark_on_time()
        try:
            self.launch()
            self.arrive()
            late = set[str]()
            for index, entry, awaited in stretches(route):
                late |= self._go(index, entry, awaited, witness, hurries=bool(late))
            let_others_arrive(self._live, lambda views: "no", {})
            for name in self.views:
                self._live.take_output(name)
            self.route = list(route)
            self._phases = {name: view.phase for name, view in self.views.items()}
        finally:
            self.watch = watch
        self._live.meanwhile = watch
        return frozenset(late)

    def _remark_on_time(self) -> Callable[[], None]:
        """Return what to call meanwhile, so that ``slow`` is called when it is time."""
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
        entry: RouteEntry,
        awaited: list[Became],
        witness: Witness | None,
        *,
        hurries: bool,
    ) -> set[str]:
        """Do again what was done, and wait for what was ``awaited`` then. Return who is late."""
        previous = witness.before(index) if witness is not None else ""
        match entry:
            case Typed(process) | Pressed(process):
                action, before = action_of(entry), self.views
                output = self._press(action, process).output
                late = self._await(awaited, hurries=hurries)
                if witness is not None:
                    output += self._live.take_output(process)
                    witness.typed(index, self._attempt(action, process, before, output, previous))
                return late
            case Waited(seconds):
                self._live.wait(seconds)
            case Became():
                awaited = [entry, *awaited]
            case Asked() | Performed():
                pass
            case _:
                assert_never(entry)
        return self._await(awaited, hurries=hurries)

    def _await(self, awaited: list[Became], *, hurries: bool) -> set[str]:
        """Wait until all has become as it was. Return the processes that are late."""
        late = set[str]()
        for one in awaited:
            patience = min(self.scenario.timeout, _AT_LEAST + _SLOWER * one.seconds)
            patience = SETTLE if late or hurries else patience
            if not self._live.wait_until(one.holds, patience):
                late.add(one.process)
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

    def _note(self, process: str, action: Send | Key) -> None:
        view = self.views.get(process)
        prompt = view.prompt.kind if view is not None and view.prompt is not None else None
        match action:
            case Send(text):
                self.route.append(Typed(process, text, prompt or "pdb"))
            case Key(name):
                ran = time.monotonic() - self._typed_at if prompt is None else 0.0
                self.route.append(Pressed(process, name, prompt, ran))
        self._phases.pop(process, None)  # whatever it becomes now must be waited for

    @contextmanager
    def _ending_on_ctrl_c(self) -> Iterator[None]:
        """Stop waiting in the block as soon as ``impatient`` says so."""

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


def _threaded(views: Views) -> set[str]:
    """Return the processes whose threads are shown."""
    return {name.partition(":")[0] for name, view in views.items() if view.is_thread}


def action_of(entry: Typed | Pressed) -> Send | Key:
    """Return what was typed, as a step's action."""
    return Send(entry.text) if isinstance(entry, Typed) else Key(entry.key)


class _Impatient(Exception):  # noqa: N818 - not an error: it ends a wait
    pass
