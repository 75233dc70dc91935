"""The learner's terminal: an edited line, and above it whatever the program shows meanwhile."""

from __future__ import annotations

import asyncio
import os
import termios
import tty
from collections import deque
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit.input import Input
from prompt_toolkit.input.defaults import create_input
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.output import Output

from pdbcoach.report.screen import Screen
from pdbcoach.ui.completion import LineCompleter
from pdbcoach.ui.editor import Editor
from pdbcoach.ui.history import LineHistory
from pdbcoach.ui.reader import Ask, Entered, Line


class TerminalReader:
    """Reads from the terminal that standard input and output are. A paste of several lines is several.

    ``screen`` is what all others draw on. ``history`` is the file that keeps the lines for the next
    practice. ``input`` and ``output`` are the terminal unless they are given.
    """

    is_person = True

    def __init__(
        self,
        screen: Screen,
        history: Path | None = None,
        *,
        color: bool = True,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._screen = screen
        self._input = input or create_input()
        self._history = LineHistory(history)
        self._completer = LineCompleter()
        self._editor = Editor(
            self._history, self._completer, screen.show, color=color, input=self._input, output=output
        )
        self._pasted: deque[str] = deque()
        self._terminal = self._input.fileno() if os.isatty(self._input.fileno()) else None
        self._leave = _restorer(self._terminal)
        self._type_unseen()

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Entered:
        entered: Entered
        if self._pasted:
            entered = self._from_paste(ask)
        else:
            entered = self._edited(ask, changed)
            if isinstance(entered, Line) and "\n" in entered.text:
                self._pasted.extend(entered.text.splitlines())
                entered = self._from_paste(ask)
        if isinstance(entered, Line) and not ask.secret:
            self._history.append_string(entered.text)
        return entered

    def forget_ahead(self) -> None:
        self._pasted.clear()
        clear_typeahead(self._input)

    def close(self) -> None:
        self._leave()

    def _edited(self, ask: Ask, changed: Callable[[], bool]) -> Entered:
        self._completer.names, self._completer.after = ask.names, ask.after

        def look() -> bool:
            has_changed, drawn = self._screen.held(changed)
            if drawn:
                self._editor.write_above(drawn)
            return has_changed

        try:
            return asyncio.run(self._editor.read(ask, look))
        finally:
            self._type_unseen()

    def _from_paste(self, ask: Ask) -> Line:
        line = self._pasted.popleft()
        self._screen.show(f"{ask.prompt}{line}\n")
        return Line(line)

    def _type_unseen(self) -> None:
        """What is typed while no line is asked for waits for its prompt, and is shown there, once."""
        if self._terminal is not None:
            tty.setcbreak(self._terminal, termios.TCSANOW)


def _restorer(terminal: int | None) -> Callable[[], None]:
    """Call it to give the terminal the modes again that it has now."""
    if terminal is None:
        return lambda: None
    modes = termios.tcgetattr(terminal)
    return lambda: termios.tcsetattr(terminal, termios.TCSADRAIN, modes)
