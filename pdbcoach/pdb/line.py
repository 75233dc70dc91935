"""A line typed at pdb's prompt, taken apart once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from pdbcoach.pdb.commands import COMMANDS, Command, long_name

_QUOTED_OR_SEPARATOR: Final = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(;;)""")
_WORD: Final = re.compile(r"[A-Za-z0-9_]*")


class Part(Struct, frozen=True):
    """One command of a line, as it stands between two ``;;``."""

    text: str
    """Without blanks around it; empty for a bare Enter."""
    names: tuple[str, ...]
    """Long names of what it does: ``("!", "exec")`` for a statement with its mark, none for a bare Enter."""

    @property
    def name(self) -> str | None:
        """The first of the names; ``None`` for a bare Enter."""
        return self.names[0] if self.names else None

    @property
    def command(self) -> Command | None:
        """Its row in the table; ``None`` for a bare Enter."""
        return COMMANDS[self.names[0]] if self.names else None

    @property
    def argument(self) -> str:
        """What follows the command's name: of a statement, all of it without its mark."""
        if self.name in ("!", "exec"):
            return self.text.lstrip("! ").strip()
        return " ".join(self.text.split()[1:])


class Line(Struct, frozen=True):
    """A typed line. ``Line.parse`` takes it apart, each text once."""

    text: str
    parts: tuple[Part, ...]

    @classmethod
    def parse(cls, text: str, *, in_command_list: bool = False) -> Line:
        """``silent`` and ``end`` are commands only at the ``(com)`` prompt, hence ``in_command_list``."""
        return _parsed(text, in_command_list)

    @property
    def first(self) -> Part:
        """What it does first."""
        return self.parts[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The long names of everything that it uses, in order; ``;;`` counts where it separates."""
        found: list[str] = []
        for number, part in enumerate(self.parts):
            found += [";;"] * bool(number) + [*part.names]
        return tuple(found)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The rows of what its parts do."""
        return tuple(command for part in self.parts if (command := part.command) is not None)


@lru_cache(maxsize=1024)
def _parsed(text: str, in_command_list: bool) -> Line:
    cut = [piece.strip() for piece in split(text)]
    return Line(text, tuple(Part(piece, _names(piece, in_command_list)) for piece in cut))


def resolve(line: str, *, in_command_list: bool = False) -> str | None:
    """The long name of what ``line`` does first, ``None`` for a bare Enter.

    ``!x = 1`` is ``!``; any other line that is no command is a statement, ``exec``.
    """
    names = resolve_all(line, in_command_list=in_command_list)
    return names[0] if names else None


def resolve_all(line: str, *, in_command_list: bool = False) -> tuple[str, ...]:
    """The long names of everything that ``line`` uses, in order; ``;;`` counts where it separates."""
    return Line.parse(line, in_command_list=in_command_list).names


def split(line: str) -> list[str]:
    """The commands of a line, at each ``;;`` outside quotes; the body of an ``alias`` is not split."""
    words = line.split(maxsplit=1)
    if words and words[0] == "alias":
        return [line]
    cuts = [match.start() for match in _QUOTED_OR_SEPARATOR.finditer(line) if match[1]]
    starts = [0, *(cut + 2 for cut in cuts)]
    return [line[start:end] for start, end in zip(starts, [*cuts, len(line)], strict=True)]


def _names(command: str, in_command_list: bool) -> tuple[str, ...]:
    if not command:
        return ()
    if command[0] == "?":
        return ("help",)
    if command[0] == "!":
        return ("!", "exec")
    word = _WORD.match(command)
    assert word is not None
    rest = command[word.end() :]
    name = long_name(word[0])
    # `c.a` and `list(x)` are Python: since 3.13 for pdb too, and for whoever reads the line.
    is_python = rest[:1] in (".", "(", "[") and bool(rest)
    if name is None or is_python or (COMMANDS[name].only_in_lists and not in_command_list):
        return ("exec",)
    return (name,)
