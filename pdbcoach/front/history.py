"""The lines of earlier practices, for the up arrow."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from prompt_toolkit.history import History

_READ: Final = 1 << 15
"""Bytes at the end of the file that are read: some thousand lines."""


class LineHistory(History):
    """One line of ``file`` for each line; ``None`` keeps them for this practice only.

    A file that cannot be read or written loses nothing but history, so nothing is said of it.
    """

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        """The newest line first."""
        if self._file is None:
            return []
        try:
            with self._file.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(max(0, size - _READ))
                content = file.read().decode(errors="replace")
        except OSError:
            return []
        lines = content.split("\n")
        if size > _READ:
            del lines[0]  # the end of a line that began before
        return [line for line in reversed(lines) if line]

    def append_string(self, string: str) -> None:
        """Keep a line, unless it is empty or the same as the one before."""
        if string.strip() and self.get_strings()[-1:] != [string]:
            super().append_string(string)

    def store_string(self, string: str) -> None:
        """Write a line down for the next practice."""
        if self._file is not None:
            with suppress(OSError), self._file.open("a", encoding="utf-8", errors="replace") as file:
                file.write(string.replace("\n", " ") + "\n")
