"""The commands of pdb: their long names, their short forms, and which of them a line uses."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

SHORT_FORMS: Final = MappingProxyType(
    {
        "help": ("h", "?"),
        "where": ("w", "bt"),
        "up": ("u",),
        "down": ("d",),
        "break": ("b",),
        "tbreak": (),
        "clear": ("cl",),
        "disable": (),
        "enable": (),
        "ignore": (),
        "condition": (),
        "commands": (),
        "silent": (),
        "end": (),
        "step": ("s",),
        "next": ("n",),
        "until": ("unt",),
        "return": ("r",),
        "continue": ("c", "cont"),
        "jump": ("j",),
        "list": ("l",),
        "longlist": ("ll",),
        "args": ("a",),
        "p": (),
        "pp": (),
        "whatis": (),
        "source": (),
        "display": (),
        "undisplay": (),
        "interact": (),
        "alias": (),
        "unalias": (),
        "!": (),
        "exec": (),
        ";;": (),
        "run": (),
        "restart": (),
        "quit": ("q",),
        "exit": (),
        "EOF": (),
        "debug": (),
        "retval": ("rv",),
        "exceptions": (),
    }
)
"""Long name → short forms. ``!`` is a statement written with it, ``exec`` any statement, with or
without ``!`` (pdb's own help topic), ``;;`` the separator of several commands on one line."""

LONG_NAMES: Final = frozenset(SHORT_FORMS)

_LONG_NAME_OF: Final = {short: name for name, shorts in SHORT_FORMS.items() for short in shorts}
_NOT_TYPED_AS_A_WORD: Final = frozenset({"!", "exec", ";;"})
_ONLY_IN_COMMAND_LISTS: Final = frozenset({"silent", "end"})
_QUOTED_OR_SEPARATOR: Final = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|(;;)""")


def long_name(word: str) -> str | None:
    """The long name of a command typed as ``word``; ``None`` if pdb has no such command."""
    if word in LONG_NAMES and word not in _NOT_TYPED_AS_A_WORD:
        return word
    return _LONG_NAME_OF.get(word)


def resolve(line: str, *, in_command_list: bool = False) -> str | None:
    """The long name of what ``line`` does first, ``None`` for a bare Enter.

    ``!x = 1`` is ``!``; any other line that is no command is a statement, ``exec``. ``silent`` and
    ``end`` are commands only at the ``(com)`` prompt, hence ``in_command_list``.
    """
    used = resolve_all(line, in_command_list=in_command_list)
    return used[0] if used else None


def resolve_all(line: str, *, in_command_list: bool = False) -> tuple[str, ...]:
    """The long names of everything that ``line`` uses, in order; ``;;`` counts where it separates."""
    used: list[str] = []
    parts = split(line)
    for number, part in enumerate(parts):
        if number:
            used.append(";;")
        used.extend(_resolve_one(part.strip(), in_command_list))
    return tuple(used)


def split(line: str) -> list[str]:
    """The commands of a line, at each ``;;`` outside quotes; the body of an ``alias`` is not split."""
    words = line.split(maxsplit=1)
    if words and words[0] == "alias":
        return [line]
    cuts = [match.start() for match in _QUOTED_OR_SEPARATOR.finditer(line) if match[1]]
    starts = [0, *(cut + 2 for cut in cuts)]
    return [line[start:end] for start, end in zip(starts, [*cuts, len(line)], strict=True)]


def _resolve_one(command: str, in_command_list: bool) -> tuple[str, ...]:
    if not command:
        return ()
    if command[0] == "?":
        return ("help",)
    if command[0] == "!":
        return ("!", "exec")
    word = re.match(r"[A-Za-z0-9_]*", command)
    assert word is not None
    rest = command[word.end() :]
    name = long_name(word[0])
    # `c.a` and `list(x)` are Python: since 3.13 for pdb too, and for whoever reads the line.
    is_python = rest[:1] in (".", "(", "[") and bool(rest)
    if name is None or is_python or (name in _ONLY_IN_COMMAND_LISTS and not in_command_list):
        return ("exec",)
    return (name,)
