"""An edited line at a terminal, and a toolbar below it: an application of prompt_toolkit.

It asks the terminal nothing (no cursor position report), so any terminal will do, and nothing but keys
comes from it. Only an entered line stays on the screen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition, has_focus, is_done, is_searching
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import clear_typeahead, get_typeahead, store_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.containers import ConditionalContainer, HSplit, Window
from prompt_toolkit.layout.controls import BufferControl, FormattedTextControl
from prompt_toolkit.layout.layout import Layout
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.output.defaults import create_output
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style
from prompt_toolkit.widgets import SearchToolbar
from rich.cells import cell_len

from pdbcoach.front.completion import LineCompleter, columns
from pdbcoach.front.history import LineHistory
from pdbcoach.front.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Reply
from pdbcoach.language import _

_STYLE: Final = {"typed": "bold", "toolbar": "dim"}
_TICK: Final = 0.05
"""Seconds between two looks at the program while a line is typed."""


class Editor:
    """Edits one line after the other. ``color``: whether bold may set them off.

    ``history`` is the file that keeps lines, if there is one. ``show`` writes text to the terminal
    unchanged. ``input`` and ``output`` are by default the terminal.
    """

    def __init__(
        self,
        history: Path | None,
        show: Callable[[str], object],
        *,
        color: bool = True,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._ask = Ask("")
        self._draft = Document()
        self._history = LineHistory(history)
        self._completer = LineCompleter()
        self._show = show
        self._buffer = Buffer(history=self._history, multiline=False)
        output = output or create_output()
        if isinstance(output, Vt100_Output):
            output.enable_cpr = False
        self._application: Application[Reply] = Application(
            self._layout(),
            style=Style.from_dict(_STYLE if color else {}),
            include_default_pygments_style=False,
            color_depth=ColorDepth.DEPTH_1_BIT,  # bold and dim are all that it shows
            key_bindings=self._keys(),
            input=input,
            output=output,
        )

    async def read(self, ask: Ask, look: Callable[[], bool]) -> Reply:
        """Return the line when it is entered, or ``Changed`` as soon as ``look`` returns True.

        ``look`` is called again and again. After ``Changed``, what was on the line is there again when
        the next one is asked for. Exceptions of ``look`` and of keys are raised here.
        """
        asyncio.get_running_loop().set_exception_handler(self._fail)
        self._ask = ask
        self._completer.names, self._completer.after = ask.names, ask.after
        self._application.erase_when_done = False
        self._buffer.reset(self._draft)
        self._draft = Document()
        tasks: list[asyncio.Task[None]] = []
        try:
            return await self._application.run_async(
                pre_run=lambda: tasks.append(asyncio.create_task(self._watch(look))),
                set_exception_handler=False,
            )
        finally:
            for task in tasks:
                task.cancel()

    def remember(self, line: str) -> None:
        """Keep a line for the up arrow."""
        self._history.append_string(line)

    def forget_ahead(self) -> None:
        """Drop the keys that have been read ahead."""
        clear_typeahead(self._application.input)

    def was_cut_short(self) -> bool:
        """Return whether Ctrl-C was pressed right after the last line, before it could become a signal.

        If so, the keys before it are dropped.
        """
        keys = self._application.input
        ahead = get_typeahead(keys) + keys.read_keys()
        last = max((at for at, one in enumerate(ahead) if one.key == Keys.ControlC), default=-1)
        store_typeahead(keys, ahead[last + 1 :])
        return last >= 0

    def write_above(self, text: str) -> None:
        """Show whole lines above the edited line, which moves down."""
        self._application.renderer.erase()
        self._show(text)
        self._application.invalidate()

    async def _watch(self, look: Callable[[], bool]) -> None:
        while not self._application.is_done:  # an entered line counts, whatever happens after it
            try:
                has_changed = look()
            except Exception as problem:
                self._application.exit(exception=problem)
                return
            if has_changed:
                self._draft = self._buffer.document
                self._leave(Changed(), erase=True)
                return
            await asyncio.sleep(_TICK)

    def _fail(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Raise what has failed outside all tasks."""
        if not self._application.is_done:
            problem = context.get("exception") or RuntimeError(context["message"])
            self._application.exit(exception=problem)

    # --- what is seen

    def _layout(self) -> Layout:
        search = SearchToolbar()
        line = Window(
            BufferControl(self._buffer, search_buffer_control=search.control),
            get_line_prefix=self._prefix,
            wrap_lines=True,
            dont_extend_height=True,
            style="class:typed",
        )
        words = Window(FormattedTextControl(self._toolbar), height=1, style="class:toolbar")
        return Layout(HSplit([line, search, ConditionalContainer(words, ~is_done & ~is_searching)]), line)

    def _prefix(self, line: int, wraps: int) -> StyleAndTextTuples:
        return [("nobold", self._ask.prompt)] if line == wraps == 0 else []

    def _toolbar(self) -> str:
        return toolbar(self._ask, self._application.output.get_size().columns)

    # --- keys

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        at_the_line = has_focus(self._buffer)
        is_empty = Condition(lambda: not self._buffer.text)

        @keys.add("enter", filter=at_the_line)
        def _enter(event: KeyPressEvent) -> None:
            text = self._buffer.text
            shown_later = "\n" in text  # pasted: shown line by line, each after its prompt
            self._leave(Entered(text), erase=shown_later or (self._ask.silent and not text.strip()))

        @keys.add("c-c", filter=at_the_line)
        @keys.add("<sigint>")
        def _interrupt(event: KeyPressEvent) -> None:
            if self._ask.interrupts:
                self._buffer.document = Document("^C")
            self._leave(Interrupt(), erase=not self._ask.interrupts)

        @keys.add("c-d", filter=at_the_line & is_empty)
        def _end_of_file(event: KeyPressEvent) -> None:
            self._buffer.document = Document("^D")
            self._leave(EndOfFile(), erase=False)

        @keys.add("c-z")
        def _suspend(event: KeyPressEvent) -> None:
            event.app.suspend_to_background()

        @keys.add("tab", filter=at_the_line)
        def _complete(event: KeyPressEvent) -> None:
            self._complete()

        return keys

    def _complete(self) -> None:
        """Complete the word as far as it is unambiguous, or show the candidates."""
        buffer = self._buffer
        found = list(
            self._completer.get_completions(buffer.document, CompleteEvent(completion_requested=True))
        )
        if len(found) == 1:
            buffer.delete_before_cursor(-found[0].start_position)
            buffer.insert_text(found[0].text)
        elif common := get_common_complete_suffix(buffer.document, found):
            buffer.insert_text(common)
        elif found:
            width = self._application.output.get_size().columns
            self.write_above(columns([one.text for one in found], width))

    def _leave(self, reply: Reply, *, erase: bool) -> None:
        self._application.erase_when_done = erase
        self._application.exit(result=reply)


def toolbar(ask: Ask, width: int) -> str:
    """Return the line below the prompt: what a bare Enter does, and colon-words.

    It has as much as fits into ``width`` columns; what says more about this very prompt goes first.
    """
    row = ""
    for part in (_("Ctrl-C stops the program") if ask.running else "", ask.enter, *ask.words):
        longer = f"{row}  {part}" if row else f" {part}"
        if part and cell_len(longer) <= width:
            row = longer
    return row
