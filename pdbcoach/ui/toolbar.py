"""The line below the prompt: the words at hand, and what a bare Enter does."""

from __future__ import annotations

from rich.cells import cell_len

from pdbcoach.language import _
from pdbcoach.ui.reader import Ask


def toolbar(ask: Ask, width: int) -> str:
    """As much of it as fits into ``width`` columns; what says more about this very prompt goes first."""
    parts = []
    if ask.running:
        parts.append(_("Ctrl-C stops the program"))
    if ask.enter:
        parts.append(ask.enter)
    row = " " + "  ".join(parts)
    for word in ask.words:
        longer = f"{row}  {word}" if row.strip() else f" {word}"
        if cell_len(longer) > width:
            break
        row = longer
    return row if cell_len(row) <= width else ""
