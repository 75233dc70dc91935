"""The learner's terminal: editing, history, completion, a toolbar, and live output above the line."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import patch_stdout

from pdbcoach.coach.words import WORDS
from pdbcoach.language import _
from pdbcoach.scenario.commands import LONG_NAMES
from pdbcoach.ui.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Line

_TICK: Final = 0.05
"""Seconds between two looks at what the program does while a line is typed."""
_COMMANDS: Final = sorted(name for name in LONG_NAMES if name.isalpha() and name != "exec")


class TerminalReader:
    """Reads from the terminal that standard input and output are. A paste of several lines is several."""

    def __init__(self, history: str | None = None, *, color: bool = True) -> None:
        """``history``: the file that keeps the lines for the next practice; ``None``: none does."""
        self._completer = _Completer()
        self._session: PromptSession[str] = PromptSession(
            history=_history(history),
            completer=self._completer,
            complete_while_typing=False,
            color_depth=None if color else ColorDepth.DEPTH_1_BIT,
            enable_suspend=True,
        )
        self._pasted: deque[str] = deque()

    @property
    def is_person(self) -> bool:
        return True

    def read(self, ask: Ask, changed: Callable[[], bool]) -> Entered:
        if self._pasted:
            return self._from_paste(ask)
        self._completer.names = ask.names
        try:
            text = asyncio.run(self._read(ask, changed))
        except KeyboardInterrupt:
            return Interrupt()
        except EOFError:
            return EndOfFile()
        except _ProgramMoved:
            return Changed()
        first, *rest = text.split("\n")
        self._pasted.extend(rest)
        return Line(first)

    def _from_paste(self, ask: Ask) -> Entered:
        line = self._pasted.popleft()
        print(f"{ask.prompt}{line}")
        return Line(line)

    async def _read(self, ask: Ask, changed: Callable[[], bool]) -> str:
        async def look() -> None:
            while True:
                await asyncio.sleep(_TICK)
                if changed():
                    self._session.app.exit(exception=_ProgramMoved())
                    return

        with patch_stdout(raw=True):
            watcher = asyncio.ensure_future(look())
            try:
                return await self._session.prompt_async(
                    ask.prompt, bottom_toolbar=lambda: _toolbar(ask), handle_sigint=True
                )
            finally:
                watcher.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watcher


class _ProgramMoved(Exception):  # noqa: N818 - no error: what a line was asked for has changed
    pass


class _Completer(Completer):
    """Commands of pdb and names in scope; behind a colon the coach's words."""

    def __init__(self) -> None:
        self.names: Iterable[str] = ()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        line = document.text_before_cursor
        word = document.get_word_before_cursor(WORD=True)
        if line.lstrip().startswith(":"):
            candidates: Iterable[str] = (f":{name}" for name in WORDS) if " " not in line.lstrip() else ()
        elif line.strip() == word:
            candidates = [*_COMMANDS, *sorted(self.names)]
        else:
            word = document.get_word_before_cursor()
            candidates = sorted(self.names)
        for candidate in candidates:
            if candidate.startswith(word):
                yield Completion(candidate, -len(word))


def _toolbar(ask: Ask) -> FormattedText:
    text = " :hint :undo :show :quit · :help "
    if ask.running:
        text += "· " + _("Ctrl-C stops the program") + " "
    elif ask.repeats:
        text += "· " + _("Enter: {what}").format(what=ask.repeats) + " "
    return FormattedText([("", text)])


def _history(file: str | None) -> History:
    return InMemoryHistory() if file is None else FileHistory(file)
