"""The lesson's program as text: its lines, and what can be said of where they lead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from pdbcoach.facts.base import is_file
from pdbcoach.scenario import source_text
from pdbcoach.scenario.model import Scenario

_Function = ast.FunctionDef | ast.AsyncFunctionDef
MODULE: Final = "<module>"
"""What code that is in no function is called."""


class _Span(Struct, frozen=True):
    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


class _Mention(Struct, frozen=True):
    """A line that names a function, other than by its ``def``: it may lead to a call of it."""

    name: str
    line: int
    inside: str
    """The function that the line is in."""


class _Outline(Struct, frozen=True):
    """``functions`` are all of a file, outer ones before inner ones."""

    first: int | None
    loops: tuple[_Span, ...]
    functions: tuple[tuple[str, _Span], ...]
    mentions: tuple[_Mention, ...]


class Program(Struct, frozen=True, eq=False):
    """The source files of a lesson by their names in the work folder."""

    texts: Mapping[str, str]
    _outlines: dict[str, _Outline | None] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> Program:
        """Read the files of ``scenario``; one that cannot be read has no text."""
        texts = {}
        for file in scenario.files:
            try:
                texts[file.name] = source_text.read(file.path)
            except OSError:
                continue
        return cls(texts)

    def has(self, file: str) -> bool:
        """Whether ``file``, as the debugger calls it, is one of the lesson's."""
        return self.name_of(file) is not None

    def name_of(self, file: str) -> str | None:
        """The name under which the text of ``file`` is known here; ``None`` if it is not."""
        return next((name for name in self.texts if is_file(name, file)), None)

    def first_line(self, file: str) -> int | None:
        """Where a run of the file stops first; ``None``: not known."""
        outline = self._outline(file)
        return outline.first if outline is not None else None

    def function_at(self, file: str, line: int) -> str | None:
        """The function whose body has this line, ``<module>`` for none of them; ``None``: not known."""
        outline = self._outline(file)
        if outline is None:
            return None
        return next((name for name, body in reversed(outline.functions) if line in body), MODULE)

    def passed(self, file: str, wanted: int, now: int) -> bool:
        """Whether a frame that stands at ``now`` will not come to ``wanted`` any more.

        That is so below it, unless both are in one loop. False where the text cannot tell.
        """
        outline = self._outline(file)
        return (
            outline is not None
            and now > wanted
            and not any(wanted in loop and now in loop for loop in outline.loops)
        )

    def may_be_called(self, function: str, file: str, now: int) -> bool:
        """Whether module level, which stands at ``now``, may still lead to a call of ``function``.

        True where the text cannot tell.
        """
        outlines = {name: self._outline(name) for name in self.texts}
        known = [outline for outline in outlines.values() if outline is not None]
        if len(known) < len(outlines) or outlines.get(file) is None:
            return True
        leading = {function}
        mentions = [mention for outline in known for mention in outline.mentions]
        while more := {one.inside for one in mentions if one.name in leading} - leading - {MODULE}:
            leading |= more
        return any(
            mention.name in leading
            and mention.inside == MODULE
            and not (name == file and self.passed(file, mention.line, now))
            for name, outline in outlines.items()
            if outline is not None
            for mention in outline.mentions
        )

    def called_once(self, function: str, _callers: frozenset[str] = frozenset()) -> bool:
        """Whether the program calls ``function`` a single time at most, as far as the text tells."""
        mentions = [
            (outline, mention)
            for outline in map(self._outline, self.texts)
            if outline is not None
            for mention in outline.mentions
            if mention.name == function
        ]
        if len(mentions) != 1:
            return False
        ((outline, mention),) = mentions
        callers = _callers | {function}
        if any(mention.line in loop for loop in outline.loops) or mention.inside in callers:
            return False
        return mention.inside == MODULE or self.called_once(mention.inside, callers)

    def speaks_of(self, name: str) -> bool:
        """Whether the name stands anywhere in the program."""
        return any(re.search(rf"\b{re.escape(name)}\b", text) for text in self.texts.values())

    def names_at(self, file: str, line: int) -> frozenset[str]:
        """The names that a line speaks of."""
        outline = self._outline(file)
        mentions = outline.mentions if outline is not None else ()
        return frozenset(mention.name for mention in mentions if mention.line == line)

    def _outline(self, file: str) -> _Outline | None:
        if file not in self._outlines:
            self._outlines[file] = _outline_of(self.texts.get(file))
        return self._outlines[file]


def _outline_of(text: str | None) -> _Outline | None:
    if text is None:
        return None
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    loops = tuple(
        _Span(node.lineno, node.end_lineno or node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.For | ast.AsyncFor | ast.While)
    )
    functions = tuple(
        (node.name, _Span(node.body[0].lineno, node.end_lineno or node.lineno))
        for node in ast.walk(tree)
        if isinstance(node, _Function)
    )
    first = tree.body[0].lineno if tree.body else None
    return _Outline(first, loops, functions, tuple(_mentions(tree, MODULE)))


def _mentions(node: ast.AST, inside: str) -> Iterator[_Mention]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name):
            yield _Mention(child.id, child.lineno, inside)
        elif isinstance(child, ast.Attribute):
            yield _Mention(child.attr, child.lineno, inside)
        yield from _mentions(child, child.name if isinstance(child, _Function) else inside)
