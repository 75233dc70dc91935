"""Draws styled text on a stream with rich, without markup."""

from __future__ import annotations

import os
from typing import TextIO

from rich.console import Console
from rich.text import Text


class Pen(Console):
    """A console that writes no escape sequences if ``color`` is off or ``NO_COLOR`` is set."""

    def __init__(self, file: TextIO, *, color: bool) -> None:
        super().__init__(
            file=file,
            # With "auto", rich would still write bold and dim under NO_COLOR.
            color_system="auto" if color and not os.environ.get("NO_COLOR") else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )

    def draw(self, text: str | Text, style: str = "") -> None:
        """Draw the text after what was drawn before; the terminal breaks long lines."""
        self.print(Text(text, style) if isinstance(text, str) else text, end="", soft_wrap=True)

    def wrapped(self, text: str | Text, width: int) -> list[Text]:
        """Return the text in rows of ``width`` columns, broken between words."""
        whole = Text(text) if isinstance(text, str) else text
        return list(whole.wrap(self, width, tab_size=8))

    def on_broken_pipe(self) -> None:
        """Raise BrokenPipeError, so that the caller decides; rich would exit here."""
        raise BrokenPipeError
