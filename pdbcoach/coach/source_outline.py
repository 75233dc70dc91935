"""The source of a lesson's program: its functions and loops, and which lines can still be reached."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

from pdbcoach.facts.base import is_file
from pdbcoach.pdb.code import parsed
from pdbcoach.scenario import source_text
from pdbcoach.scenario.model import Scenario

_Function = ast.FunctionDef | ast.AsyncFunctionDef
MODULE: Final = "<module>"
"""The name of the code outside all functions."""


class LineRange(Struct, frozen=True):
    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last


class _Mention(Struct, frozen=True):
    """A line that names a function, other than in its ``def``, and so may call it."""

    name: str
    line: int
    inside: str
    """The function that the line is in."""


class _FileOutline(Struct, frozen=True):
    """The outline of one file. ``functions`` has outer functions before inner ones."""

    first: int | None
    loops: tuple[LineRange, ...]
    functions: tuple[tuple[str, LineRange], ...]
    entries: frozenset[tuple[str, int]]
    """Each function with the first line of its body that runs."""
    returns: frozenset[int]
    """Lines with a ``return`` statement."""
    mentions: tuple[_Mention, ...]


class SourceOutline(Struct, frozen=True, eq=False):
    """The outlines of a lesson's source files, by their names in the work folder."""

    texts: Mapping[str, str]
    _outlines: dict[str, _FileOutline | None] = field(default_factory=dict)

    @classmethod
    def of(cls, scenario: Scenario) -> SourceOutline:
        """Return the outline of the files of ``scenario``, without those that can't be read."""
        texts = {}
        for file in scenario.files:
            try:
                texts[file.name] = source_text.read(file.path)
            except OSError:
                continue
        return cls(texts)

    def has(self, file: str) -> bool:
        """Return whether ``file``, as the debugger names it, is one of the lesson's."""
        return self.name_of(file) is not None

    def name_of(self, file: str) -> str | None:
        """Return the lesson's name for ``file``, or None if it isn't one of its files."""
        return next((name for name in self.texts if is_file(name, file)), None)

    def first_line(self, file: str) -> int | None:
        """Return the line where a run of the file stops first, or None if that isn't known."""
        outline = self._outline(file)
        return outline.first if outline is not None else None

    def function_at(self, file: str, line: int) -> str | None:
        """Return the function whose body has this line, ``<module>``, or None if that isn't known."""
        outline = self._outline(file)
        if outline is None:
            return None
        return next((name for name, body in reversed(outline.functions) if line in body), MODULE)

    def enters(self, function: str, file: str, line: int) -> bool:
        """Return whether the line is the first that a call of the function runs."""
        outline = self._outline(file)
        return outline is not None and (function, line) in outline.entries

    def returns_at(self, file: str, line: int) -> bool:
        """Return whether the line is a ``return`` statement."""
        outline = self._outline(file)
        return outline is not None and line in outline.returns

    def passed(self, file: str, wanted: int, now: int) -> bool:
        """Return whether a frame at line ``now`` can no longer reach line ``wanted``.

        That is so after it, unless both are in one loop. False if the source can't tell.
        """
        outline = self._outline(file)
        return (
            outline is not None
            and now > wanted
            and not any(wanted in loop and now in loop for loop in outline.loops)
        )

    def may_be_called(self, function: str, file: str, now: int) -> bool:
        """Return whether module level, at line ``now`` of ``file``, may still call ``function``.

        True if the source can't tell.
        """
        if any(self._outline(name) is None for name in (*self.texts, file)):
            return True
        mentions = self._all_mentions()
        leading = {function}
        while more := {one.inside for _file, one in mentions if one.name in leading} - leading - {MODULE}:
            leading |= more
        return any(
            one.name in leading
            and one.inside == MODULE
            and not (where == file and self.passed(file, one.line, now))
            for where, one in mentions
        )

    def called_once(self, function: str, _callers: frozenset[str] = frozenset()) -> bool:
        """Return whether the program calls ``function`` at most once, as far as the source tells."""
        mentions = [(file, one) for file, one in self._all_mentions() if one.name == function]
        if len(mentions) != 1:
            return False
        ((file, only),) = mentions
        callers, outline = _callers | {function}, self._outline(file)
        is_in_loop = outline is not None and any(only.line in loop for loop in outline.loops)
        if is_in_loop or only.inside in callers:
            return False
        return only.inside == MODULE or self.called_once(only.inside, callers)

    def speaks_of(self, name: str) -> bool:
        """Return whether the name occurs anywhere in the program."""
        return any(re.search(rf"\b{re.escape(name)}\b", text) for text in self.texts.values())

    def names_at(self, file: str, line: int) -> frozenset[str]:
        """Return the names in a line."""
        outline = self._outline(file)
        mentions = outline.mentions if outline is not None else ()
        return frozenset(mention.name for mention in mentions if mention.line == line)

    def _all_mentions(self) -> list[tuple[str, _Mention]]:
        """Return every mention with its file."""
        outlines = [(file, outline) for file in self.texts if (outline := self._outline(file)) is not None]
        return [(file, mention) for file, outline in outlines for mention in outline.mentions]

    def _outline(self, file: str) -> _FileOutline | None:
        if file not in self._outlines:
            self._outlines[file] = _outline_of(self.texts.get(file))
        return self._outlines[file]


NO_PROGRAM: Final = SourceOutline({})
"""The outline where no source is known."""


def _outline_of(text: str | None) -> _FileOutline | None:
    if text is None or (tree := parsed(text)) is None:
        return None
    defined = [node for node in ast.walk(tree) if isinstance(node, _Function)]
    functions = tuple((node.name, _up_to_end(node.body[0].lineno, node)) for node in defined)
    entries = frozenset((node.name, _first_that_runs(node)) for node in defined)
    returns = frozenset(node.lineno for node in ast.walk(tree) if isinstance(node, ast.Return))
    first = tree.body[0].lineno if tree.body else None
    return _FileOutline(
        first, tuple(_loops(tree)), functions, entries, returns, tuple(_mentions(tree, MODULE))
    )


def _loops(tree: ast.Module) -> Iterator[LineRange]:
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield _up_to_end(node.lineno, node)


def _up_to_end(first: int, node: ast.stmt) -> LineRange:
    return LineRange(first, node.end_lineno or node.lineno)


def _first_that_runs(function: _Function) -> int:
    has_docstring = ast.get_docstring(function, clean=False) is not None and len(function.body) > 1
    return function.body[1 if has_docstring else 0].lineno


def _mentions(node: ast.AST, inside: str) -> Iterator[_Mention]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Name):
            yield _Mention(child.id, child.lineno, inside)
        elif isinstance(child, ast.Attribute):
            yield _Mention(child.attr, child.lineno, inside)
        yield from _mentions(child, child.name if isinstance(child, _Function) else inside)
