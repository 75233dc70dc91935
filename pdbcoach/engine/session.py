"""One debugging session: the stock pdb on a terminal of its own, driven line by line."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from msgspec.structs import replace

from pdbcoach.engine import activity, unheard
from pdbcoach.engine import launch as launching
from pdbcoach.engine.activity import ActivityProbe
from pdbcoach.engine.environment import Folder, variables
from pdbcoach.engine.launch import Launch, Subreaper
from pdbcoach.engine.loop import Loop, Waited
from pdbcoach.engine.process import Process
from pdbcoach.engine.programs import Programs
from pdbcoach.engine.registry import ROOM, Registry
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import Observation, Outcome, ProcessView

_STACK_TIMEOUT: Final = 0.5
"""Seconds for busy processes to write their stacks."""

_IGNORED_AFTER: Final = 2.0
"""Seconds after which a Ctrl-C at a prompt counts as ignored by the program."""

_END_OF_PROMPT: Final = 0.5
"""Seconds for the text of a prompt to arrive after its announcement."""

Until = Literal["prompt", "blocked"]
ProcessMap = Mapping[str, ProcessView]
"""Every process by its name, in the order of the names."""


class Session:
    """The real pdb of a target Python, with one terminal for each process of the debugged program.

    Takes a ``Launch``, or the words after ``python``; ``options`` are the fields of ``Launch``.

    Processes are named by birth: ``main``, its children ``main.1``, ``main.2`` in the order in which it
    started them, their children ``main.1.1`` and so on; the background command is ``background``.
    Nothing that a session started outlives ``close()`` or the ``with`` block.

    The program is a fork of a *warm* interpreter if it can't tell the difference; see docs/engine.md.

    Raises PdbcoachError if the session can't start. After that, errors are values: see ``outcome`` of
    ``Observation``.
    """

    def __init__(self, run: Launch | Sequence[str], **options: Any) -> None:
        self._launch = launch = replace(run if isinstance(run, Launch) else Launch(run), **options)
        self.timeout = launch.timeout
        self.limits = launch.limits
        self._closed = False
        python = launching.executable(launch.python)
        if launch.sandbox and launch.background is not None:
            raise PdbcoachError(
                "no sandbox holds two programs, and this session has one in the background",
                "run it without a sandbox if you trust it",
            )
        try:
            self._folder = Folder.make(launch.files, launch.pdbrc)
        except OSError as problem:
            raise PdbcoachError(f"cannot prepare the work folder: {problem}") from problem
        token = os.urandom(8).hex()
        shared, start_method = launch.shared_terminal, launch.start_method
        self._environment = variables(
            self._folder, token, shared=shared, start_method=start_method, extra=launch.env
        )
        try:
            self._registry = Registry(
                self._folder, token, launch.limits, launch.read_size, boxed=launch.sandbox
            )
        except OSError as problem:
            self._folder.remove()
            raise PdbcoachError(f"cannot open the side channel: {problem}") from problem
        self._loop = Loop(self._registry, launch.read_delay)
        self._programs = Programs(launch, python, self._environment, self._folder, self._registry, self._loop)
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
        """Where the program runs. ``close()`` removes it, except with ``keep``."""
        return self._folder.work

    @property
    def meanwhile(self) -> Callable[[], None] | None:
        """Called repeatedly while the session waits. It may take output and ``type``, but not wait."""
        return self._loop.meanwhile

    @meanwhile.setter
    def meanwhile(self, call: Callable[[], None] | None) -> None:
        self._loop.meanwhile = call

    def start(self) -> Observation:
        """Start the program and observe ``main`` at its first prompt or at its end."""
        self.launch()
        return self.look()

    def launch(self) -> None:
        """Start the program without waiting, because its main process may never prompt."""
        words = self._launch.run
        if self._launch.background is not None:
            self._programs.start("background", self._launch.background, self.timeout)
            other = self._registry.named["background"]
            self._loop.run(lambda: other.started or other.ended, self.timeout)
            words = [word.replace("{pid}", str(other.pid)) for word in words]
        self._programs.start("main", words, self.timeout)

    def close(self) -> None:
        """End every process of the session, whatever it does to survive, and remove the folder."""
        if self._closed:
            return
        self._closed = True
        try:
            self._programs.end()
        finally:
            self._registry.close()
            Subreaper.release()
            if self._launch.keep:
                self._folder.keep()
            else:
                self._folder.remove()

    # --- actions ---------------------------------------------------------------------------------

    def send(
        self, line: str, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Type ``line`` and Enter at the prompt of ``process``, and observe the result.

        Waits first for the prompt, then for the next prompt or the end of the process. With
        ``until="blocked"`` it also returns when the process has read the line and every process is blocked
        or keeps running.
        """
        typed = line.encode(errors="surrogateescape") + b"\n"
        return self._act(process, typed, until, timeout)

    def send_eof(
        self, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Press Ctrl-D at the prompt of ``process``, and observe the result as ``send`` does."""
        return self._act(process, b"\x04", until, timeout)

    def interrupt(
        self, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Press Ctrl-C, and observe the result as ``send`` does.

        At a prompt it waits until ``process`` sleeps in its read, because a signal just before that would be
        lost. On the first terminal it reaches the whole foreground group. The other terminals control no
        session, so there only ``process`` gets SIGINT.
        """
        one = self._registry.named.get(process)
        if one is None or one.ended:
            return self._observe(process, "absent" if one is None else "ended")
        self._loop.take_in()
        self._loop.run(lambda: one.ended or not one.is_announcing, _END_OF_PROMPT)
        earlier = one.at_prompt
        before = self.output_so_far(process, whole_lines=False)
        if earlier is not None:
            self._registry.questions.where_it_reads(one)
            earlier.interrupted = True
        self._press_ctrl_c(one)
        if earlier is not None:
            # It prompts again, unless the program ignores the signal: then the old prompt remains.
            patience = min(_IGNORED_AFTER, self.timeout if timeout is None else timeout)
            self._loop.run(lambda: one.ended or one.at_prompt is not earlier, patience)
            if one.at_prompt is earlier and self._registry.questions.reads_nothing(one):
                self._expect_answer(one)
        return self._await(one, before, until, timeout)

    def type(self, keys: str, process: str = "main") -> None:
        """Type ``keys`` without waiting: ``"n\\n"``, ``"\\x04"`` for Ctrl-D, ``"\\x03"`` for Ctrl-C.

        To show a session while it runs, together with ``wait_until`` and ``output_so_far``.
        """
        one = self._registry.named.get(process)
        if one is None or one.ended:
            return
        terminal = one.terminal if one.at_prompt is None else self._registry.questions.where_it_reads(one)
        self._expect_answer(one)
        if keys == "\x03":
            self._press_ctrl_c(one)
        else:
            terminal.write(keys.encode())

    def look(self, process: str = "main", *, timeout: float | None = None) -> Observation:
        """Type nothing; observe ``process`` at its prompt or at its end."""
        return self._observe(process, self._wait_for_prompt(process, timeout))

    def wait(self, seconds: float) -> None:
        """Let the program run, and take in what it prints."""
        self._loop.run(lambda: False, seconds)

    def wait_until(self, condition: Callable[[ProcessMap], bool], timeout: float | None = None) -> bool:
        """Let the program run until ``condition`` holds for the processes.

        Returns False on timeout, or as soon as nothing can change any more: every process has ended, is at
        a prompt, or waits for children like these.
        """
        patience = self.timeout if timeout is None else timeout
        return self._loop.run(lambda: condition(self.processes), patience, gives_up=True) == "met"

    def left_over(self, exempt: Container[str] = (), grace: float = 3.0) -> tuple[str, ...]:
        """Describe each process that is still alive, except those named in ``exempt``.

        Waits up to ``grace`` seconds for processes to end, unless all of them are at prompts.
        """

        def alive() -> list[Process]:
            return [p for p in self._registry.processes if not p.ended and p.name not in exempt]

        strangers: list[str] = []

        def over() -> bool:
            some_prompt = any(p.at_prompt for p in alive())
            strangers[:] = [] if some_prompt else self._registry.leaders.strangers()
            return all(p.at_prompt for p in alive()) and not strangers

        self._loop.run(over, grace, gives_up=True)
        named = [p.view(activity.describe(p)).describe() for p in alive() if p.shown]
        return tuple(named + strangers)

    def take_output(self, process: str) -> str:
        """Return what the terminal of ``process`` showed since the last observation."""
        one = self._registry.named.get(process)
        return "" if one is None else self._text(one, everything=one.at_prompt is None)

    def output_so_far(self, process: str, *, whole_lines: bool = True) -> str:
        """Return new output like ``take_output``, but no part of a prompt that is still arriving.

        With ``whole_lines`` an unfinished line is kept back, unless the process is at a prompt or has ended.
        """
        one = self._registry.named.get(process)
        if one is None:
            return ""
        if one.ended or one.at_prompt is not None:
            return self._text(one, everything=one.ended)
        return self._folder.strip(one.terminal.take_so_far(whole_lines=whole_lines))

    def why_unheard(self) -> tuple[str, ...]:
        """Return in sentences what the engine can't hear; empty if all is well. Takes some milliseconds."""
        return self._registry.sight().lost

    @property
    def exceeded(self) -> str:
        """The limit that was exceeded and ended the session, in words; empty if none was."""
        return self._registry.exceeded

    @property
    def processes(self) -> dict[str, ProcessView]:
        """Every process of the program: name, pid, phase, exit, prompt, state.

        Before Linux 6.15, the exit status of a process that its own parent waited for can be missed.
        """
        return {one.name: one.view() for one in self._registry.in_order() if one.shown}

    # --- waiting ---------------------------------------------------------------------------------

    def _act(self, process: str, typed: bytes, until: Until, timeout: float | None) -> Observation:
        outcome = self._wait_for_prompt(process, timeout)
        one = self._registry.named.get(process)
        if outcome != "prompt" or one is None:
            return self._observe(process, outcome)
        before = self._text(one, everything=False)
        terminal = self._registry.questions.where_it_reads(one)
        self._expect_answer(one)
        terminal.write(typed)
        return self._await(one, before, until, timeout)

    def _wait_for_prompt(self, process: str, timeout: float | None) -> Outcome:
        named = self._registry.named

        def ready() -> bool:
            one = named.get(process)
            if one is None:
                return self._registry.lost_for_good
            return one.ended or one.at_prompt is not None or self._over(one)

        if process in named:
            self._registry.questions.recheck(named[process])
        waited = self._loop.run(ready, self.timeout if timeout is None else timeout, gives_up=True)
        one = named.get(process)
        if one is not None:
            return self._outcome(one, waited)
        return "limited" if self._registry.exceeded else "absent"

    def _outcome(self, one: Process, waited: Waited) -> Outcome:
        if self._registry.exceeded:
            return "limited"
        if one.at_prompt is not None:
            return "prompt"
        if one.ended:
            return "ended"
        if self._flooded(one):
            return "flooded"
        return "timeout" if waited == "late" or self._registry.out_of_descriptors else "blocked"

    def _expect_answer(self, one: Process) -> None:
        """Ignore the current prompts of ``one`` and of all processes on its terminal."""
        for sharer in self._registry.sharers(one):
            if sharer.announced is not None:
                sharer.answered = sharer.announced.order

    def _press_ctrl_c(self, one: Process) -> None:
        if one.terminal.controlling:
            one.terminal.write(b"\x03")
            return
        reader = one.announced.reader if one.announced is not None else None
        for pid in {one.pid, one.pid if reader is None else reader.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)

    def _await(self, one: Process, before: str, until: Until, timeout: float | None) -> Observation:
        # On a shared terminal any process may have got the line, or several got a part of it each.
        shared = self._launch.shared_terminal
        needed = until == "blocked" or shared
        probe = ActivityProbe(self._registry.processes, anybody=shared) if needed else None

        def done() -> bool:
            if self._over(one):
                return True
            answering = self._registry.sharers(one) if shared else [one]
            if all(p.ended or p.at_prompt for p in answering):
                return True
            # A process that has announced a prompt looks blocked while the prompt's text is arriving.
            return probe is not None and not self._registry.awaits_prompts() and probe.settled(one)

        patience = self.timeout if timeout is None else timeout
        waited = self._loop.run(done, patience, probe, gives_up=True)
        return self._observe(one.name, self._outcome(one, waited), before)

    def _over(self, one: Process) -> bool:
        """Return True if a bound other than the timeout has been reached."""
        return self._registry.lost_for_good or self._flooded(one)

    def _flooded(self, one: Process) -> bool:
        return one.terminal.size > self.limits.output + ROOM

    # --- observing -------------------------------------------------------------------------------

    def _observe(self, process: str, outcome: Outcome, before: str = "") -> Observation:
        one = self._registry.named.get(process)
        if outcome == "timeout":
            self._ask_for_stacks()
        outcome, why = self._doubt(one, outcome)
        waiting = one.at_prompt if one is not None else None
        describe = activity.describe if outcome in ("timeout", "blocked", "flooded", "unheard") else None
        return Observation(
            process,
            outcome,
            "" if one is None else self._text(one, everything=waiting is None),
            before,
            prompt=waiting.prompt if waiting else None,
            state=waiting.state if waiting else None,
            processes={
                p.name: p.view(describe(p) if describe else "") for p in self._registry.in_order() if p.shown
            },
            exceeded=self._registry.exceeded,
            unheard=why,
        )

    def _doubt(self, one: Process | None, outcome: Outcome) -> tuple[Outcome, tuple[str, ...]]:
        """Return the outcome with what the engine can't hear taken into account, and that in sentences."""
        if outcome in ("timeout", "absent"):
            sight = self._registry.sight()
            return "unheard" if sight.lost else outcome, (*sight.lost, *sight.doubtful)
        if one is None or outcome == "ended":
            return outcome, ()
        return outcome, tuple(unheard.of_prompt(one))

    def _ask_for_stacks(self) -> None:
        """Ask running processes where they are; without an answer a position stays unknown."""
        asked = [one for one in self._registry.processes if one.ask_for_stack()]
        self._loop.run(lambda: all(one.stack or one.ended for one in asked), _STACK_TIMEOUT)

    def _text(self, one: Process, *, everything: bool) -> str:
        return self._folder.strip(one.terminal.take(everything=everything))
