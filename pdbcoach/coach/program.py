"""What can be told from a program's text: whether a line can still come once another has been reached."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from pdbcoach.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class _Span:
    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


@dataclass(frozen=True, slots=True)
class Program:
    """The source files of a lesson by their names in the work folder."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, scenario: Scenario) -> Program:
        """Read the files of ``scenario``; one that cannot be read has no text."""
        texts = {}
        for file in scenario.files:
            try:
                texts[file.name] = file.path.read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
        return cls(texts)

    def line(self, file: str, number: int) -> str:
        """A source line without its indentation; empty if there is none."""
        lines = self.texts.get(file, "").splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else ""

    def passed(self, file: str, wanted: int, now: int) -> bool:
        """Whether ``wanted`` has been left behind for good when the same frame stands at ``now``.

        That is so below it, unless both are in one loop. False where the text cannot tell.
        """
        loops = self._loops(file)
        return (
            loops is not None and now > wanted and not any(wanted in loop and now in loop for loop in loops)
        )

    def _loops(self, file: str) -> list[_Span] | None:
        try:
            tree = ast.parse(self.texts[file])
        except (KeyError, SyntaxError, ValueError, RecursionError):
            return None
        return [
            _Span(node.lineno, node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.For | ast.AsyncFor | ast.While)
        ]
