"""A person's terminal: an edited line, and above it whatever the program shows meanwhile.

Importing the editor takes a while. So the first prompt appears before it is imported, and keys wait.
"""

from __future__ import annotations

import signal
import sys
import termios
import tty
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pdbcoach.errors import LAST_TYPED
from pdbcoach.front.reader import Ask, Entered, Reply
from pdbcoach.report.screen import Screen

if TYPE_CHECKING:
    from pdbcoach.front.editor import Editor


class TerminalReader:
    """Reads from the terminal that is standard input. A paste of several lines is several lines.

    ``screen`` is what everything else draws on. ``history`` is the file that keeps the lines for the
    next session, if any. ``color``: whether bold may show what is typed.
    """

    is_person = True

    def __init__(self, screen: Screen, history: Path | None = None, *, color: bool = True) -> None:
        self._screen = screen
        self._history = history
        self._color = color
        self._editor: Editor | None = None
        self._pasted: deque[str] = deque()
        self._terminal = sys.stdin.fileno()
        self._modes = termios.tcgetattr(self._terminal)
        # After Ctrl-Z, the shell has set modes of its own.
        self._before = signal.signal(signal.SIGCONT, lambda *_: self._type_unseen())
        self._type_unseen()

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Reply:
        entered: Reply
        editor = self._editor or self._load(ask)
        if self._pasted:
            entered = self._from_paste(ask)
        else:
            entered = self._edited(editor, ask, changed)
            if isinstance(entered, Entered) and "\n" in entered.text:
                self._pasted.extend(entered.text.splitlines())
                entered = self._from_paste(ask)
        if isinstance(entered, Entered) and not ask.secret:
            LAST_TYPED.append(entered.text)
            editor.remember(entered.text)
        return entered

    def forget_ahead(self) -> None:
        self._drop_what_was_read()
        with suppress(termios.error):
            termios.tcflush(self._terminal, termios.TCIFLUSH)

    def interrupted(self) -> None:
        self._drop_what_was_read()  # the terminal has dropped the rest
        self._screen.show("^C\n")

    def close(self) -> None:
        signal.signal(signal.SIGCONT, self._before)
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, self._modes)

    def _drop_what_was_read(self) -> None:
        self._pasted.clear()
        if self._editor is not None:
            self._editor.forget_ahead()

    def _load(self, ask: Ask) -> Editor:
        self._screen.show(ask.prompt)
        with _undivided():
            from pdbcoach.front.editor import Editor

            self._editor = Editor(self._history, self._screen.show, color=self._color)
            self._screen.show("\r")
        return self._editor

    def _edited(self, editor: Editor, ask: Ask, changed: Callable[[], bool]) -> Reply:
        def look() -> bool:
            has_changed, drawn = self._screen.held(changed)
            if drawn:
                editor.write_above(drawn)
            return has_changed

        import asyncio  # imported late, like the editor

        try:
            entered = asyncio.run(editor.read(ask, look))
        finally:
            self._type_unseen()
        if isinstance(entered, Entered) and editor.was_cut_short():
            return Entered(entered.text, cut_short=True)
        return entered

    def _from_paste(self, ask: Ask) -> Entered:
        line = self._pasted.popleft()
        self._screen.show(f"{ask.prompt}{line}\n")
        return Entered(line)

    def _type_unseen(self) -> None:
        """Let what is typed while no line is asked for wait for its prompt, where it is shown once."""
        with suppress(termios.error):  # as in ``close``: the reading that fails reports it
            tty.setcbreak(self._terminal, termios.TCSANOW)


@contextmanager
def _undivided() -> Iterator[None]:
    """Delay Ctrl-C until after the block: an import that is cut short can't be repeated."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
