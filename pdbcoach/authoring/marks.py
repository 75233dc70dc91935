"""Names for source lines: the author's marks, or new ones for lines whose text is unique in the file."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from pdbcoach.scenario.model import Mark, SourceFile

_LONGEST_NAME = 16


class MarkBook(Struct):
    """The marks of a scenario; with ``invent``, new ones are made on demand."""

    files: Sequence[SourceFile]
    script: str | None
    known: Mapping[str, Mark] = field(default_factory=dict)
    invent: bool = False
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Name → file and text of the new marks, in the order in which they were asked for."""
    _found: dict[tuple[str, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._found = {(mark.file, mark.line): mark.name for mark in self.known.values()}

    def name(self, file: str, line: int) -> str | None:
        """Return the mark of a line; None if it has none and can't have one."""
        found = self._found.get((file, line))
        if found is not None or not self.invent:
            return found
        text = self._unique_text(file, line)
        if text is None:
            return None
        name = self._new_name(text)
        self.texts[name] = (file, text)
        self._found[file, line] = name
        return name

    def _unique_text(self, file: str, line: int) -> str | None:
        lines = self.lines(file)
        if not 0 < line <= len(lines):
            return None
        text = lines[line - 1].strip()
        if len(text) < 2 or len(text) > 60 or "\t" in text or not text.isprintable():
            return None
        return text if sum(text in other for other in lines) == 1 else None

    def lines(self, file: str) -> list[str]:
        """Return the lines of a work file as Python counts them; none if it can't be read."""
        path: Path | None = next((one.path for one in self.files if one.name == file), None)
        if path is None:
            return []
        try:
            return re.split("\r\n|\r|\n", path.read_bytes().decode("utf-8-sig", "replace"))
        except OSError:
            return []

    def _new_name(self, text: str) -> str:
        words = re.findall(r"[A-Za-z][A-Za-z0-9]*", re.sub(r"#.*", "", text)) or ["line"]
        name = ""
        for word in words:
            longer = f"{name}_{word}" if name else word
            if len(longer) > _LONGEST_NAME:
                break
            name = longer
        name = (name or words[0][:_LONGEST_NAME]).lower()
        taken = {*self.texts, *self.known}
        reserved = keyword.iskeyword(name) or hasattr(builtins, name)
        candidates = [name] if not reserved else []
        candidates += [f"{name}_{number}" for number in range(2, len(taken) + 3)]
        return next(one for one in candidates if one not in taken)
