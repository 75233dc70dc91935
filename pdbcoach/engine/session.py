"""One debugging session: the stock pdb on a terminal of its own, driven line by line."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from pdbcoach.engine import activity, strays
from pdbcoach.engine.environment import Folder, WorkFile, shapes_the_interpreter, variables
from pdbcoach.engine.launch import Subreaper, executable, launch
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.process import Process
from pdbcoach.engine.program import Program, Started
from pdbcoach.engine.registry import ROOM, Registry
from pdbcoach.engine.terminal import Terminal
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import Observation, Outcome, ProcessView
from pdbcoach.shim import wire

DEFAULT_LIMITS: Final = Limits()

TIMEOUT: Final = 10.0
"""Seconds that a process may take to come to a prompt or to its end, unless told otherwise."""

_END_TIMEOUT: Final = 10.0
"""Seconds that a leader may take to end everything below it."""

_STACK_TIMEOUT: Final = 0.5
_MEANWHILE: Final = 0.03
_IGNORED_AFTER: Final = 2.0

Until = Literal["prompt", "blocked"]
Processes = Mapping[str, ProcessView]
"""Every process by its name, in the order of the names."""


class Session:
    """The real pdb of a target Python, one terminal for each process of the debugged program.

    ``args`` are the words after ``python``: ``["-m", "pdb", "prog.py"]``. ``python`` is an
    executable's path or name (default: the running one). ``files`` are copied into the work
    folder, where the program runs; give ``(name, path)`` for another name there. ``env`` is
    added to an environment that is otherwise made from nothing. ``pdbrc`` is the text of the
    session's ``.pdbrc``. ``background`` is a second command, started before, whose pid replaces
    ``{pid}`` in ``args``. ``start_method`` is multiprocessing's default in the program. With
    ``shared_terminal`` forked processes stay on their parent's terminal, as without pdbcoach.
    ``timeout`` is the bound in seconds for each line; ``limits`` are all other bounds. Terminals
    are read ``read_size`` bytes at a time, and ``read_delay`` seconds after there is something to
    read: 1 and a little prove that nothing depends on how output is cut, or on when it is read.

    With ``sandbox`` it runs under bubblewrap, without network, other processes, or files but its own.

    The program is a fork of a *warm* interpreter, started for the first session that needs it and
    kept for the others, if it cannot tell; see ARCHITECTURE.md. With ``cold`` it never is.

    Processes are named by birth: ``main``, its children ``main.1``, ``main.2`` in the order in
    which it started them, theirs ``main.1.1`` and so on; the background command is
    ``background``. Nothing that a session started outlives ``close()`` (or the ``with`` block).

    Raises ``PdbcoachError`` if the session cannot be started at all. What happens afterwards
    is told by the ``outcome`` of an ``Observation``; nothing is raised for it.
    """

    def __init__(
        self,
        args: Sequence[str],
        *,
        python: str | os.PathLike[str] | None = None,
        files: Iterable[WorkFile] = (),
        env: Mapping[str, str] | None = None,
        pdbrc: str = "",
        background: Sequence[str] | None = None,
        start_method: Literal["fork", "spawn", "forkserver"] | None = None,
        shared_terminal: bool = False,
        timeout: float = TIMEOUT,
        limits: Limits = DEFAULT_LIMITS,
        keep: bool = False,
        cold: bool = False,
        sandbox: bool = False,
        read_size: int = 65536,
        read_delay: float = 0.0,
    ) -> None:
        self.args = tuple(args)
        self.python = executable(python)
        self.timeout = timeout
        self.limits = limits
        self.keep = keep
        self.shared_terminal = shared_terminal
        self._background = None if background is None else tuple(background)
        self._read_size = read_size
        self._read_delay = read_delay
        self.meanwhile: Callable[[], None] | None = None
        """Called again and again while something is awaited, for whoever shows a session live. It may
        take output and ``type``; it must not wait for anything itself."""
        self._closed = False
        self._in_sandbox = sandbox
        if sandbox and background is not None:
            raise PdbcoachError(
                "no sandbox holds two programs, and this session has one in the background",
                "run it without a sandbox if you trust it",
            )
        self._may_be_warm = not cold and not shapes_the_interpreter(env or {})
        self._started: list[Started] = []
        try:
            self._folder = Folder.make(files, pdbrc)
        except OSError as problem:
            raise PdbcoachError(f"cannot prepare the work folder: {problem}") from problem
        token = os.urandom(8).hex()
        self._environment = variables(
            self._folder, token, shared=shared_terminal, start_method=start_method, extra=env or {}
        )
        try:
            self._registry = Registry(self._folder, token, limits, read_size, boxed=sandbox)
        except OSError as problem:
            self._folder.remove()
            raise PdbcoachError(f"cannot open the side channel: {problem}") from problem
        Subreaper.acquire()

    # --- life ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def work_folder(self) -> Path:
        """Where the program runs. It goes with the session, unless that was made to ``keep`` it."""
        return self._folder.work

    def start(self) -> Observation:
        """Start the program; observe ``main`` at its first prompt or at its end."""
        self.launch()
        return self.look()

    def launch(self) -> None:
        """Start the program, and wait for nothing: for one whose main process may never prompt."""
        words = self.args
        if self._background is not None:
            self._launch("background", self._background)
            self._run(self._background_is_up, self.timeout)
            pid = self._registry.named["background"].pid
            words = tuple(word.replace("{pid}", str(pid)) for word in words)
        self._launch("main", words)

    def close(self) -> None:
        """End every process of the session, whatever it did to stay, and remove its folder."""
        if self._closed:
            return
        self._closed = True
        try:
            known = [process.pid for process in self._registry.processes]
            for one in self._started:
                self._end(one, known)
        finally:
            self._registry.close()
            Subreaper.release()
            if self.keep:
                self._folder.keep()
            else:
                self._folder.remove()

    # --- what can be done ------------------------------------------------------------------------

    def send(
        self,
        line: str,
        process: str = "main",
        *,
        until: Until = "prompt",
        timeout: float | None = None,
    ) -> Observation:
        """Type ``line`` and Enter at the prompt of ``process``; observe what comes of it.

        Waits for the prompt first, if the process is still on its way there. Returns as soon as
        the process stands at its next prompt or has ended; with ``until="blocked"`` also when it
        has read the line and every process is blocked or keeps running.
        """
        typed = line.encode(errors="surrogateescape") + b"\n"
        return self._act(process, lambda one: one.terminal.write(typed), until, timeout)

    def send_eof(
        self, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Press Ctrl-D at the prompt of ``process``."""
        return self._act(process, lambda one: one.terminal.write(b"\x04"), until, timeout)

    def interrupt(
        self, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Press Ctrl-C. On the first terminal it reaches the whole foreground group, as in life.

        The other terminals are nobody's controlling terminal; there the process alone gets SIGINT.
        """
        one = self._registry.named.get(process)
        if one is None or one.ended:
            return self._observe(process, "absent" if one is None else "ended")
        stood = one.at_prompt
        before = self.output_so_far(process, whole_lines=False)
        self._press_ctrl_c(one)
        if stood is not None:
            # It asks again, unless the program ignores the signal: then the old prompt stands.
            patience = min(_IGNORED_AFTER, self.timeout if timeout is None else timeout)
            self._run(lambda: one.ended or one.at_prompt is not stood, patience)
        return self._await(one, before, until, timeout)

    def type(self, keys: str, process: str = "main") -> None:
        """Type ``keys`` and wait for nothing: ``"n\\n"``, ``"\\x04"`` for Ctrl-D, ``"\\x03"`` for Ctrl-C.

        For whoever shows a session while it runs, with ``wait_until`` and ``output_so_far``.
        """
        one = self._registry.named.get(process)
        if one is None or one.ended:
            return
        self._expect_answer(one)
        if keys == "\x03":
            self._press_ctrl_c(one)
        else:
            one.terminal.write(keys.encode())

    def look(self, process: str = "main", *, timeout: float | None = None) -> Observation:
        """Type nothing: wait until ``process`` stands at a prompt or has ended, and observe it."""
        outcome = self._wait_for_prompt(process, timeout)
        return self._observe(process, outcome)

    def wait(self, seconds: float) -> None:
        """Let the program run, and take in what it prints."""
        self._run(lambda: False, seconds)

    def wait_until(self, condition: Callable[[Processes], bool], timeout: float | None = None) -> bool:
        """Let the program run until the processes are as ``condition`` says. False: they never were."""
        return self._run(lambda: condition(self.processes), self.timeout if timeout is None else timeout)

    def left_over(self, exempt: Container[str] = (), grace: float = 3.0) -> tuple[str, ...]:
        """Describe each process that is still alive, but for those ``exempt``.

        Waits up to ``grace`` seconds for the others to end, unless they all stand at prompts.
        """

        def alive() -> list[Process]:
            return [p for p in self._registry.processes if not p.ended and p.name not in exempt]

        strangers: list[str] = []

        def over() -> bool:
            strangers[:] = [] if any(p.at_prompt for p in alive()) else self._registry.strangers()
            return all(p.at_prompt for p in alive()) and not strangers

        self._run(over, grace)
        named = [p.view(activity.describe(p)).describe() for p in alive() if p.shown]
        return tuple(named + strangers)

    def take_output(self, process: str) -> str:
        """What the terminal of ``process`` showed and no observation has told yet."""
        one = self._registry.named.get(process)
        return "" if one is None else self._text(one, everything=one.at_prompt is None)

    def output_so_far(self, process: str, *, whole_lines: bool = True) -> str:
        """As ``take_output``, while the process runs: nothing of a prompt on its way is taken.

        With ``whole_lines`` what has no end of line yet stays, unless the process stands or has ended.
        """
        one = self._registry.named.get(process)
        if one is None:
            return ""
        if one.ended or one.at_prompt is not None:
            return self._text(one, everything=one.ended)
        return self._folder.strip(one.terminal.take_so_far(whole_lines=whole_lines))

    @property
    def exceeded(self) -> str:
        """Which limit did not hold, in words, so that all was ended; empty: they all hold."""
        return self._registry.exceeded

    @property
    def processes(self) -> dict[str, ProcessView]:
        """Every process of the program: name, pid, phase, exit, prompt, state.

        The exit status of a process that its own parent waited for is known on Linux 6.15 and
        later; before, it can be missed.
        """
        return {one.name: one.view() for one in self._registry.in_order() if one.shown}

    # --- how it is done --------------------------------------------------------------------------

    def _launch(self, name: str, words: Sequence[str]) -> None:
        program = Program((self.python, *words), self._environment, self._folder)
        started = launch(program, self.limits, may_be_warm=self._may_be_warm, in_sandbox=self._in_sandbox)
        self._started.append(started)
        terminal = Terminal(started.master, piece=self._read_size, controlling=True)
        self._registry.expect_leader(started.leader, name, terminal)
        # The bound of a step, which may be short, is not meant for the start of an interpreter.
        patience = max(self.timeout, TIMEOUT)
        self._run(lambda: name in self._registry.named or self._registry.failed(started.leader), patience)
        if name not in self._registry.named:
            terminal.drain(self.limits.output)
            raise PdbcoachError(f"{self.python} did not start", terminal.take(everything=True).strip())

    def _end(self, started: Started, known: Iterable[int]) -> None:
        """``known`` are the pids of the session's processes, should the leader have been killed."""
        clean = self._registry.end_leader(started.leader, _END_TIMEOUT)
        if not clean:
            with contextlib.suppress(ProcessLookupError):
                os.kill(started.leader, signal.SIGKILL)
        started.reap()
        if not clean:
            strays.end(started.leader, self._environment[wire.TOKEN], known)
        started.close()

    def _background_is_up(self) -> bool:
        one = self._registry.named["background"]
        return one.started or one.ended

    def _act(
        self, process: str, act: Callable[[Process], None], until: Until, timeout: float | None
    ) -> Observation:
        outcome = self._wait_for_prompt(process, timeout)
        one = self._registry.named.get(process)
        if outcome != "prompt" or one is None:
            return self._observe(process, outcome)
        before = self._text(one, everything=False)
        self._expect_answer(one)
        act(one)
        return self._await(one, before, until, timeout)

    def _wait_for_prompt(self, process: str, timeout: float | None) -> Outcome:
        named = self._registry.named

        def ready() -> bool:
            one = named.get(process)
            if one is None:
                return bool(self._registry.exceeded)
            return one.ended or one.at_prompt is not None or self._over(one)

        reached = self._run(ready, self.timeout if timeout is None else timeout)
        one = named.get(process)
        if one is None:
            return "limited" if self._registry.exceeded else "absent"
        return self._outcome(one, reached)

    def _outcome(self, one: Process, reached: bool) -> Outcome:
        if self._registry.exceeded:
            return "limited"
        if one.at_prompt is not None:
            return "prompt"
        if one.ended:
            return "ended"
        if self._flooded(one):
            return "flooded"
        return "blocked" if reached else "timeout"

    def _expect_answer(self, one: Process) -> None:
        """From now on only a new prompt counts."""
        for sharer in self._registry.sharers(one):
            if sharer.announced is not None:
                sharer.answered = sharer.announced.order

    def _press_ctrl_c(self, one: Process) -> None:
        if one.terminal.controlling:
            one.terminal.write(b"\x03")
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGINT)

    def _await(self, one: Process, before: str, until: Until, timeout: float | None) -> Observation:
        # On a shared terminal nobody can tell who got the line: perhaps nobody a whole one.
        watched = until == "blocked" or self.shared_terminal
        anybody = self.shared_terminal
        watch = activity.Watch(self._registry.processes, anybody=anybody) if watched else None

        def done() -> bool:
            if self._over(one):
                return True
            # On a shared terminal another process may have got the line, and is under way with it.
            under_way = self._registry.sharers(one) if self.shared_terminal else [one]
            if all(p.ended or p.at_prompt for p in under_way):
                return True
            # Who has announced a prompt is blocked already, while its text may still be on the way.
            return watch is not None and not self._registry.awaits_prompts() and watch.settled(one)

        reached = self._run(done, self.timeout if timeout is None else timeout, watch)
        return self._observe(one.name, self._outcome(one, reached), before)

    def _over(self, one: Process) -> bool:
        """Whether a bound other than that of time has been reached."""
        return bool(self._registry.exceeded) or self._flooded(one)

    def _flooded(self, one: Process) -> bool:
        return one.terminal.size > self.limits.output + ROOM

    def _observe(self, process: str, outcome: Outcome, before: str = "") -> Observation:
        one = self._registry.named.get(process)
        exceeded = self._registry.exceeded
        if one is None:
            return Observation(process, outcome, "", before, processes=self.processes, exceeded=exceeded)
        if outcome == "timeout":
            self._ask_for_stacks()
        waiting = one.at_prompt
        describe = activity.describe if outcome in ("timeout", "blocked", "flooded") else None
        return Observation(
            process,
            outcome,
            self._text(one, everything=waiting is None),
            before,
            prompt=waiting.prompt if waiting else None,
            state=waiting.state if waiting else None,
            processes={
                p.name: p.view(describe(p) if describe else "") for p in self._registry.in_order() if p.shown
            },
            exceeded=exceeded,
        )

    def _ask_for_stacks(self) -> None:
        """Learn where the running processes are; those that do not answer stay unknown."""
        asked = [one for one in self._registry.processes if one.ask_for_stack()]
        self._run(lambda: all(one.stack or one.ended for one in asked), _STACK_TIMEOUT)

    def _text(self, one: Process, *, everything: bool) -> str:
        return self._folder.strip(one.terminal.take(everything=everything))

    # --- the one loop ----------------------------------------------------------------------------

    def _run(
        self, condition: Callable[[], bool], timeout: float, watch: activity.Watch | None = None
    ) -> bool:
        """Take in whatever happens until ``condition`` holds. False if ``timeout`` seconds passed."""
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            if watch is not None or self._registry.awaits_prompts():
                left = min(left, activity.SAMPLE)
            if self.meanwhile is not None:
                left = min(left, _MEANWHILE)
            self._take_in(left)
            if self.meanwhile is not None:
                self.meanwhile()
        return True

    def _take_in(self, seconds: float) -> None:
        """Wait for the next thing to happen, and take in all that has happened by then."""
        registry = self._registry
        poller = select.poll()
        for number, events in registry.watched():
            poller.register(number, events)
        ready = {number for number, _ in poller.poll(max(0, seconds) * 1000)}
        if ready and self._read_delay:
            time.sleep(self._read_delay)
        registry.take_in(ready)
