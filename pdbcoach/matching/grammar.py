"""An expectation as a graph of small pieces, for ``search`` to follow along the lines of an output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec import Struct, field

from pdbcoach.errors import Span
from pdbcoach.matching.expressions import compiled
from pdbcoach.matching.pattern import ANY_LINES, LinePattern
from pdbcoach.matching.redact import BLANKS
from pdbcoach.matching.versions import admits
from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex

# Most patterns consist only of these, which can never match a line break.
_ONE_LINE = re.compile(r"(?:[^\\\[(\x00-\x1f]|\\[dwSbBAZ]|\\[!-/:-@\[-`{-~]|\[(?!\^)|\((?!\?[a-z]*s))*")

# A pattern that looks around itself may match a part of a text, but not where more text surrounds it.
_LOOKS_AROUND = re.compile(r"(?<!\[)\^|\$|\\[AZbB]|\(\?<?[=!]")


class LinePiece(Struct, frozen=True):
    at: int
    """Index into the expectation's lines as written."""
    span: Span
    pattern: LinePattern


class GapPiece(Struct, frozen=True):
    """``...``: any number of lines."""

    at: int
    span: Span


class RegexPiece(Struct, frozen=True):
    at: int
    span: Span
    regex: re.Pattern[str]
    one_line: bool
    """It can match a single line at most."""
    looks_around: bool
    """Whether it matches may depend on the text before and after."""


class MaybePiece(Struct, frozen=True):
    body: tuple[Piece, ...]


class AnyOrderPiece(Struct, frozen=True):
    span: Span
    items: tuple[tuple[Piece, ...], ...]
    starts: tuple[int, ...]
    """Where each item begins among the expectation's lines as written."""
    shapes: tuple[object, ...]
    """Equal for items that match the same output."""


Piece = LinePiece | GapPiece | RegexPiece | MaybePiece | AnyOrderPiece


class Alternatives(Struct, frozen=True):
    """A place in an ``any_order`` to which each of its items returns."""

    of: AnyOrderPiece


class End(Struct, frozen=True):
    pass


class Node(Struct, frozen=True):
    kind: Piece | Alternatives | End
    next: int
    """The node to go on with; an End has none."""
    inside: tuple[int, ...] = ()
    """The first node of a Maybe's body, or of each item of an Alternatives."""
    needed: frozenset[str] = frozenset()
    """Names whose text matters from here on."""
    optional: bool = False


class Automaton(Struct, frozen=True):
    nodes: tuple[Node, ...]
    start: int
    lines: tuple[str, ...]
    """The expectation as the author wrote it, line by line."""

    @property
    def has_regex(self) -> bool:
        """Whether only a time limit bounds how long a search takes."""
        return any(isinstance(node.kind, RegexPiece) for node in self.nodes)


class Flattened(Struct):
    """The parts of an expectation that count on one version of Python, in the order written."""

    pieces: tuple[Piece, ...] = ()
    lines: list[str] = field(default_factory=list)
    forbidden: list[Not] = field(default_factory=list)
    asserts_lines: bool = False
    """It asserts something about the output besides what must not occur in it."""

    @property
    def captures(self) -> frozenset[str]:
        return frozenset().union(*(pattern.captures for pattern in _line_patterns(self.pieces)))


def flatten(expect: Expect, python: str = "") -> Flattened:
    """Return the pieces of ``expect`` on the Python ``python``, a version such as ``3.13.0``.

    Only items that contain an ``OnPython`` need the version.
    """
    flat = Flattened(asserts_lines=not expect.items)
    flat.pieces = tuple(_pieces(expect.items, python, flat))
    return flat


def names(pieces: Iterable[Piece]) -> frozenset[str]:
    """Return the names that the meaning of the pieces depends on."""
    return frozenset().union(*(pattern.names for pattern in _line_patterns(pieces)))


def link(flat: Flattened, needed: frozenset[str] = frozenset()) -> Automaton:
    """Return the graph of the pieces. The text of the names ``needed`` also matters at its end."""
    linker = _Linker()
    end = linker.add(Node(End(), next=-1, needed=needed))
    start = linker.sequence(flat.pieces, end, needed, optional=False)
    return Automaton(tuple(linker.nodes), start, tuple(flat.lines))


def block_lines(text: str) -> list[str]:
    """Return the lines of a block. YAML leaves a line break at its end, which begins no further line."""
    return text.removesuffix("\n").split("\n") if text.strip(BLANKS) else []


def _pieces(items: Iterable[ExpectItem], python: str, flat: Flattened) -> list[Piece]:
    pieces: list[Piece] = []
    for item in items:
        flat.asserts_lines |= not isinstance(item, Not | OnPython)
        match item:
            case OutputBlock(text, span):
                pieces += _lines(text, span, flat)
            case Regex(pattern, span):
                one_line = _ONE_LINE.fullmatch(pattern) is not None
                looks_around = _LOOKS_AROUND.search(pattern) is not None
                at = len(flat.lines)
                pieces.append(RegexPiece(at, span, compiled(pattern), one_line, looks_around))
                flat.lines.append(f"{{re: {pattern}}}")
            case AnyOrder(inner, span):
                pieces.append(_any_order(inner, span, python, flat))
            case Maybe(inner):
                pieces.append(MaybePiece(tuple(_pieces(inner, python, flat))))
            case Not():
                flat.forbidden.append(item)
            case OnPython(specifier, then):
                if admits(specifier, python):
                    pieces += _pieces(then, python, flat)
            case _:
                assert_never(item)
    return pieces


def _lines(text: str, span: Span, flat: Flattened) -> Iterator[Piece]:
    for line in block_lines(text):
        at = len(flat.lines)
        is_gap = line.rstrip(BLANKS) == ANY_LINES
        yield GapPiece(at, span) if is_gap else LinePiece(at, span, LinePattern.parse(line))
        flat.lines.append(line)


def _any_order(items: Iterable[ExpectItem], span: Span, python: str, flat: Flattened) -> AnyOrderPiece:
    groups: list[tuple[Piece, ...]] = []
    starts: list[int] = []
    for item in items:
        at = len(flat.lines)
        # An item that asserts nothing on this Python is left out.
        if group := tuple(_pieces((item,), python, flat)):
            groups.append(group)
            starts.append(at)
    return AnyOrderPiece(span, tuple(groups), tuple(starts), tuple(map(_shape, groups)))


def _line_patterns(pieces: Iterable[Piece]) -> Iterator[LinePattern]:
    for piece in pieces:
        match piece:
            case LinePiece():
                yield piece.pattern
            case MaybePiece():
                yield from _line_patterns(piece.body)
            case AnyOrderPiece():
                yield from _line_patterns(one for item in piece.items for one in item)
            case GapPiece() | RegexPiece():
                pass
            case _:
                assert_never(piece)


def _shape(pieces: Sequence[Piece]) -> tuple[object, ...]:
    """Return values that are equal for pieces that match the same output, wherever they were written."""
    found: list[object] = []
    for piece in pieces:
        match piece:
            case LinePiece():
                found.append(piece.pattern.tokens)
            case GapPiece():
                found.append(GapPiece)
            case RegexPiece():
                found.append(piece.regex)
            case MaybePiece():
                found.append((MaybePiece, _shape(piece.body)))
            case AnyOrderPiece():
                found.append((AnyOrderPiece, piece.shapes))
            case _:
                assert_never(piece)
    return tuple(found)


class _Linker(Struct):
    nodes: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def sequence(self, pieces: Sequence[Piece], next_: int, needed: frozenset[str], optional: bool) -> int:
        """Link ``pieces`` before ``next_``, where ``needed`` matters, and return the first node."""
        for piece in reversed(pieces):
            next_ = self.piece(piece, next_, needed, optional)
            needed = self.nodes[next_].needed
        return next_

    def piece(self, piece: Piece, next_: int, needed: frozenset[str], optional: bool) -> int:
        match piece:
            case LinePiece():
                needed |= piece.pattern.names
            case MaybePiece():
                body = self.sequence(piece.body, next_, needed, optional=True)
                needed |= self.nodes[body].needed
                return self.add(Node(piece, next_, (body,), needed, optional))
            case AnyOrderPiece():
                # Any item may come after any other, so all must keep what one needs.
                needed |= names((piece,))
                choice = self.add(Node(End(), next_))
                entries = tuple(self.sequence(item, choice, needed, optional) for item in piece.items)
                self.nodes[choice] = Node(Alternatives(piece), next_, entries, needed, optional)
                return self.add(Node(piece, choice, (), needed, optional))
            case GapPiece() | RegexPiece():
                pass
            case _:
                assert_never(piece)
        return self.add(Node(piece, next_, (), needed, optional))
