"""The terminal, file or pipe that a report draws on: wrapping, labels, colour or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, TypeVar

from msgspec import Struct, structs
from rich.cells import cell_len, chop_cells

from pdbcoach.report.lines import LineTone, OutputLine

if TYPE_CHECKING:
    from rich.text import Text

    from pdbcoach.report.pen import Pen

_T = TypeVar("_T")

_STYLES: dict[LineTone, str] = {
    "plain": "",
    "good": "green",
    "bad": "bold red",
    "quiet": "dim",
    "heading": "bold",
    "expected": "red",
    "came": "green",
}
_NARROWEST = 20
_AHEAD = 16
"""Widths of a terminal."""
_MARK_COLUMN = 100
"""Marks at the right stand here at most: on a wide terminal they stay near the text."""


class Signs(Struct, frozen=True):
    """Shapes, so that nothing hangs on colour; letters where the encoding has no shapes."""

    passed: str
    failed: str
    skipped: str
    bar: str
    dot: str
    heading: str
    full: str
    """One part of a bar, and the same where the bar is ``empty``."""
    empty: str
    task: str


_SHAPES = Signs("✓", "✗", skipped="–", bar="│", dot="·", heading="━━", full="█", empty="░", task="▸")
_LETTERS = Signs("ok", "FAIL", skipped="skip", bar="|", dot="-", heading="==", full="#", empty=".", task=">")


class Screen:
    """Draws on one text stream. Text must be visible already (``escape.visible``), and one line.

    A terminal gets lines cut to its width, continued under their label. A file or pipe gets them
    whole. With ``color`` off not one escape sequence is written, whatever the environment says.
    """

    def __init__(self, file: TextIO, *, color: bool = True) -> None:
        self._color = color
        self.file = file
        self._label = ""
        self._label_style = ""
        self._column = 0
        self._open = False
        self.signs = _SHAPES if _can_draw_shapes(file) else _LETTERS
        self.lines_drawn = 0

    @cached_property
    def _pen(self) -> Pen:
        # Late, so that a program can be started before it is known how to draw what comes of it.
        from pdbcoach.report.pen import Pen

        return Pen(self.file, color=self._color)

    @property
    def width(self) -> int | None:
        """Columns of the terminal; ``None`` where there is none, and lines may be of any length."""
        return max(_NARROWEST, self._pen.width) if self._pen.is_terminal else None

    def held(self, draw: Callable[[], _T]) -> tuple[_T, str]:
        """What ``draw`` returns, and what it has drawn, which is not shown: ``show`` does."""
        with self._pen.capture() as capture:
            returned = draw()
        return returned, capture.get()

    def show(self, drawn: str) -> None:
        """Writes what was drawn before, as it is."""
        self.file.write(drawn)
        self.file.flush()

    def begin(self, label: str = "", style: str = "") -> None:
        """Starts a new line under this label, which its continuations repeat."""
        self.finish()
        self._label, self._label_style = label, style
        self._start_row()

    def put(self, text: str, style: str = "") -> None:
        """Adds to the line begun. The cursor stays behind it."""
        width = self.width
        while width is not None and text:
            # A line may be a megabyte long: never look at more of it than may fit.
            ahead, text = text[: _AHEAD * width], text[_AHEAD * width :]
            self._put(ahead, style, width)
        self._write(text, style)

    def _put(self, text: str, style: str, width: int) -> None:
        while self._column + cell_len(text) > width:
            room = width - self._column
            fitting = chop_cells(text, room)[0] if room > 0 else ""
            if not fitting and self._column <= cell_len(self._label):
                break  # the label alone fills the screen: let the terminal do what it can
            self._write(fitting, style)
            self._end_row()
            self._start_row()
            text = text[len(fitting) :]
        self._write(text, style)

    def row(self, text: str, style: str = "") -> None:
        """A line that must not be continued: what does not fit is cut off, and an ellipsis says so."""
        width = self.width
        if width is not None and cell_len(text) > width:
            text = chop_cells(text, width - 1)[0] + "…"
        self.line(text, style)

    def mark(self, sign: str, style: str) -> None:
        """Ends the open line with a sign at its right end, or on a line of its own if it is full."""
        edge = min(self.width or 80, _MARK_COLUMN)
        room = edge - self._column - cell_len(sign)
        if (
            self._open
            and room < 2
            and (self.width is None or self._column + 2 + cell_len(sign) <= self.width)
        ):
            room = 2  # beyond the usual edge, but there is place
        if not self._open or room < 2:
            self.begin()
            room = edge - cell_len(sign)
        self._write(" " * room)
        self._write(sign, style)
        self.finish()

    def finish(self) -> None:
        """Ends the open line, if there is one."""
        if self._open:
            self._end_row()

    def line(self, text: str, style: str = "", *, label: str = "", label_style: str = "") -> None:
        """A whole line, cut anywhere, as a terminal would."""
        self.begin(label, label_style)
        self.put(text, style)
        self.finish()

    def prose(self, text: str, style: str = "", *, indent: int = 0) -> None:
        """A whole line, wrapped between words, its continuations indented."""
        width = self.width
        if width is None or cell_len(text) <= width:
            self.line(text, style)
            return
        for number, row in enumerate(self._pen.wrapped(text, width - indent)):
            self.line(" " * indent * (number > 0) + row.plain.rstrip(), style)

    def text(self, text: Text, first: str = "", first_style: str = "", *, measure: int | None = None) -> None:
        """A line of several styles behind ``first``, wrapped between words.

        On a terminal it is not wider than ``measure``: long lines are hard to read.
        """
        width = self.width if self.width is None or measure is None else min(self.width, measure)
        indent = cell_len(first)
        if width is None or indent + text.cell_len <= width:
            rows = [text]
        else:
            rows = self._pen.wrapped(text, max(_NARROWEST, width - indent))
        for number, row in enumerate(rows):
            self.begin(" " * indent if number else first, first_style)
            row.rstrip()
            self._pen.draw(row)
            self._column += row.cell_len
        self.finish()

    def lines(self, lines: Iterable[OutputLine]) -> None:
        """Lines of a report, each in the style of its tone."""
        for line in lines:
            indent = len(line.text) - len(line.text.lstrip())
            if line.tone in ("plain", "bad", "heading", "good"):
                self.prose(line.text, _STYLES[line.tone], indent=min(indent + 2, 8))
            else:
                self.line(line.text[indent:], _STYLES[line.tone], label=" " * indent)

    def _start_row(self) -> None:
        self._open = True
        self._write(self._label, self._label_style)

    def _end_row(self) -> None:
        self._write("\n")
        self._open = False
        self._column = 0
        self.lines_drawn += 1

    def _write(self, text: str, style: str = "") -> None:
        if text:
            self._pen.draw(text, style)
            self._column += cell_len(text)


def padded(text: str, width: int) -> str:
    """The text and blanks behind it, so many columns together. It is not cut if it is wider."""
    return text + " " * (width - cell_len(text))


def _can_draw_shapes(file: TextIO) -> bool:
    if file.isatty() and _ctype(os.environ) in ("C", "POSIX"):
        return False  # Python writes UTF-8 all the same, but who has set this locale sees something else
    try:
        "".join(structs.astuple(_SHAPES)).encode(file.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _ctype(environment: Mapping[str, str]) -> str:
    """The locale for characters. In that of C, Python has set LC_CTYPE to C.UTF-8: that is no wish."""
    ctype = environment.get("LC_CTYPE", "")
    wish = "" if ctype == "C.UTF-8" else ctype
    return environment.get("LC_ALL") or wish or environment.get("LANG", "")
