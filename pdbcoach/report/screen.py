"""The terminal, file or pipe that a report draws on: it wraps lines and adds labels and colour."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, TypeVar

from msgspec import Struct, structs

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
"""How many widths of the terminal are looked at, at once, of a long line."""
_MARK_COLUMN = 100
"""The last column of marks at the right: on a wide terminal they stay near the text."""


class Signs(Struct, frozen=True):
    """Shapes, so that nothing depends on colour; letters if the encoding has no shapes."""

    passed: str
    failed: str
    skipped: str
    bar: str
    dot: str
    heading: str
    full: str
    """One full part of a bar."""
    empty: str
    task: str


_SHAPES = Signs("✓", "✗", skipped="–", bar="│", dot="·", heading="━━", full="█", empty="░", task="▸")
_LETTERS = Signs("ok", "FAIL", skipped="skip", bar="|", dot="-", heading="==", full="#", empty=".", task=">")


class Screen:
    """Draws on one text stream. All text must be one line and visible already (``escape.visible``).

    On a terminal, lines are cut to its width and continued under their label. A file or pipe gets whole
    lines. With ``color`` off, no escape sequence is written, whatever the environment says.
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
    def _pen(self) -> Pen | None:
        """What draws styles and knows the width; None for a file or a pipe, which needs no rich."""
        if not (self.file.isatty() or os.environ.get("FORCE_COLOR") or os.environ.get("TTY_COMPATIBLE")):
            return None
        # Imported late, so that a program starts before rich is loaded.
        from pdbcoach.report.pen import Pen

        return Pen(self.file, color=self._color)

    @property
    def width(self) -> int | None:
        """The terminal's columns, or None without a terminal: lines may then have any length."""
        pen = self._pen
        return max(_NARROWEST, pen.width) if pen is not None and pen.is_terminal else None

    def held(self, draw: Callable[[], _T]) -> tuple[_T, str]:
        """Return what ``draw`` returns, and what it drew, without showing it; ``show`` does that."""
        assert self._pen is not None, "only the editor of a terminal holds back what is drawn"
        with self._pen.capture() as capture:
            returned = draw()
        return returned, capture.get()

    def show(self, drawn: str) -> None:
        """Write what ``held`` returned as it is."""
        self.file.write(drawn)
        self.file.flush()

    def begin(self, label: str = "", style: str = "") -> None:
        """Start a new line after this label, which its continuations repeat."""
        self.finish()
        self._label, self._label_style = label, style
        self._start_row()

    def put(self, text: str, style: str = "") -> None:
        """Add to the open line. The cursor stays after it."""
        width = self.width
        while width is not None and text:
            # A line may be a megabyte long: don't look at more of it than may fit.
            ahead, text = text[: _AHEAD * width], text[_AHEAD * width :]
            self._put(ahead, style, width)
        self._write(text, style)

    def _put(self, text: str, style: str, width: int) -> None:
        while self._column + cell_len(text) > width:
            room = width - self._column
            fitting = _chopped(text, room) if room > 0 else ""
            if not fitting and self._column <= cell_len(self._label):
                break  # the label alone fills the line: leave the rest to the terminal
            self._write(fitting, style)
            self._end_row()
            self._start_row()
            text = text[len(fitting) :]
        self._write(text, style)

    def row(self, text: str, style: str = "") -> None:
        """Draw a line that is not continued: it is cut to fit and ends with an ellipsis."""
        width = self.width
        if width is not None and cell_len(text) > width:
            text = _chopped(text, width - 1) + "…"
        self.line(text, style)

    def mark(self, sign: str, style: str) -> None:
        """End the open line with a sign at the right, which gets its own line if there is no room."""
        edge = min(self.width or 80, _MARK_COLUMN)
        room = edge - self._column - cell_len(sign)
        if (
            self._open
            and room < 2
            and (self.width is None or self._column + 2 + cell_len(sign) <= self.width)
        ):
            room = 2  # beyond the usual edge, but it fits
        if not self._open or room < 2:
            self.begin()
            room = edge - cell_len(sign)
        self._write(" " * room)
        self._write(sign, style)
        self.finish()

    def finish(self) -> None:
        """End the open line, if there is one."""
        if self._open:
            self._end_row()

    def line(self, text: str, style: str = "", *, label: str = "", label_style: str = "") -> None:
        """Draw a whole line, cut at the terminal's width."""
        self.begin(label, label_style)
        self.put(text, style)
        self.finish()

    def prose(self, text: str, style: str = "", *, indent: int = 0) -> None:
        """Draw a whole line, wrapped between words, with indented continuations."""
        width, pen = self.width, self._pen
        if width is None or pen is None or cell_len(text) <= width:
            self.line(text, style)
            return
        for number, row in enumerate(pen.wrapped(text, width - indent)):
            self.line(" " * indent * (number > 0) + row.plain.rstrip(), style)

    def text(self, text: Text, first: str = "", first_style: str = "", *, measure: int | None = None) -> None:
        """Draw a line of several styles after ``first``, wrapped between words.

        On a terminal it is at most ``measure`` columns wide, because long lines are hard to read.
        """
        width, pen = self.width, self._pen
        if width is not None and measure is not None:
            width = min(width, measure)
        indent = cell_len(first)
        if width is None or pen is None or indent + text.cell_len <= width:
            rows = [text]
        else:
            rows = pen.wrapped(text, max(_NARROWEST, width - indent))
        for number, row in enumerate(rows):
            self.begin(" " * indent if number else first, first_style)
            row.rstrip()
            self._draw(row)
            self._column += row.cell_len
        self.finish()

    def lines(self, lines: Iterable[OutputLine]) -> None:
        """Draw the lines of a report, each in the style of its tone."""
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
            self._draw(text, style)
            self._column += cell_len(text)

    def _draw(self, text: str | Text, style: str = "") -> None:
        if self._pen is not None:
            self._pen.draw(text, style)
            return
        self.file.write(text if isinstance(text, str) else text.plain)
        self.file.flush()


def cell_len(text: str) -> int:
    """Return how many columns a visible text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # not needed by most of what is drawn

    return cell_len(text)


def _chopped(text: str, width: int) -> str:
    """Return the beginning of a visible text that fits into ``width`` columns."""
    from rich.cells import chop_cells

    return chop_cells(text, width)[0]


def padded(text: str, width: int) -> str:
    """Return the text with spaces after it up to ``width`` columns. A wider text is not cut."""
    return text + " " * (width - cell_len(text))


def _can_draw_shapes(file: TextIO) -> bool:
    if file.isatty() and _ctype(os.environ) in ("C", "POSIX"):
        return False  # Python writes UTF-8 even then, but the terminal may show something else
    try:
        "".join(structs.astuple(_SHAPES)).encode(file.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _ctype(environment: Mapping[str, str]) -> str:
    """Return the locale for characters. C.UTF-8 in LC_CTYPE doesn't count: Python itself may have set it."""
    ctype = environment.get("LC_CTYPE", "")
    chosen = "" if ctype == "C.UTF-8" else ctype
    return environment.get("LC_ALL") or chosen or environment.get("LANG", "")
