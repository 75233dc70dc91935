"""One debugging session: the stock pdb on a terminal of its own, driven line by line."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from msgspec.structs import replace

from pdbcoach.engine import launch as launching
from pdbcoach.engine.environment import Folder, variables
from pdbcoach.engine.events import Events, SessionEvent
from pdbcoach.engine.keyboard import Keyboard, Until
from pdbcoach.engine.launch import Launch, Subreaper
from pdbcoach.engine.limits import UNLIMITED
from pdbcoach.engine.loop import Loop, WaitEnd
from pdbcoach.engine.observer import Observer
from pdbcoach.engine.process import Process
from pdbcoach.engine.programs import Programs
from pdbcoach.engine.registry import Registry
from pdbcoach.errors import PdbcoachError
from pdbcoach.observation import Location, Observation, Outcome, ProcessView

_IGNORED_AFTER: Final = 2.0
"""Seconds after which a Ctrl-C at a prompt counts as ignored by the program."""

_END_OF_PROMPT: Final = 0.5
"""Seconds for the text of a prompt to arrive after its announcement."""

_BIRTH: Final = 1.0
"""Seconds that a new process may take until it says hello."""

_NO_STOP: Final[Mapping[WaitEnd, Outcome]] = {"met": "absent", "late": "timeout", "hopeless": "blocked"}
"""Outcomes of a wait for any process."""

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
        self.limits = launch.limits or UNLIMITED
        python = launching.executable(launch.python)
        self._closed = False
        launching.check(launch)
        try:
            self._folder = Folder.make(launch.files, launch.pdbrc, launch.cwd)
        except OSError as problem:
            raise PdbcoachError(f"cannot prepare the work folder: {problem}") from problem
        token = os.urandom(8).hex()
        shared, start_method, inherit = launch.shared_terminal, launch.start_method, launch.inherit_env
        self._environment = variables(
            self._folder, token, shared=shared, start_method=start_method, extra=launch.env, inherit=inherit
        )
        try:
            self._registry = Registry(
                self._folder,
                token,
                self.limits,
                launch.read_size,
                boxed=launch.sandbox,
                size=launch.size,
                directed=launch.directed,
                late=launch.late,
            )
        except OSError as problem:
            self._folder.remove()
            raise PdbcoachError(f"cannot open the side channel: {problem}") from problem
        self._loop = Loop(self._registry, launch.read_delay)
        self._programs = Programs(
            launch, python, self.limits, self._environment, self._folder, self._registry, self._loop
        )
        self._observer = Observer(self._folder, self._registry, self._loop, launch.raw_output)
        self._keyboard = Keyboard(
            self._registry, self._loop, self._observer, self.limits.output, launch.shared_terminal
        )
        self._events = Events(self._observer)
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
        """Where the program runs. ``close()`` removes it, except with ``keep`` or ``cwd``."""
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
            self._programs.start("background", self._launch.background)
            other = self._registry.named["background"]
            self._loop.run(lambda: other.started or other.ended, self.timeout)
            words = [word.replace("{pid}", str(other.pid)) for word in words]
        self._programs.start("main", words)

    def close(self) -> None:
        """End every process of the session, whatever it does to survive, and remove the folder."""
        if self._closed:
            return
        self._closed = True
        try:
            self._programs.end()
        finally:
            self._events.close()
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

        ``main:Thread-1`` is a thread of ``main``. From then on, the threads of ``main`` are let into the
        debugger by name only.

        Waits first for the prompt, then for the next prompt or the end of the process. With
        ``until="blocked"`` it also returns when the process has read the line and every process is blocked
        or keeps running. With ``until="any-stop"`` it also returns when another process comes to a prompt:
        the observation is of that process, and ``before`` of the one that got the line.
        """
        typed = line.encode(errors="surrogateescape") + b"\n"
        return self._keyboard.act(process, typed, until, self._patience(timeout))

    def send_eof(
        self, process: str = "main", *, until: Until = "prompt", timeout: float | None = None
    ) -> Observation:
        """Press Ctrl-D at the prompt of ``process``, and observe the result as ``send`` does."""
        return self._keyboard.act(process, b"\x04", until, self._patience(timeout))

    def interrupt(
        self,
        process: str = "main",
        *,
        only: bool = False,
        until: Until = "prompt",
        timeout: float | None = None,
    ) -> Observation:
        """Press Ctrl-C, and observe the result as ``send`` does.

        At a prompt it waits until ``process`` sleeps in its read, because a signal just before that would be
        lost. On the first terminal it reaches the whole foreground group. The other terminals control no
        session, so there only ``process`` gets SIGINT. With ``only`` that holds for the first one, too.
        """
        one, thread = self._registry.find(process)
        if one is None or one.ended:
            return self._observer.observe(process, "absent" if one is None else "ended")
        self._loop.take_in()
        self._loop.run(lambda: one.ended or not one.is_announcing, _END_OF_PROMPT)
        earlier = one.at_prompt
        before = self.output_so_far(process, whole_lines=False)
        if earlier is not None:
            self._registry.questions.where_it_reads(one)
            earlier.interrupted = True
        one.interrupt(only=only)
        if earlier is not None and not one.turns.owes_interrupt:
            # It prompts again, unless the program ignores the signal: then the old prompt remains.
            patience = min(_IGNORED_AFTER, self._patience(timeout))
            self._loop.run(lambda: one.ended or one.at_prompt is not earlier, patience)
            if one.at_prompt is earlier and self._registry.questions.reads_nothing(one):
                self._keyboard.expect_answer(one)
        return self._keyboard.await_answer(one, thread, before, until, self._patience(timeout))

    def type(self, keys: str, process: str = "main") -> None:
        """Type ``keys`` without waiting: ``"n\\n"``, ``"\\x04"`` for Ctrl-D, ``"\\x03"`` for Ctrl-C.

        To show a session while it runs, together with ``wait_until`` and ``output_so_far``.
        """
        one, _ = self._registry.find(process)
        if one is None or one.ended:
            return
        terminal = one.terminal if one.at_prompt is None else self._registry.questions.where_it_reads(one)
        self._keyboard.expect_answer(one)
        if keys == "\x03":
            one.interrupt()
        else:
            terminal.write(keys.encode())

    def look(self, process: str = "main", *, timeout: float | None = None) -> Observation:
        """Type nothing; observe ``process`` at its prompt or at its end."""
        return self._observer.observe(
            process, self._keyboard.come_to_prompt(process, self._patience(timeout))
        )

    def look_any(self, pattern: str = "*", *, timeout: float | None = None) -> Observation:
        """Type nothing; observe the first process at a prompt whose name matches, such as ``main.*``.

        If several are at prompts, it is the one with the lowest name. Without any, the outcome is ``absent``
        if everything has ended, ``blocked`` if nothing can change any more, and otherwise ``timeout``;
        ``process`` is then the pattern.
        """

        def matching() -> Process | None:
            stopped = (one for one in self._registry.in_order() if one.at_prompt is not None)
            return next((one for one in stopped if fnmatchcase(one.name, pattern)), None)

        def over() -> bool:
            return bool(self._registry.exceeded) or all(one.ended for one in self._registry.processes)

        patience = self._patience(timeout)
        waited = self._loop.run(lambda: matching() is not None or over(), patience, gives_up=True)
        found = matching()
        if found is not None:
            return self._observer.observe(found.name, "prompt")
        return self._observer.observe(pattern, "limited" if self._registry.exceeded else _NO_STOP[waited])

    def stack(self, process: str = "main", *, timeout: float = 0.1) -> tuple[Location, ...]:
        """Return where a running process is, newest frame first; nothing if it doesn't answer in time."""
        one, _ = self._registry.find(process)
        return () if one is None else self._observer.stack(one, timeout)

    def resize(self, rows: int, columns: int, process: str | None = None) -> None:
        """Change the size of a process's terminal, or of all present and future ones. Sends SIGWINCH."""
        if process is None:
            self._registry.size = (rows, columns)
        for one in self._registry.processes:
            if not one.ended and process in (None, one.name):
                one.resize(rows, columns)

    # --- for a caller with a loop of its own -----------------------------------------------------

    def fileno(self) -> int:
        """Return a descriptor that is readable when ``events()`` has something to take in.

        Also call ``events()`` after any other method, which may have taken it in already, and repeatedly
        while ``pending`` is True, because then something depends on time alone.
        """
        return self._events.fileno()

    @property
    def pending(self) -> bool:
        """True if a prompt was announced and its text hasn't arrived; ask again within 20 ms."""
        return self._registry.awaits_prompts()

    def events(self, timeout: float = 0) -> list[SessionEvent]:
        """Take in what has happened, and return what is new since the last call: see ``events.SessionEvent``.

        Waits up to ``timeout`` seconds for the first event. Output that is in an event is in no observation.
        """
        return self._events.take(timeout)

    def bind(self) -> None:
        """Give late names to the processes that are where they are wanted by now."""
        for name in self._launch.late:
            self._registry.called(name)

    def wait(self, seconds: float) -> None:
        """Let the program run, and take in what it prints."""
        self._loop.run(lambda: False, seconds)

    def wait_until(self, condition: Callable[[ProcessMap], bool], timeout: float | None = None) -> bool:
        """Let the program run until ``condition`` holds for the processes.

        Returns False on timeout, or when all have ended, are at prompts, or wait for such children.
        """
        patience = self._patience(timeout)
        return self._loop.run(lambda: condition(self.processes), patience, gives_up=True) == "met"

    def left_over(self, exempt: Container[str] = (), grace: float = 3.0) -> tuple[str, ...]:
        """Describe each process that is still alive, except those named in ``exempt``.

        Waits up to ``grace`` seconds for processes to end, unless all of them are at prompts.
        """

        return self._observer.left_over(exempt, grace)

    def take_output(self, process: str) -> str:
        """Return what the terminal of ``process`` showed since the last observation."""
        one, _ = self._registry.find(process)
        return "" if one is None else self._observer.text(one, everything=one.at_prompt is None)

    def output_so_far(self, process: str, *, whole_lines: bool = True) -> str:
        """Return new output like ``take_output``, but no part of a prompt that is still arriving.

        With ``whole_lines`` an unfinished line is kept back, unless the process is at a prompt or has ended.
        """
        one, _ = self._registry.find(process)
        return "" if one is None else self._observer.text_so_far(one, whole_lines=whole_lines)

    def why_unheard(self) -> tuple[str, ...]:
        """Return in sentences what the engine can't hear; empty if all is well.

        Takes some milliseconds, and a second if it isn't: a new child is heard a moment after its birth.
        """
        self._loop.run(lambda: not self._registry.sight().lost, _BIRTH)
        return self._registry.sight().lost

    def _patience(self, timeout: float | None) -> float:
        return self.timeout if timeout is None else timeout

    @property
    def exceeded(self) -> str:
        """The limit that was exceeded and ended the session, in words; empty if none was."""
        return self._registry.exceeded

    @property
    def processes(self) -> dict[str, ProcessView]:
        """Every process by name. Before Linux 6.15, an exit status that its parent took can be missed."""
        return self._observer.views()
