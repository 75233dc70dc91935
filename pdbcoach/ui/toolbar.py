"""The line below the prompt: the words at hand, and what a bare Enter does."""

from __future__ import annotations

from rich.cells import cell_len

from pdbcoach.language import _
from pdbcoach.ui.reader import Ask


def toolbar(ask: Ask, width: int) -> str:
    """As much of it as fits into ``width`` columns; what says more about this very prompt goes first."""
    row = ""
    for part in (_("Ctrl-C stops the program") if ask.running else "", ask.enter, *ask.words):
        longer = f"{row}  {part}" if row else f" {part}"
        if part and cell_len(longer) <= width:
            row = longer
    return row
