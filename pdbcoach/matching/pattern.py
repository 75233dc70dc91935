"""One line of a block: what it means, and whether a line of output matches it.

============  =============================================================================
``[..]``      any text inside the line, also none
``[x:..]``    the same, remembered as ``x``; if ``x`` is known already, that text again
``[x]``       the text known as ``x``; where nothing of that name is known, just ``[x]``
``[pid]``     one of its kind, see ``kinds``; such a name cannot be captured
``[[..]]``    ``[..]`` itself; so with ``[[x:..]]``, ``[[x]]``, ``[[pid]]``
============  =============================================================================

Everything else is literal. A line is matched as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct

from pdbcoach.matching.kinds import KINDS, FindEnds
from pdbcoach.matching.redact import BLANKS

BUILT_IN = frozenset(KINDS)
"""Names that cannot be captured."""

ANY_LINES = "..."

# `[[None]]` is ordinary output of Python, not a name.
_NAME = r"(?!(?:None|True|False)\b)[A-Za-z_][A-Za-z0-9_-]*"
_TOKEN = re.compile(
    rf"\[\[(?P<literal>\.\.|{_NAME}(?::\.\.)?)\]\]|\[(?:(?P<any>\.\.)|(?P<capture>{_NAME}):\.\.|(?P<name>{_NAME}))\]"
)
_SPECIAL = re.compile(rf"\[(?:\.\.|(?P<capture>{_NAME}):\.\.|(?P<name>{_NAME}))\]")
_ANY_LINES_ESCAPED = re.compile(r"\\+\.\.\.")


class TooManyWaysError(Exception):
    """A pattern fits in too many ways to try them all."""


class Budget(Struct):
    """How many more steps a search may take. It bounds the cost of a name used in two places."""

    steps: int

    def spend(self, steps: int = 1) -> None:
        """Use up some steps. Raises ``TooManyWaysError`` once none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise TooManyWaysError


class LiteralText(Struct, frozen=True):
    text: str


class AnyText(Struct, frozen=True):
    """``[..]``"""


class Capture(Struct, frozen=True):
    name: str


class Reference(Struct, frozen=True):
    """``[x]``: its meaning depends on what is known when it is reached."""

    name: str


class TokenKind(Struct, frozen=True):
    ends: FindEnds


Token = LiteralText | AnyText | Capture | Reference | TokenKind
_Fixed = LiteralText | AnyText | TokenKind


class LinePattern(Struct, frozen=True):
    tokens: tuple[Token, ...]
    captures: frozenset[str]
    """Names that this line may capture."""
    names: frozenset[str]
    """Names that this line's meaning depends on: those it captures and those it refers to."""

    @classmethod
    def parse(cls, line: str) -> LinePattern:
        r"""Return the pattern of one line that is not ``...``; ``\...`` is the line ``...`` itself."""
        line = line.rstrip(BLANKS)
        if _ANY_LINES_ESCAPED.fullmatch(line):
            line = line[1:]
        tokens = tuple(_merged(_tokens(line)))
        captures = frozenset(token.name for token in tokens if isinstance(token, Capture))
        referred = frozenset(token.name for token in tokens if isinstance(token, Reference))
        return cls(tokens, captures, captures | referred)

    @property
    def is_empty(self) -> bool:
        return not self.tokens

    def matches(
        self, line: str, known: Mapping[str, str], needed: Collection[str], budget: Budget
    ) -> Iterator[dict[str, str]]:
        """Yield what the line captures that is not in ``known``, for every way in which it matches.

        Ways that differ only in names that are not ``needed`` later count as one. Each name gets the
        shortest text that lets the rest match, first names first. Raises ``TooManyWaysError``.
        """
        found = False
        for text in self._readings(line):
            if not self.captures - known.keys():
                if _fits(_fixed(self.tokens, known), text):
                    yield {}
                    return
            elif _fits(_loosened(self.tokens, known), text):
                for captured in _ways(self, text, known, needed, budget):
                    found = True
                    yield captured
            if found:
                return

    def fits_but_for(self, line: str, known: Mapping[str, str]) -> str | None:
        """Return the known name without which the line would match; None if there is no such name."""
        for name in sorted(self.names & known.keys()):
            rest = {key: value for key, value in known.items() if key != name}
            tokens = [_loose(token, (name,)) for token in self.tokens]
            if any(_fits(_loosened(tokens, rest), text) for text in self._readings(line)):
                return name
        return None

    def _readings(self, line: str) -> Iterator[str]:
        """Yield the line, and the line with spaces at its end if the pattern has some there.

        ``x = [..]`` must match what ``print("x =", "")`` printed, and output is cut at the ends of lines.
        """
        yield line
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        if isinstance(before, LiteralText) and before.text[-1] in BLANKS:
            yield line + before.text[len(before.text.rstrip(BLANKS)) :]


def escape(text: str, captured: Collection[str] | None = None) -> str:
    """Return a block that matches the output ``text`` and nothing else.

    ``captured`` are the names that may be known where the block will be. Others need no escape, so
    ``[EOF]`` can stay as it is. None: any name may be known.
    """
    return "\n".join(_escaped_line(line, captured) for line in text.split("\n"))


def _escaped_line(line: str, captured: Collection[str] | None) -> str:
    def doubled(match: re.Match[str]) -> str:
        name = match["name"]
        unknown = captured is not None and name not in captured and name not in BUILT_IN
        plain = name is not None and (unknown or name == "work")  # which matches only itself
        # In another pair of square brackets even an unknown name would be read as an escape.
        inside = line[match.start() - 1 : match.start()] == "[" and line[match.end() : match.end() + 1] == "]"
        return match[0] if plain and not inside else f"[{match[0]}]"

    bare = line.rstrip(BLANKS)
    if bare == ANY_LINES or _ANY_LINES_ESCAPED.fullmatch(bare):
        return "\\" + line
    return _SPECIAL.sub(doubled, line)


def _tokens(line: str) -> Iterator[Token]:
    end = 0
    for match in _TOKEN.finditer(line):
        yield LiteralText(line[end : match.start()])
        end = match.end()
        if match["literal"] is not None:
            yield LiteralText(f"[{match['literal']}]")
        elif match["any"] is not None:
            yield AnyText()
        elif match["capture"] is not None:
            yield Capture(match["capture"])
        else:
            name = match["name"]
            yield TokenKind(KINDS[name]) if name in BUILT_IN else Reference(name)
    yield LiteralText(line[end:])


def _merged(tokens: Iterable[Token]) -> list[Token]:
    """Return the same tokens, without empty ones, and without two of a kind where one is enough."""
    merged: list[Token] = []
    for token in tokens:
        last = merged[-1] if merged else None
        if isinstance(token, LiteralText) and isinstance(last, LiteralText):
            merged[-1] = LiteralText(last.text + token.text)
        elif token != LiteralText("") and not (isinstance(token, AnyText) and isinstance(last, AnyText)):
            merged.append(token)
    return merged


def _resolved(token: Token, known: Mapping[str, str]) -> Token:
    """Return ``token`` given what is ``known``: only a capture of a new name remains one."""
    match token:
        case Capture(name) if name in known:
            return LiteralText(known[name])
        case Reference(name):
            return LiteralText(known.get(name, f"[{name}]"))
        case _:
            return token


def _fixed(tokens: Iterable[Token], known: Mapping[str, str]) -> list[_Fixed]:
    """Return the tokens of a line that captures nothing new."""
    resolved = _merged(_resolved(token, known) for token in tokens)
    return [token for token in resolved if not isinstance(token, Capture | Reference)]


def _loosened(tokens: Sequence[Token], known: Mapping[str, str]) -> list[_Fixed]:
    """Return what must fit in any case: captures of new names, and references to them, match anything."""
    new = {token.name for token in tokens if isinstance(token, Capture)} - known.keys()
    return _fixed((_loose(token, new) for token in tokens), known)


def _loose(token: Token, names: Collection[str]) -> Token:
    """Return ``[..]`` in place of a token that means one of the ``names``."""
    return AnyText() if isinstance(token, Capture | Reference) and token.name in names else token


def _fits(tokens: Sequence[_Fixed], line: str) -> bool:
    """Return whether the tokens match the whole line, in time linear in the line for each token.

    Goes through the tokens with all places that can be reached so far. After ``[..]`` that is every
    place from the first on; of those a literal needs only the next, if ``[..]`` follows again.
    """
    reached: Sequence[int] = [0]
    is_open = False
    for token, following in zip(tokens, [*tokens[1:], None], strict=False):
        match token:
            case AnyText():
                reached, is_open = reached[:1], True
                continue
            case LiteralText(text):
                reached = _literal_ends(text, line, reached, is_open, following)
            case TokenKind(find_ends):
                reached = find_ends(line, range(reached[0], len(line) + 1) if is_open else reached)
        is_open = False
        if not reached:
            return False
    return is_open or reached[-1] == len(line)


def _literal_ends(
    text: str, line: str, reached: Sequence[int], is_open: bool, following: _Fixed | None
) -> Sequence[int]:
    if not is_open:
        return [at + len(text) for at in reached if line.startswith(text, at)]
    if following is None:
        return [len(line)] if len(line) - len(text) >= reached[0] and line.endswith(text) else []
    ends = (at + len(text) for at in _occurrences(line, text, reached[0]))
    return list(islice(ends, 1 if isinstance(following, AnyText) else None))


def _occurrences(line: str, text: str, start: int) -> Iterator[int]:
    at = line.find(text, start)
    while at >= 0:
        yield at
        at = line.find(text, at + 1)


def _ways(
    pattern: LinePattern, line: str, known: Mapping[str, str], needed: Collection[str], budget: Budget
) -> Iterator[dict[str, str]]:
    """Yield as ``LinePattern.matches`` does, by trying. No state is tried twice."""
    tokens = pattern.tokens
    later = _needed_from(tokens, needed)
    worth_telling_apart = later[-1] & (pattern.captures - known.keys())
    seen: set[tuple[int, int, tuple[tuple[str, str], ...]]] = set()
    pending = [_steps(tokens, line, known, budget, (0, 0, {}))]
    while pending:
        reached = next(pending[-1], None)
        if reached is None:
            pending.pop()
            continue
        budget.spend()
        index, at, new = reached
        state = (index, at, tuple(sorted(item for item in new.items() if item[0] in later[index])))
        if state in seen:
            continue
        seen.add(state)
        if index < len(tokens):
            pending.append(_steps(tokens, line, known, budget, reached))
        elif at == len(line):
            yield new
            if not worth_telling_apart:
                return


_Reached = tuple[int, int, dict[str, str]]
"""Index of the next token, place in the line, and what was captured on the way."""


def _steps(
    tokens: Sequence[Token], line: str, known: Mapping[str, str], budget: Budget, start: _Reached
) -> Iterator[_Reached]:
    """Yield everything that one more token can reach."""
    index, at, new = start
    match _resolved(tokens[index], {**known, **new}):
        case LiteralText(text):
            if line.startswith(text, at):
                yield index + 1, at + len(text), new
        case TokenKind(ends):
            for end in ends(line, [at]):
                yield index + 1, end, new
        case AnyText():
            for end in _places(tokens, index + 1, line, at):
                yield index + 1, end, new
        case Capture(name):
            for end in _places(tokens, index + 1, line, at):
                budget.spend((end - at) // 64)
                yield index + 1, end, {**new, name: line[at:end]}


def _places(tokens: Sequence[Token], index: int, line: str, at: int) -> Iterable[int]:
    """Return the places from ``at`` on where the token with this index may begin."""
    if index == len(tokens):
        return (len(line),)
    following = tokens[index]
    if isinstance(following, LiteralText):
        return _occurrences(line, following.text, at)
    return range(at, len(line) + 1)


def _needed_from(tokens: Sequence[Token], needed: Collection[str]) -> list[frozenset[str]]:
    """Return the names that matter from each place in the pattern on, its end included."""
    places = [frozenset(needed)]
    for token in reversed(tokens):
        here = {token.name} if isinstance(token, Capture | Reference) else set()
        places.append(places[-1] | here)
    places.reverse()
    return places
