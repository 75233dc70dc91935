"""What the engine knows about one process of a session."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import select
import signal
import termios
import time
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from pdbcoach.engine import exits, pids
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.readers import WaitingReader
from pdbcoach.engine.terminal import Terminal
from pdbcoach.engine.turns import Turns
from pdbcoach.observation import DebuggerState, ExitStatus, Location, Phase, ProcessView, Prompt
from pdbcoach.shim import wire

# faulthandler's format: `  File "prog.py", line 3 in f`
_STACK_LINE: Final = re.compile(r' +File "(.*)", line (\d+) in (.*)')
_MOST_FRAMES: Final = 100

_UNPRINTABLE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Surrogates that no byte becomes."""

TORN_AFTER: Final = 0.3
"""Seconds after which a prompt counts as arrived even without its text.

Another process on the same terminal may have torn it apart, or readline may have drawn it differently.
"""

CONTINUED: Final = "... "
"""The interpreter's own prompt inside a statement."""


class Announcement(Struct):
    """A prompt that the channel announced. It has ``arrived`` once the terminal shows it too.

    Prompts of the kind ``terminal`` weren't announced; see ``engine/questions.py``.
    """

    order: tuple[int, int]
    """Increases with each prompt: the shim's number, and the number of the continuation."""
    prompt: Prompt
    text: str
    """What is printed: the prompt, after other lines if the program's question has several."""
    state: DebuggerState | None
    mark: bytes | None
    shown: bool = True
    """Its text goes to the terminal."""
    since: float = field(default_factory=time.monotonic)
    continuation: bytes | None = None
    """The mark of a ``... `` that may follow without an announcement."""
    arrived: bool = False
    reader: WaitingReader | None = None
    """The thread that waits, if the prompt wasn't announced but found."""
    read_at: Terminal | None = None
    """The terminal that ``reader`` reads. It may belong to another process."""
    interrupted: bool = False
    """Ctrl-C was pressed here."""

    def cut_from(self, terminal: Terminal) -> bool:
        """Cut the prompt from the terminal's output and return True if it is there or was torn."""
        torn = time.monotonic() - self.since > TORN_AFTER and terminal.quiet
        return terminal.cut(self.mark, _as_printed(self.text), shown=self.shown, torn=torn)

    def continued(self) -> Announcement:
        """Return the announcement of the ``... `` after this prompt."""
        number, continuation = self.order
        return replace(
            self,
            order=(number, continuation + 1),
            prompt=Prompt("python", CONTINUED),
            text=CONTINUED,
            mark=self.continuation,
            since=time.monotonic(),
        )


class Process(Struct):
    born: str
    """Its name by birth."""
    pid: int
    own_number: int
    """What it gets from ``os.getpid()``; in a sandbox it differs from ``pid``."""
    terminal: Terminal
    pidfd: int | None
    shown: bool = True
    """False for an interpreter that the program didn't start through multiprocessing, until it prompts."""
    announced: Announcement | None = None
    answered: tuple[int, int] = (0, 0)
    """``order`` of the last prompt that we answered with a line or a key."""
    line_read: int = 0
    """Number of the last prompt whose line the process has read."""
    heard: bool = False
    """Its shim has said hello."""
    lost: str = ""
    """Why the engine doesn't hear it any more, or not all of it, in a sentence; empty if it does."""
    started: bool = False
    """The interpreter is running the program."""
    ended: bool = False
    exit: ExitStatus | None = None
    stack: list[Location] = field(default_factory=list)
    """Its Python frames when it was last asked, newest first."""
    late_name: str = ""
    """The name that it got instead of ``born``."""
    group: str = ""
    """See ``ProcessView``."""
    borrows: bool = False
    """It uses its parent's terminal until it stops or asks."""
    starting: dict[int, int] = field(default_factory=dict)
    """The Pythons that it is starting with ``subprocess``: their numbers, by the thread that starts them."""
    children: int = 0
    """Highest number of an interpreter that it started by other means than multiprocessing."""
    turns: Turns = field(default_factory=Turns)

    @property
    def at_prompt(self) -> Announcement | None:
        """The prompt at which it waits, or None if it is running or has ended."""
        waiting = self.announced
        if self.ended or waiting is None or not waiting.arrived or waiting.order <= self.answered:
            return None
        return waiting

    def reads(self, thread: str) -> bool:
        """Return True at a prompt, if it is this thread's; of any, if the name is empty."""
        return self.at_prompt is not None and thread in ("", self.turns.inside)

    def has_come_to_rest(self, thread: str) -> bool:
        """Return True if this thread, or any if the name is empty, is at a prompt or has ended."""
        return self.ended or self.reads(thread) or self.turns.is_gone(thread)

    @property
    def is_announcing(self) -> bool:
        """True if it has announced a prompt whose text hasn't arrived."""
        return self.announced is not None and not self.announced.arrived

    def leave_line_to(self, reader: Process) -> None:
        """Note that ``reader`` got a line on a shared terminal: if this process got none, it still waits."""
        if self is not reader and self.line_read < self.answered[0]:
            self.answered = (self.line_read, 0)

    def ask_for_stack(self) -> bool:
        """Ask the process to write its Python stack to the channel. Return False unless it is running."""
        self.stack.clear()
        if self.ended or self.at_prompt is not None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, wire.STACK_SIGNAL)
        return True

    @property
    def has_told_stack(self) -> bool:
        """True once it has written its whole stack: the signal is blocked while faulthandler writes."""
        return self.ended or (bool(self.stack) and not _has_in_hand(self.pid, wire.STACK_SIGNAL))

    def heard_stack_line(self, line: str, folder: Folder) -> None:
        found = _STACK_LINE.fullmatch(line)
        if found is not None and len(self.stack) < _MOST_FRAMES:
            file, number, function = found.groups()
            self.stack.append(Location(folder.relative(file), int(number), function))

    def take_back_prompt(self) -> None:
        """Forget a prompt that wasn't announced and that its reader has left by itself.

        Its text is output after all, unless Ctrl-C was pressed there.
        """
        waiting = self.at_prompt
        if waiting is None or waiting.read_at is None:
            return
        if not waiting.interrupted:
            waiting.read_at.put_back(waiting.text.encode(errors="surrogateescape"))
        self.answered = waiting.order

    def end(self, limit: int) -> None:
        """Note that it has ended, and read up to ``limit`` bytes of what it printed."""
        self.take_back_prompt()
        self.ended = True
        self.terminal.drain(limit)

    def settle(self) -> None:
        """Cut the terminal at the announced prompt, if that has arrived."""
        waiting = self.announced
        if waiting is None:
            return
        if not waiting.arrived:
            waiting.arrived = waiting.cut_from(self.terminal)
        elif waiting.continuation is not None and waiting.order <= self.answered:
            following = waiting.continued()
            if following.cut_from(self.terminal):
                self.announced = following

    def interrupt(self, *, only: bool = False) -> None:
        """Press Ctrl-C on its terminal. With ``only``, no other process gets SIGINT.

        Python handles signals in the main thread. While that is at the debugger's door, Ctrl-C is kept back.
        """
        if self.turns.is_at_door(self.own_number):
            self.turns.owes_interrupt = True
            return
        if self.terminal.controlling and not only:
            self.terminal.write(b"\x03")
            return
        if self.pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGINT)
        reader = self.announced.reader if self.announced is not None else None
        if reader is not None and reader.pid != self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(reader.pid, signal.SIGINT)

    def resize(self, rows: int, columns: int) -> None:
        """Change the size of its terminal, and tell it so."""
        if not self.terminal.closed:
            termios.tcsetwinsize(self.terminal.fd, (rows, columns))
        if not self.terminal.controlling and self.pidfd is not None:  # the kernel has no group to tell
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGWINCH)

    def release(self) -> None:
        if self.pidfd is not None:
            os.close(self.pidfd)
            self.pidfd = None

    @property
    def has_ended(self) -> bool:
        """True if it has ended by now, even if ``ended`` isn't set yet."""
        return self.pidfd is None or bool(select.select([self.pidfd], [], [], 0)[0])

    def is_left_to_reap(self, alive: Container[int]) -> bool:
        """Return True for a zombie that its leader will reap, because its parent isn't ``alive``."""
        return self._ended_phase() == "zombie" and pids.parent_of(self.pid) not in alive

    @property
    def name(self) -> str:
        return self.late_name or self.born

    def view(self, doing: str = "") -> ProcessView:
        """Return what is known of the process."""
        born = self.born if self.late_name else ""
        return replace(self._view(doing), born=born, group=self.group)

    def _view(self, doing: str) -> ProcessView:
        waiting = self.at_prompt
        if waiting is not None:
            return ProcessView(self.name, self.pid, "stopped", prompt=waiting.prompt, state=waiting.state)
        if not self.ended:
            return ProcessView(self.name, self.pid, "running", doing=doing)
        return ProcessView(self.name, self.pid, self._ended_phase(), self.exit)

    def views(self, doing: str = "") -> Iterator[ProcessView]:
        """Yield a view of the process, and of each thread that stops if there are several."""
        yield self.view(doing)
        waiting = self.turns.waiting
        for thread in self.turns.shown:
            name = f"{self.name}:{thread}"
            if self.ended or self.turns.is_gone(thread):
                yield ProcessView(name, self.pid, "gone")
            elif thread in waiting:
                yield ProcessView(name, self.pid, "stopped", door=waiting[thread])
            elif self.reads(thread):
                yield replace(self.view(), name=name)
            else:
                yield ProcessView(name, self.pid, "running", doing=doing)

    def _ended_phase(self) -> Phase:
        phase: Phase = "gone"
        if self.pidfd is not None:
            phase, status = exits.ask(self.pid, self.pidfd)
            self.exit = self.exit or status
        if phase == "gone":  # and stays so
            self.release()
        return phase


@functools.lru_cache(maxsize=64)
def _as_printed(text: str) -> re.Pattern[bytes]:
    """Return a pattern for a prompt's text as the terminal shows it.

    readline removes the bytes that enclose invisible text; without readline they are shown. A text that no
    encoding can print never arrives, because the program's ``input()`` will raise.
    """
    forms = {b"\n": rb"\r*\n", b"\x01": rb"\x01?", b"\x02": rb"\x02?"}
    printable = _UNPRINTABLE.sub("?", text)
    parts = re.split(rb"([\n\x01\x02])", printable.encode("utf-8", "surrogateescape"))
    return re.compile(b"".join(forms.get(part, re.escape(part)) for part in parts))


def _has_in_hand(pid: int, number: int) -> bool:
    """Return True while a signal is pending or blocked in any thread of a process (proc(5))."""
    for task in Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(OSError):
            for line in task.read_text(errors="replace").split("\n"):
                name, _, mask = line.partition(":")
                if name in ("SigPnd", "ShdPnd", "SigBlk") and int(mask, 16) >> (number - 1) & 1:
                    return True
    return False


def pidfd_of(pid: int) -> int | None:
    """Return a descriptor that becomes readable when the process ends, or None if it is gone."""
    with contextlib.suppress(OSError):
        return os.pidfd_open(pid)
    return None
