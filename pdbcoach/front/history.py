"""The lines of earlier sessions, for the up arrow."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from prompt_toolkit.history import History

_READ: Final = 1 << 15
"""Bytes to read from the end of the file: some thousand lines."""


class LineHistory(History):
    """Keeps the lines in ``file``, one each; ``None`` keeps them for this session only.

    A file that can't be read or written costs nothing but history, so no error is shown.
    """

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        """Return the stored lines, the newest first."""
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
        """Append a line to the file, for the next session."""
        if self._file is not None:
            with suppress(OSError), self._file.open("a", encoding="utf-8", errors="replace") as file:
                file.write(string.replace("\n", " ") + "\n")
