"""A person debugs: their lines go to the real pdb, what it prints goes to them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Final, TextIO

from msgspec import Struct, field

from pdbcoach.authoring.recording import SETTLING, Recorder
from pdbcoach.form.source import is_one_line
from pdbcoach.observation import ProcessView
from pdbcoach.report.escape import visible
from pdbcoach.scenario.model import Key

HELP: Final = """\
:in NAME      speak to another process, such as main.1
:interrupt    Ctrl-C for the process that is spoken to
:eof          Ctrl-D for it
:quit         leave; the scenario is written then"""

_SLICE: Final = 0.05
_MANNERS: Final = 1.0
"""Seconds that commands of ours from there wait, for a process to come to its prompt after all."""
_ON_ITS_WAY: Final = 3.0
"""Seconds that a process which is asked for may still take to come to be."""
_PATIENCE: Final = 10.0
"""Seconds that lines from a file or a pipe wait for somebody to read them."""


class Dialogue(Struct):
    """Between a person and a recorder, until all has ended or they leave."""

    recorder: Recorder
    out: TextIO
    told: dict[str, str] = field(default_factory=dict)
    """How each process stood when that was last said."""
    owed: bool = False
    """The last output did not end its line."""
    asking: bool = False
    interrupted: bool = False
    left: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hold(self) -> None:
        """Talk until there is nobody left to talk to. The recorder has been started."""
        with self._ctrl_c():
            while not self.left and self._until_somebody_waits():
                view = self.recorder.here
                if view is not None and view.prompt is not None:
                    self._ask(visible(view.prompt.text))
        self.recorder.finish()
        self._show()

    # --- waiting for a prompt

    def _until_somebody_waits(self) -> bool:
        """Show what comes until the current process, or else another one, stands at a prompt."""
        recorder = self.recorder
        while not self.left:
            recorder.run(_SLICE)
            if self.interrupted:
                self.interrupted = False
                self.out.write("\n")  # the terminal has shown ^C
                recorder.press(Key("ctrl-c"))
                continue
            self._show(partial=recorder.quiet_for > 4 * _SLICE)
            here = recorder.here
            if here is not None and here.phase == "stopped":
                recorder.settle()  # forked ones may be on their way
                self._show()
                self._tell_of_others()
                return True
            if not recorder.alive() and recorder.session.processes:
                return False
            if here is not None and here.phase == "running" and recorder.quiet_for < SETTLING:
                continue
            if waiting := [name for name in recorder.waiting() if name != recorder.current]:
                self._show()
                self._switch(waiting[0], here)
                return True
            self._listen_while_all_run()
        return False

    def _listen_while_all_run(self) -> None:
        """Nobody reads a line: commands of ours still count."""
        if not sys.stdin.isatty() and self.recorder.quiet_for < _PATIENCE:
            early = self.recorder.quiet_for < _MANNERS
            if early or not _PeekedLine.of(sys.stdin).startswith(":"):
                return
        elif sys.stdin.isatty() and not select.select([sys.stdin], [], [], 0)[0]:
            return
        line = sys.stdin.readline()
        if not line:
            self.left = True
        elif not self._command(line.strip()):
            self._say("nobody waits for a line now; Ctrl-C interrupts, :quit leaves")

    # --- asking

    def _ask(self, prompt: str) -> None:
        try:
            line = self._read(prompt)
        except EOFError:
            if not sys.stdin.isatty():
                self.left = True
                return
            self.out.write("\n")
            self.recorder.press(Key("ctrl-d"))
            return
        except KeyboardInterrupt:
            self.out.write("^C\n")
            view = self.recorder.here
            if view is not None and view.prompt is not None and view.prompt.kind == "program":
                self._interrupt()
            return
        if self._command(line.strip()):
            return
        if not is_one_line(line):
            self._say("a scenario cannot hold a tab or a control character in a line; it was not sent")
            return
        self.recorder.type(line)

    def _read(self, prompt: str) -> str:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            line = sys.stdin.readline()
            if not line:
                raise EOFError
            self.out.write(f"{prompt}{line.rstrip(chr(10))}\n")
            return line.rstrip("\n")
        stop = threading.Event()
        watcher = threading.Thread(target=self._watch_others, args=(prompt, stop), daemon=True)
        watcher.start()
        self.asking = True
        try:
            return input(prompt)
        finally:
            self.asking = False
            stop.set()
            watcher.join()

    def _watch_others(self, prompt: str, stop: threading.Event) -> None:
        """While a line is typed: show what other processes do, and the line again below it."""
        import readline

        stop.wait(2 * _SLICE)  # the prompt comes first
        while not stop.is_set():
            self.recorder.session.wait(_SLICE)
            news = list(self._news(partial=False)) + list(self._changes())
            if news:
                typed = readline.get_line_buffer()
                self.out.write("\r\x1b[K" + "".join(news) + prompt + typed)
                self.out.flush()

    def _command(self, line: str) -> bool:
        """Carry out a command of ours. False if it is none."""
        word, _, rest = line.partition(" ")
        match word:
            case ":quit" | ":q":
                self.left = True
            case ":help":
                self._say(HELP)
            case ":interrupt":
                self._interrupt()
            case ":eof":
                self.recorder.press(Key("ctrl-d"))
            case ":in":
                self._go_to(rest.strip())
            case _:
                return False
        return True

    def _interrupt(self) -> None:
        """Ctrl-C for the current process, if it runs or waits in the program's own ``input()``."""
        view = self.recorder.here
        if view is not None and view.prompt is not None and view.prompt.kind != "program":
            self._say(f"nothing to interrupt: {view.describe()}")
        else:
            self.recorder.press(Key("ctrl-c"))

    def _go_to(self, name: str) -> None:
        # It may be on its way: lines from a pipe are there before the process is.
        self.recorder.session.wait_until(
            lambda views: name in views and (sys.stdin.isatty() or views[name].phase != "running"),
            _ON_ITS_WAY,
        )
        views = self.recorder.session.processes
        if name not in views or views[name].phase not in ("stopped", "running"):
            known = ", ".join(self.recorder.alive()) or "none"
            self._say(f"there is no living process {name or '(none named)'}; there are {known}")
            return
        self._switch(name, None)

    def _switch(self, name: str, left: ProcessView | None) -> None:
        view = self.recorder.session.processes[name]
        why = (
            f"{left.name} {'runs on' if left.phase == 'running' else 'has ended'}; "
            if left is not None
            else ""
        )
        self.recorder.current = name
        self.told[name] = view.phase
        if left is not None:
            self.told[left.name] = left.phase
        self._say(f"{why}you speak to {name} now: {view.describe()}")

    # --- showing

    def _show(self, *, partial: bool = True) -> None:
        for text in self._news(partial=partial):
            self.out.write(text)
        self.out.flush()

    def _news(self, *, partial: bool) -> Iterator[str]:
        """What the processes have printed; whose it is, unless it is the current one's."""
        recorder = self.recorder
        for name in recorder.session.processes:
            text = recorder.session.output_so_far(name, whole_lines=not partial)
            if not text:
                continue
            text = visible(text.replace("\r\n", "\n"))
            if name == recorder.current:
                yield text
                self.owed = not text.endswith("\n")
            else:
                head = "\n" if self.owed else ""
                self.owed = False
                yield head + "".join(f"{name} | {line}\n" for line in text.removesuffix("\n").split("\n"))

    def _changes(self) -> Iterator[str]:
        """What has become of processes that are not spoken to, in words, each once."""
        for name, view in self.recorder.session.processes.items():
            known, self.told[name] = self.told.get(name), view.phase
            if name == self.recorder.current or known == view.phase or view.phase == "running":
                continue
            if {known, view.phase} <= {"zombie", "gone"}:
                continue
            how_to = f"  (:in {name} to speak to it)" if view.phase == "stopped" else ""
            yield f"[{visible(view.describe())}{how_to}]\n"

    def _tell_of_others(self) -> None:
        for text in self._changes():
            self.out.write(text)
        self.out.flush()

    def _say(self, text: str) -> None:
        self.out.write(
            ("\n" if self.owed else "") + "".join(f"[{line}]\n" for line in visible(text).split("\n"))
        )
        self.owed = False
        self.out.flush()

    @contextlib.contextmanager
    def _ctrl_c(self) -> Iterator[None]:
        """Ctrl-C never stops us: at our prompt it drops the line, else the program gets it."""

        def came(number: int, frame: FrameType | None) -> None:
            if self.asking:
                raise KeyboardInterrupt
            self.interrupted = True

        before = signal.signal(signal.SIGINT, came)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


class _PeekedLine:
    """The next line of a stream that is no terminal, without reading past it."""

    @staticmethod
    def of(stream: TextIO) -> str:
        """``:`` at the end of the stream too: then there is nothing to wait for."""
        buffer = getattr(stream, "buffer", None)
        if buffer is None or not hasattr(buffer, "peek"):
            return ""
        start: bytes = buffer.peek(1)[:1]
        return os.fsdecode(start) or ":"
