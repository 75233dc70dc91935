"""Finds out who waits for a line without having announced a prompt, and where a line must be typed.

The shim announces the prompts that it hears of. All other readers are found by asking the kernel: a shell,
``sys.stdin``, ``getpass``, an interpreter without the shim.

Two facts make a look exact. What a thread printed before it went to sleep is in the terminal's buffer, so
reading the master to its end finds the whole prompt. And if everything typed has been taken, a thread that
sleeps in a read waits for a new line, not for one that is on its way to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from pdbcoach.engine import readers
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.process import Announcement, Process
from pdbcoach.engine.readers import WaitingReader
from pdbcoach.engine.terminal import Terminal
from pdbcoach.observation import Prompt

_PAUSES: Final = (0.0, 0.0, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Seconds between looks at a process that has announced that it will read."""

_Found = tuple[WaitingReader, Terminal]
"""A reader, and the terminal of ours that it reads."""


class Questions:
    """The readers among ``processes``, and among what these started, on the session's ``terminals``.

    ``has_name`` says whether the process with a pid is one of ``processes``. ``limit`` is the number of bytes
    of output to keep of one process.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        terminals: Sequence[Terminal],
        has_name: Callable[[int], bool],
        folder: Folder,
        limit: int,
    ) -> None:
        self._processes = processes
        self._terminals = terminals
        self._has_name = has_name
        self._folder = folder
        self._limit = limit

    def look(self, hear: Callable[[], object], *, listening: bool) -> bool:
        """Put processes that read at a ``terminal`` prompt, and take back what has gone on by itself.

        Call this when nothing has happened for a moment. ``hear`` takes in what has arrived meanwhile: a
        shim announces a prompt before it reads, so its message is there by now. With ``listening``, a
        process that only listens counts too. Returns True if something changed.
        """
        suspects = [one for one in self._processes if self._differs(one, listening)]
        if not suspects:
            return False
        hear()
        corrected = [self._correct(one, listening, hear) for one in suspects]
        return any(corrected)

    def recheck(self, process: Process) -> None:
        """Take back the prompt of a process that nobody announced, if it has gone on by itself."""
        if process.at_prompt is not None and self._differs(process, listening=True):
            process.take_back_prompt()

    def where_it_reads(self, process: Process) -> Terminal:
        """Wait until a process at a prompt sleeps in its read; return the terminal that it reads.

        A signal before that moment would be lost, and a line might be. Returns the process's own terminal if
        the kernel won't tell, or if it reads none of ours.
        """
        for pause in _PAUSES:
            try:
                found = self._reader(process, listening=True)
            except PermissionError:
                break
            if found is not None:
                return found[1]
            if process.has_ended:
                break
            time.sleep(pause)
        return process.terminal

    def reads_nothing(self, process: Process) -> bool:
        """Return True if a process certainly doesn't wait for a line."""
        try:
            return self._reader(process, listening=True) is None
        except PermissionError:
            return False

    def all_on(self, terminal: Terminal) -> set[int]:
        """Return the pids of all that now read a terminal. Raises PermissionError."""
        return {
            reader.pid
            for process in self._processes
            if not process.ended
            for reader, read in self._found(process)
            if read is terminal
        }

    # --- prompts ---------------------------------------------------------------------------------

    def _differs(self, process: Process, listening: bool) -> bool:
        waiting = process.at_prompt
        if process.ended or (waiting is not None and waiting.reader is None):
            return False
        found = self._look_at(process, waiting, listening)
        if waiting is None:
            return found is not None
        assert waiting.reader is not None
        return found is None or not found[0].waits_as(waiting.reader)

    def _correct(self, process: Process, listening: bool, hear: Callable[[], object]) -> bool:
        """Look again and correct the prompt of a process. Return True if there was something to correct."""
        if not self._differs(process, listening):
            return False
        waiting = process.at_prompt
        if waiting is not None:
            process.take_back_prompt()
            return True
        found = self._look_at(process, None, listening)
        if found is None or not found[1].all_taken():
            return False
        hear()  # only now: it may have come to another read since the last time, and have announced that
        if self._announces(process) or self._look_at(process, None, listening) != found:
            return False
        reader, terminal = found
        terminal.drain(self._limit)
        process.settle()
        if process.at_prompt is not None:
            return False
        self._ask(process, reader, terminal)
        return True

    def _announces(self, process: Process) -> bool:
        """Return True if a process is, may be, or will soon be at a prompt that it announced."""
        return process.at_prompt is not None or process.is_announcing or self._may_have_no_line(process)

    def _ask(self, process: Process, reader: WaitingReader, terminal: Terminal) -> None:
        line = terminal.cut_last_line()
        text = line.decode("utf-8", "backslashreplace")
        number, continuation = process.answered
        process.announced = Announcement(
            (number, continuation + 1),
            Prompt("terminal", self._folder.strip(text)),
            text,
            None,
            None,
            arrived=True,
            reader=reader,
            read_at=terminal,
        )
        process.shown = True

    def _look_at(self, process: Process, waiting: Announcement | None, listening: bool) -> _Found | None:
        listens = waiting is not None and waiting.reader is not None and not waiting.reader.asks
        try:
            return self._reader(process, listening=listening or listens)
        except PermissionError:
            return None

    def _may_have_no_line(self, process: Process) -> bool:
        """Return True if another process on its terminal may have taken the line that was typed for it.

        Then that process will report it, and this one is still at the prompt that it announced.
        """
        last = process.announced
        if last is None or last.reader is not None or process.line_read >= process.answered[0]:
            return False
        return any(one.terminal is process.terminal for one in self._processes if one is not process)

    # --- readers ---------------------------------------------------------------------------------

    def _reader(self, process: Process, *, listening: bool) -> _Found | None:
        """Return a reader of ``process``. Raises PermissionError if the kernel won't tell."""
        known = process.announced.reader if process.announced is not None else None
        for reader, terminal in self._found(process, known):
            if reader.asks or listening:
                return reader, terminal
        return None

    def _found(self, process: Process, known: WaitingReader | None = None) -> Iterator[_Found]:
        """Yield the readers of a process, then those of all below it that have no name."""
        first = known.thread if known is not None else 0
        for reader in readers.readers(process.pid, first):
            if (terminal := self._read_by(reader)) is not None:
                yield reader, terminal
        for pid in self.nameless_below(process):
            for reader in readers.readers(pid, first):
                if (terminal := self._read_by(reader)) is not None:
                    yield reader, terminal

    def nameless_below(self, process: Process) -> Iterator[int]:
        """Yield the pids of what a process started, directly or not, that never said hello."""
        left = readers.children(process.pid)
        while left:
            pid = left.pop(0)
            if not self._has_name(pid):
                yield pid
                left += readers.children(pid)

    def _read_by(self, reader: WaitingReader) -> Terminal | None:
        for terminal in self._terminals:
            if terminal.closed:
                continue
            if reader.terminal is None:
                if terminal.controlling and readers.controls(terminal.fd, reader.pid):
                    return terminal
            elif reader.terminal == terminal.identity:
                return terminal
        return None
