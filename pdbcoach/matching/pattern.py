"""One line of a block: what it means, and whether a line of output is such a line.

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

from msgspec import Struct

from pdbcoach.matching.kinds import KINDS, Ends
from pdbcoach.matching.redact import BLANKS

BUILT_IN = frozenset(KINDS)
"""Names that cannot be captured."""

ANY_LINES = "..."

# `[[None]]` is ordinary output of Python, and nobody's name.
_NAME = r"(?!(?:None|True|False)\b)[A-Za-z_][A-Za-z0-9_-]*"
_TOKEN = re.compile(
    rf"\[\[(?P<literal>\.\.|{_NAME}(?::\.\.)?)\]\]|\[(?:(?P<any>\.\.)|(?P<capture>{_NAME}):\.\.|(?P<name>{_NAME}))\]"
)
_SPECIAL = re.compile(rf"\[(?:\.\.|(?P<capture>{_NAME}):\.\.|(?P<name>{_NAME}))\]")
_ANY_LINES_ESCAPED = re.compile(r"\\+\.\.\.")


class TooManyWaysError(Exception):
    """A pattern fits in so many ways that trying them was given up."""


class Budget(Struct):
    """How many more steps the search may take. Bounds what a name used in two places can cost."""

    steps: int

    def spend(self, steps: int = 1) -> None:
        """Raises ``TooManyWaysError`` once there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise TooManyWaysError


class Literal(Struct, frozen=True):
    text: str


class AnyText(Struct, frozen=True):
    """``[..]``"""


class Capture(Struct, frozen=True):
    name: str


class Name(Struct, frozen=True):
    """``[x]``: what it means depends on what is known when it is reached."""

    name: str


class Kind(Struct, frozen=True):
    ends: Ends


Token = Literal | AnyText | Capture | Name | Kind
_Fixed = Literal | AnyText | Kind


class LinePattern(Struct, frozen=True):
    tokens: tuple[Token, ...]
    captures: frozenset[str]
    """Names that this line may capture."""
    names: frozenset[str]
    """Names whose meaning this line depends on: those that it captures and those it refers to."""

    @classmethod
    def parse(cls, line: str) -> LinePattern:
        """The pattern of one line that is not ``...``; ``\\...`` is the line ``...`` itself."""
        line = line.rstrip(BLANKS)
        if _ANY_LINES_ESCAPED.fullmatch(line):
            line = line[1:]
        tokens = tuple(_merged(_tokens(line)))
        captures = frozenset(token.name for token in tokens if isinstance(token, Capture))
        referred = frozenset(token.name for token in tokens if isinstance(token, Name))
        return cls(tokens, captures, captures | referred)

    @property
    def is_empty(self) -> bool:
        return not self.tokens

    def matches(
        self, line: str, known: Mapping[str, str], needed: Collection[str], budget: Budget
    ) -> Iterator[dict[str, str]]:
        """What the line captures that is not in ``known``, for every way in which it matches.

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
                for captured in _ways(self.tokens, text, known, needed, budget):
                    found = True
                    yield captured
            if found:
                return

    def fits_but_for(self, line: str, known: Mapping[str, str]) -> str | None:
        """The known name without which the line would match; ``None`` if there is no such name."""
        for name in sorted(self.names & known.keys()):
            rest = {key: value for key, value in known.items() if key != name}
            tokens = [
                AnyText() if isinstance(token, Capture | Name) and token.name == name else token
                for token in self.tokens
            ]
            if any(_fits(_loosened(tokens, rest), text) for text in self._readings(line)):
                return name
        return None

    def _readings(self, line: str) -> Iterator[str]:
        """The line, and the line with the blanks that were cut from it where the pattern has some.

        ``x = [..]`` must match what ``print("x =", "")`` printed.
        """
        yield line
        before = self.tokens[-2] if len(self.tokens) > 1 else None
        if isinstance(before, Literal) and before.text[-1] in BLANKS:
            yield line + before.text[len(before.text.rstrip(BLANKS)) :]


def capture_names(text: str) -> tuple[str, ...]:
    """The names that a block captures, in the order of their first places. See ``BUILT_IN``."""
    names = (match["capture"] for line in text.split("\n") for match in _TOKEN.finditer(line))
    return tuple(dict.fromkeys(name for name in names if name is not None))


def escape(text: str, captured: Collection[str] | None = None) -> str:
    """A block that matches the output ``text`` and nothing else.

    ``captured`` are the names that may be known where the block will stand: others need no escape,
    so that ``[EOF]`` can stay as it is. ``None``: any name may be.
    """
    return "\n".join(_escaped_line(line, captured) for line in text.split("\n"))


def _escaped_line(line: str, captured: Collection[str] | None) -> str:
    def doubled(match: re.Match[str]) -> str:
        name = match["name"]
        unknown = captured is not None and name not in captured and name not in BUILT_IN
        plain = name is not None and (unknown or name == "work")  # which matches only itself
        # Between brackets of its own even an unknown name would be read as an escape.
        inside = line[match.start() - 1 : match.start()] == "[" and line[match.end() : match.end() + 1] == "]"
        return match[0] if plain and not inside else f"[{match[0]}]"

    bare = line.rstrip(BLANKS)
    if bare == ANY_LINES or _ANY_LINES_ESCAPED.fullmatch(bare):
        return "\\" + line
    return _SPECIAL.sub(doubled, line)


def _tokens(line: str) -> Iterator[Token]:
    end = 0
    for match in _TOKEN.finditer(line):
        yield Literal(line[end : match.start()])
        end = match.end()
        if match["literal"] is not None:
            yield Literal(f"[{match['literal']}]")
        elif match["any"] is not None:
            yield AnyText()
        elif match["capture"] is not None:
            yield Capture(match["capture"])
        else:
            name = match["name"]
            yield Kind(KINDS[name]) if name in BUILT_IN else Name(name)
    yield Literal(line[end:])


def _merged(tokens: Iterable[Token]) -> list[Token]:
    """The same tokens, none of them empty, no two of a kind where one does."""
    merged: list[Token] = []
    for token in tokens:
        last = merged[-1] if merged else None
        if isinstance(token, Literal) and isinstance(last, Literal):
            merged[-1] = Literal(last.text + token.text)
        elif token != Literal("") and not (isinstance(token, AnyText) and isinstance(last, AnyText)):
            merged.append(token)
    return merged


def _resolved(token: Token, known: Mapping[str, str]) -> Token:
    """``token`` where ``known`` is known: only a capture of a new name stays one."""
    match token:
        case Capture(name) if name in known:
            return Literal(known[name])
        case Name(name):
            return Literal(known.get(name, f"[{name}]"))
        case _:
            return token


def _fixed(tokens: Iterable[Token], known: Mapping[str, str]) -> list[_Fixed]:
    """The tokens of a line that captures nothing new."""
    resolved = _merged(_resolved(token, known) for token in tokens)
    return [token for token in resolved if not isinstance(token, Capture | Name)]


def _loosened(tokens: Sequence[Token], known: Mapping[str, str]) -> list[_Fixed]:
    """What must fit in any case: new captures hold anything, and so does a name that may be one."""
    new = {token.name for token in tokens if isinstance(token, Capture)} - known.keys()
    loose = (
        AnyText() if isinstance(token, Capture | Name) and token.name in new else token for token in tokens
    )
    return _fixed(loose, known)


def _fits(tokens: Sequence[_Fixed], line: str) -> bool:
    """Whether the tokens match the whole line. Linear in the line for each token.

    Goes through the tokens with all places that can be reached so far. After ``[..]`` that is every
    place from the first on, of which a literal needs the next only, if ``[..]`` follows again.
    """
    reached: Sequence[int] = [0]
    is_open = False
    for index, token in enumerate(tokens):
        match token:
            case AnyText():
                reached, is_open = reached[:1], True
                continue
            case Literal(text):
                rest = tokens[index + 1] if index + 1 < len(tokens) else None
                if not is_open:
                    reached = [at + len(text) for at in reached if line.startswith(text, at)]
                elif rest is None:
                    return len(line) - len(text) >= reached[0] and line.endswith(text)
                else:
                    found = _occurrences(line, text, reached[0])
                    at = next(found, None)
                    later = () if isinstance(rest, AnyText) else found
                    reached = [] if at is None else [place + len(text) for place in (at, *later)]
            case Kind(ends):
                reached = ends(line, range(reached[0], len(line) + 1) if is_open else reached)
        is_open = False
        if not reached:
            return False
    return is_open or reached[-1] == len(line)


def _occurrences(line: str, text: str, start: int) -> Iterator[int]:
    at = line.find(text, start)
    while at >= 0:
        yield at
        at = line.find(text, at + 1)


def _ways(
    tokens: Sequence[Token], line: str, known: Mapping[str, str], needed: Collection[str], budget: Budget
) -> Iterator[dict[str, str]]:
    """As ``LinePattern.matches``, by trying; a place reached again in the same state is not retried."""
    later = _needed_from(tokens, needed)

    def steps(index: int, at: int, new: dict[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
        token = _resolved(tokens[index], {**known, **new})
        match token:
            case Literal(text):
                if line.startswith(text, at):
                    yield index + 1, at + len(text), new
            case Kind(ends):
                for end in ends(line, [at]):
                    yield index + 1, end, new
            case AnyText() | Capture():
                following = tokens[index + 1] if index + 1 < len(tokens) else None
                places: Iterable[int]
                if following is None:
                    places = (len(line),)
                elif isinstance(following, Literal):
                    places = _occurrences(line, following.text, at)
                else:
                    places = range(at, len(line) + 1)
                for end in places:
                    if isinstance(token, Capture):
                        budget.spend((end - at) // 64)
                        yield index + 1, end, {**new, token.name: line[at:end]}
                    else:
                        yield index + 1, end, new

    captures = {token.name for token in tokens if isinstance(token, Capture)}
    worth_telling_apart = later[-1] & (captures - known.keys())
    seen: set[tuple[int, int, tuple[tuple[str, str], ...]]] = set()
    pending = [steps(0, 0, {})]
    while pending:
        step = next(pending[-1], None)
        if step is None:
            pending.pop()
            continue
        budget.spend()
        index, at, new = step
        state = (index, at, tuple(sorted(item for item in new.items() if item[0] in later[index])))
        if state in seen:
            continue
        seen.add(state)
        if index < len(tokens):
            pending.append(steps(index, at, new))
        elif at == len(line):
            yield new
            if not worth_telling_apart:
                return


def _needed_from(tokens: Sequence[Token], needed: Collection[str]) -> list[frozenset[str]]:
    """For each place in the pattern, its end included: the names that matter from there on."""
    places = [frozenset(needed)]
    for token in reversed(tokens):
        here = {token.name} if isinstance(token, Capture | Name) else set()
        places.append(places[-1] | here)
    places.reverse()
    return places
