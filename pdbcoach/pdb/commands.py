"""The commands of pdb, one row each: names, and everything that is ever asked about them.

A new command is one new row. A row without ``purpose`` is a ``TypeError``: nothing is assumed of a command.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

Purpose = Literal["look", "change", "move"]
"""What a command is typed for: to see something, to change something, or to have the program run on."""


class Command(Struct, frozen=True):
    name: str
    """The long name."""
    purpose: Purpose
    shorts: tuple[str, ...] = ()
    bare: Purpose | None = None
    """What it is typed for without an argument, where that is something else: ``b`` shows the table."""
    typed: bool = True
    """It is typed as a word. Not so ``!``, ``;;``, and ``exec``, which is pdb's own name for a statement."""
    only_in_lists: bool = False
    """A command only at the ``(com)`` prompt."""
    takes_code: bool = False
    """Python follows, and nothing else."""
    prints_value: bool = False
    """It shows the value of the expression that follows."""
    lists_source: bool = False
    same_everywhere: bool = False
    """What it prints is worth asserting: it is the same on every Python."""
    turns: bool = False
    """It looks, and leaves something changed: the frame looked at, or what is on display."""
    sets_breakpoint: bool = False
    leaves: bool = False
    restarts: bool = False


COMMANDS: Final = MappingProxyType(
    {
        command.name: command
        for command in (
            Command("help", "look", ("h", "?")),
            Command("where", "look", ("w", "bt"), same_everywhere=True),
            Command("up", "look", ("u",), turns=True),
            Command("down", "look", ("d",), turns=True),
            Command("break", "change", ("b",), bare="look", sets_breakpoint=True),
            Command("tbreak", "change", bare="look", sets_breakpoint=True),
            Command("clear", "change", ("cl",)),
            Command("disable", "change"),
            Command("enable", "change"),
            Command("ignore", "change"),
            Command("condition", "change"),
            Command("commands", "change"),
            Command("silent", "change", only_in_lists=True),
            Command("end", "change", only_in_lists=True),
            Command("step", "move", ("s",)),
            Command("next", "move", ("n",)),
            Command("until", "move", ("unt",)),
            Command("return", "move", ("r",)),
            Command("continue", "move", ("c", "cont")),
            Command("jump", "move", ("j",)),
            Command("list", "look", ("l",), lists_source=True, same_everywhere=True),
            Command("longlist", "look", ("ll",), lists_source=True, same_everywhere=True),
            Command("args", "look", ("a",), same_everywhere=True),
            Command("p", "look", takes_code=True, prints_value=True, same_everywhere=True),
            Command("pp", "look", takes_code=True, prints_value=True, same_everywhere=True),
            Command("whatis", "look", takes_code=True, same_everywhere=True),
            Command("source", "look", lists_source=True, same_everywhere=True),
            Command("display", "look", takes_code=True, prints_value=True, same_everywhere=True, turns=True),
            Command("undisplay", "look", takes_code=True, turns=True),
            Command("interact", "change"),
            Command("alias", "change", bare="look"),
            Command("unalias", "change"),
            Command("!", "change", typed=False, same_everywhere=True),
            Command("exec", "change", typed=False, same_everywhere=True),
            Command(";;", "change", typed=False),
            Command("run", "move", restarts=True),
            Command("restart", "move", restarts=True),
            Command("quit", "move", ("q",), leaves=True),
            Command("exit", "move", leaves=True),
            Command("EOF", "move", leaves=True),
            Command("debug", "move", takes_code=True),
            Command("retval", "look", ("rv",), same_everywhere=True),
            Command("exceptions", "look", turns=True),
        )
    }
)

SHORT_FORMS: Final = MappingProxyType({name: command.shorts for name, command in COMMANDS.items()})
"""Long name → short forms. ``!`` is a statement written with it, ``exec`` any statement, with or
without ``!`` (pdb's own help topic), ``;;`` the separator of several commands on one line."""

LONG_NAMES: Final = frozenset(COMMANDS)

_LONG_NAME_OF: Final = {short: command.name for command in COMMANDS.values() for short in command.shorts}


def those(which: Callable[[Command], bool]) -> frozenset[str]:
    """Long names of the commands of which something is so."""
    return frozenset(name for name, command in COMMANDS.items() if which(command))


LEAVING: Final = those(lambda command: command.leaves)
RESTARTING: Final = those(lambda command: command.restarts)


def long_name(word: str) -> str | None:
    """The long name of a command typed as ``word``; ``None`` if pdb has no such command."""
    command = COMMANDS.get(word)
    return word if command is not None and command.typed else _LONG_NAME_OF.get(word)
