"""A line typed at pdb's prompt, parsed once for everybody."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct

from pdbcoach.pdb.commands import COMMANDS, Command, Shows, find
from pdbcoach.pdb.words import PromptKind

_QUOTED_OR_SEPARATOR: Final = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(;;)""")
_WORD: Final = re.compile(r"[A-Za-z0-9_]*")

EXIT_CALL: Final = r"!?\s*(?:sys\.)?(?:exit|quit)\(.*\)\s*"
"""A call of Python's own functions that end a program, as a whole line."""


class Part(Struct, frozen=True):
    """One command of a line: what is between two ``;;``."""

    text: str
    """Without surrounding spaces; empty for a bare Enter."""
    names: tuple[str, ...]
    """Long names of what it uses: ``("!", "exec")`` for a statement after ``!``, none for a bare Enter."""

    @property
    def name(self) -> str | None:
        """The first of the names, or None for a bare Enter."""
        return self.names[0] if self.names else None

    @property
    def command(self) -> Command | None:
        """Its row in the table, or None for a bare Enter. A statement is ``!`` or ``exec``."""
        return COMMANDS[self.names[0]] if self.names else None

    @property
    def shows(self) -> Shows | None:
        """What its command prints, if a step can ask for that."""
        return self.command.shows if self.command is not None else None

    @property
    def is_statement(self) -> bool:
        """Whether it is Python, with or without ``!``."""
        return self.command is not None and not self.command.typed

    @property
    def word(self) -> str:
        """The command's name as it was typed; empty for a bare Enter."""
        return self.text.split(maxsplit=1)[0] if self.text else ""

    @property
    def argument(self) -> str:
        """What follows the command's name; for a statement, all of it without ``!``.

        Code is returned as it was typed. Anything else has single spaces between its words.
        """
        command = self.command
        if command is None or not command.typed:
            return self.text.lstrip("! ").strip()
        words = self.text.split(maxsplit=1)
        rest = words[1] if len(words) > 1 else ""
        return rest if command.argument == "code" else " ".join(rest.split())

    @property
    def before_313(self) -> Command | None:
        """The command that pdb up to Python 3.12 takes a statement such as ``q.x`` for."""
        word = _WORD.match(self.text)
        return find(word[0]) if word is not None and self.names == ("exec",) else None


class Line(Struct, frozen=True):
    """A typed line. Make one with ``Line.parse``, which parses each text once."""

    text: str
    parts: tuple[Part, ...]
    """At least one."""

    @classmethod
    def parse(cls, text: str, prompt: PromptKind | None = None) -> Line:
        """Parse ``text``, typed at ``prompt`` (None: pdb's usual one).

        The prompt matters because ``silent`` and ``end`` are commands only in a command list.
        """
        return _parsed(text, prompt == "commands")

    @property
    def first(self) -> Part:
        """The first command of the line."""
        return self.parts[0]

    @property
    def names(self) -> tuple[str, ...]:
        """Long names of everything the line uses, in order, with a ``;;`` for each separator."""
        found: list[str] = []
        for number, part in enumerate(self.parts):
            found += [";;"] * bool(number) + [*part.names]
        return tuple(found)

    @property
    def commands(self) -> tuple[Command, ...]:
        """The table's row for each part, in order; none for a bare Enter."""
        return tuple(command for part in self.parts if (command := part.command) is not None)

    @property
    def restarts(self) -> bool:
        """Whether one of its commands restarts the program."""
        return any(command.restarts for command in self.commands)

    @property
    def calls_exit(self) -> bool:
        """Whether it is a call of Python's own ``exit()`` or the like, which ends the program."""
        return re.fullmatch(EXIT_CALL, self.text) is not None

    @property
    def leaves(self) -> bool:
        """Whether it is typed to leave the debugger, by a command or by a call such as ``exit()``."""
        return any(command.leaves for command in self.commands) or self.calls_exit


@lru_cache(maxsize=1024)
def _parsed(text: str, in_command_list: bool) -> Line:
    cut = [piece.strip() for piece in _split(text)]
    return Line(text, tuple(Part(piece, _names(piece, in_command_list)) for piece in cut))


def _split(line: str) -> list[str]:
    """Split a line at each ``;;`` outside quotes. The body of an ``alias`` isn't split."""
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
    found = find(word[0])
    # `c.a` and `list(x)` are Python to the reader, and since 3.13 to pdb.
    is_python = command[word.end() :][:1] in (".", "(", "[") and word.end() < len(command)
    if found is None or is_python or (found.only_in_lists and not in_command_list):
        return ("exec",)
    return (found.name,)
