"""The commands of pdb, one row each: their names, and every fact about them that pdbcoach uses.

To add a command, add a row. A row without ``purpose`` or ``since`` is a ``TypeError``, because there is no
safe default for either. Nothing else in the package lists command names: ask ``those`` or ``spelled``.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final, Literal

from msgspec import Struct

CommandPurpose = Literal["look", "change", "move"]
"""Why a command is typed: to see something, to change something, or to make the program run."""

Argument = Literal["nothing", "code", "line", "lines", "place", "place or numbers", "condition", "other"]
"""What a command takes after its name. ``line`` is a line number, ``lines`` a range such as ``3,9``;
``place`` is a line, ``FILE:LINE`` or a function; ``condition`` is a breakpoint's number and an expression."""

Shows = Literal["value", "type", "source", "arguments", "stack"]


class Command(Struct, frozen=True):
    """One command of pdb. The facts are those of CPython's ``Lib/pdb.py`` and its documentation."""

    name: str
    """The long name."""
    purpose: CommandPurpose
    since: tuple[int, int]
    """The first Python that has it; ``ALWAYS`` if all those do that pdbcoach debugs with."""
    shorts: tuple[str, ...] = ()
    bare: CommandPurpose | None = None
    """The purpose without an argument, where it differs: ``b`` alone shows the table."""
    argument: Argument = "other"
    shows: Shows | None = None
    """What it prints, if a step can ask for that."""
    typed: bool = True
    """Typed as a word. False for ``!``, ``;;`` and ``exec``, pdb's help topic for a statement."""
    is_topic: bool = True
    """Worth naming in a list of commands used. False for the separator and for plain statements."""
    only_in_lists: bool = False
    """A command only at the ``(com)`` prompt."""
    same_everywhere: bool = False
    """Its output is the same on every Python, so ``record`` asserts it."""
    turns: bool = False
    """It looks, but leaves something changed: the selected frame, or what is displayed."""
    changes_line: bool = False
    """Another line is current, or selected, afterwards."""
    within_frame: bool = False
    """It runs to a line of the selected frame, even if that isn't the newest one."""
    confused_with: str | None = None
    """The command that learners confuse with it."""
    count_in_gdb: bool = False
    """gdb takes a repeat count after it; pdb doesn't."""
    callable_too: bool = False
    """Python has a function of this name that makes sense without arguments, such as ``list()``."""
    sets_breakpoint: bool = False
    leaves: bool = False
    restarts: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to type its name, the long one first."""
        return (self.name, *self.shorts)


ALWAYS: Final = (3, 9)

_ROWS: Final = (
    Command("help", "look", ALWAYS, ("h", "?"), callable_too=True),
    Command("where", "look", ALWAYS, ("w", "bt"), shows="stack", same_everywhere=True),
    Command("up", "look", ALWAYS, ("u",), turns=True, changes_line=True),
    Command("down", "look", ALWAYS, ("d",), turns=True, changes_line=True),
    Command("break", "change", ALWAYS, ("b",), bare="look", argument="place", sets_breakpoint=True),
    Command(
        "tbreak", "change", ALWAYS, bare="look", argument="place", sets_breakpoint=True,
    ),
    Command(
        "clear", "change", ALWAYS, ("cl",), argument="place or numbers",
    ),
    Command("disable", "change", ALWAYS),
    Command("enable", "change", ALWAYS),
    Command("ignore", "change", ALWAYS),
    Command("condition", "change", ALWAYS, argument="condition"),
    Command("commands", "change", ALWAYS),
    Command("silent", "change", ALWAYS, only_in_lists=True),
    Command("end", "change", ALWAYS, only_in_lists=True),
    Command(
        "step", "move", ALWAYS, ("s",), argument="nothing", changes_line=True, confused_with="next",
        count_in_gdb=True,
    ),
    Command(
        "next", "move", ALWAYS, ("n",), argument="nothing", changes_line=True, confused_with="step",
        count_in_gdb=True, within_frame=True,
    ),
    Command(
        "until", "move", ALWAYS, ("unt",), argument="line", changes_line=True, within_frame=True,
    ),
    Command(
        "return", "move", ALWAYS, ("r",), argument="nothing", changes_line=True,
    ),
    Command(
        "continue", "move", ALWAYS, ("c", "cont"), argument="nothing", changes_line=True, count_in_gdb=True,
    ),
    Command(
        "jump", "move", ALWAYS, ("j",), argument="line", changes_line=True,
    ),
    Command(
        "list", "look", ALWAYS, ("l",), argument="lines", shows="source", same_everywhere=True,
        callable_too=True,
    ),
    Command("longlist", "look", ALWAYS, ("ll",), argument="nothing", shows="source", same_everywhere=True),
    Command("args", "look", ALWAYS, ("a",), argument="nothing", shows="arguments", same_everywhere=True),
    Command("p", "look", ALWAYS, argument="code", shows="value", same_everywhere=True),
    Command("pp", "look", ALWAYS, argument="code", shows="value", same_everywhere=True),
    Command("whatis", "look", ALWAYS, argument="code", shows="type", same_everywhere=True),
    Command("source", "look", ALWAYS, argument="code", shows="source", same_everywhere=True),
    Command(
        "display", "look", ALWAYS, argument="code", shows="value", same_everywhere=True, turns=True
    ),
    Command("undisplay", "look", ALWAYS, argument="code", turns=True),
    Command("interact", "change", ALWAYS),
    Command("alias", "change", ALWAYS, bare="look"),
    Command("unalias", "change", ALWAYS),
    Command("!", "change", ALWAYS, typed=False, same_everywhere=True),
    Command("exec", "change", ALWAYS, typed=False, is_topic=False, same_everywhere=True),
    Command(";;", "change", ALWAYS, typed=False, is_topic=False),
    Command("run", "move", ALWAYS, restarts=True),
    Command("restart", "move", ALWAYS, restarts=True),
    Command("quit", "move", ALWAYS, ("q",), leaves=True, callable_too=True),
    Command("exit", "move", ALWAYS, leaves=True, callable_too=True),
    Command("EOF", "move", ALWAYS, leaves=True),
    Command("debug", "move", ALWAYS, argument="code"),
    Command("retval", "look", ALWAYS, ("rv",), argument="nothing", same_everywhere=True),
    Command("exceptions", "look", (3, 13), turns=True),
)  # fmt: skip

COMMANDS: Final = MappingProxyType({command.name: command for command in _ROWS})
"""Every command by its long name."""

_BY_WORD: Final = {word: row for row in _ROWS if row.typed for word in row.spellings}


def those(which: Callable[[Command], bool]) -> frozenset[str]:
    """Return the long names of the commands for which ``which`` is true."""
    return frozenset(command.name for command in _ROWS if which(command))


def spelled(which: Callable[[Command], bool]) -> tuple[str, ...]:
    """Return every spelling, long or short, of the typed commands for which ``which`` is true, sorted."""
    return tuple(sorted(word for word, command in _BY_WORD.items() if which(command)))


def find(word: str) -> Command | None:
    """Return the command that is typed as ``word``, or None if pdb has no such command."""
    return _BY_WORD.get(word)
