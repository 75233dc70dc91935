"""Follows an automaton along the lines of an output: does it match, and if not, how far does it come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import assert_never

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.matching.grammar import (
    Alternatives,
    AnyOrderPiece,
    Automaton,
    End,
    GapPiece,
    LinePiece,
    MaybePiece,
    Node,
    Piece,
    RegexPiece,
)
from pdbcoach.matching.pattern import Budget

_STEPS = 200_000
_STEPS_PER_PAIR = 2
"""A piece and a line meet once without captures and any_order, so those never run out of steps."""


class Unordered(Struct, frozen=True):
    """Several items of an ``any_order`` were still to come."""

    span: Span
    left: int
    at: int
    """Index of the first line of the first of them, among the expectation's lines as written."""


class Stuck(Struct, frozen=True):
    """The furthest place at which a search could not go on."""

    on: LinePiece | RegexPiece | Unordered | None
    """What did not match; None if there were more lines than expected."""
    line: int
    """Index of the line of output; past the last one if output ended."""
    known: Mapping[str, str]
    progress: tuple[int, int, bool]


class _State(Struct, frozen=True):
    node: int
    left: tuple[int, ...]
    """For each open any_order, outermost first: a bit for each item still to come."""
    line: int
    matched: int
    """Lines matched so far, except those that a ``...`` took."""
    new: Mapping[str, str]
    """What was captured on the way, and not before."""


class Search:
    """One automaton on one output. No state is visited twice, so their number bounds the work.

    States differ in captured text only if that text matters later.
    """

    def __init__(self, program: Automaton, lines: Sequence[str], known: Mapping[str, str]) -> None:
        self._program = program
        self._lines = lines
        self._text = "\n".join(lines)
        self._offsets = tuple(accumulate((len(line) + 1 for line in lines), initial=0))
        self._known = known
        self._whole = True
        self._seen: set[tuple[object, ...]] = set()
        self._budget = Budget(_STEPS + _STEPS_PER_PAIR * (len(lines) + 1) * len(program.nodes))
        self.stuck: Stuck | None = None
        """Why the output does not match, after ``match`` has returned None."""

    def match(
        self, accept: Callable[[Mapping[str, str]], bool] = lambda captures: True
    ) -> dict[str, str] | None:
        """Return everything known after the whole output has matched in a way that ``accept`` agrees to.

        Raises ``TooManyWaysError``.
        """
        for state in self._run(0):
            known = {**self._known, **state.new}
            if accept(known):
                return known
        return None

    def find(self) -> int | None:
        """Return the first line from which the automaton matches some consecutive lines.

        Raises ``TooManyWaysError``.
        """
        self._whole = False
        for line in range(len(self._lines)):
            if next(self._run(line), None) is not None:
                return line
        return None

    def _run(self, line: int) -> Iterator[_State]:
        """Yield every state that reaches the automaton's end, depth first, as the author wrote it."""
        pending = [iter([_State(self._program.start, (), line, 0, {})])]
        while pending:
            state = next(pending[-1], None)
            if state is None:
                pending.pop()
                continue
            self._budget.spend()
            node = self._program.nodes[state.node]
            texts = tuple(sorted(item for item in state.new.items() if item[0] in node.needed))
            key = (state.node, state.left, state.line, texts)
            if key in self._seen:
                continue
            self._seen.add(key)
            if isinstance(node.kind, End):
                if not self._whole or state.line >= len(self._lines):
                    yield state
                else:
                    self._note(None, state, node)
            else:
                pending.append(self._steps(node.kind, node, state))

    def _steps(self, piece: Piece | Alternatives, node: Node, state: _State) -> Iterator[_State]:
        match piece:
            case LinePiece():
                yield from self._line(piece, node, state)
            case RegexPiece():
                yield from self._regex(piece, node, state)
            case GapPiece():
                yield _State(node.next, state.left, state.line, state.matched, state.new)
                if state.line < len(self._lines):
                    yield _State(state.node, state.left, state.line + 1, state.matched, state.new)
            case MaybePiece():
                for after in (*node.inside, node.next):
                    yield _State(after, state.left, state.line, state.matched, state.new)
            case AnyOrderPiece():
                left = (*state.left, (1 << len(piece.items)) - 1)
                yield _State(node.next, left, state.line, state.matched, state.new)
            case Alternatives():
                yield from self._choice(piece, node, state)
            case _:
                assert_never(piece)

    def _line(self, piece: LinePiece, node: Node, state: _State) -> Iterator[_State]:
        if state.line < len(self._lines):
            found = False
            known = {**self._known, **state.new} if state.new else self._known
            needed = self._program.nodes[node.next].needed
            for new in piece.pattern.matches(self._lines[state.line], known, needed, self._budget):
                found = True
                captured = {**state.new, **new} if new else state.new
                yield _State(node.next, state.left, state.line + 1, state.matched + 1, captured)
            if found:
                return
        elif piece.pattern.is_empty and self._whole:
            # Empty lines at the end were removed from the output, so they cannot be told from none.
            yield _State(node.next, state.left, state.line, state.matched, state.new)
            return
        self._note(piece, state, node)

    def _regex(self, piece: RegexPiece, node: Node, state: _State) -> Iterator[_State]:
        found = False
        last = len(self._lines)
        if piece.one_line:
            last = min(state.line + 1, last)
        elif not piece.looks_around and state.line < last:
            # One attempt instead of one for each line that may be the last.
            begins_here = piece.regex.match(self._text, self._offsets[state.line])
            last = last if begins_here else state.line
        for end in range(state.line + 1, last + 1):
            text = "\n".join(self._lines[state.line : end])
            self._budget.spend(1 + len(text) // 256)
            if piece.regex.fullmatch(text):
                found = True
                matched = state.matched + end - state.line
                yield _State(node.next, state.left, end, matched, state.new)
        if not found:
            self._note(piece, state, node)

    def _choice(self, choice: Alternatives, node: Node, state: _State) -> Iterator[_State]:
        *outer, left = state.left
        items = [index for index in range(len(node.inside)) if left >> index & 1]
        if not items:
            yield _State(node.next, tuple(outer), state.line, state.matched, state.new)
            return
        if len(items) > 1:
            self._note(Unordered(choice.of.span, len(items), choice.of.starts[items[0]]), state, node)
        tried = set()
        for index in items:
            # Equal items are interchangeable; trying each would mean trying all orders.
            like = choice.of.shapes[index]
            if like not in tried:
                tried.add(like)
                now_left = (*outer, left & ~(1 << index))
                yield _State(node.inside[index], now_left, state.line, state.matched, state.new)

    def _note(self, on: LinePiece | RegexPiece | Unordered | None, state: _State, node: Node) -> None:
        """Remember where the search is stuck, if it never came further.

        Lines that a ``...`` took are no progress: after one, the place where most was matched says more
        than the last line. At the same place, what must come says more than what may come.
        """
        progress = (state.matched, state.line, not node.optional)
        if self.stuck is None or progress > self.stuck.progress:
            known = {**self._known, **state.new}
            self.stuck = Stuck(on, state.line, known, progress)
