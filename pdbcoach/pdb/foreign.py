"""Words of other debuggers, and what pdb has for them: one row for each meaning."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct


class Foreign(Struct, frozen=True):
    """Words that somebody used to another tool types at pdb's prompt."""

    words: tuple[str, ...]
    """Whole lines in small letters. `` N`` at the end is any breakpoint numbers, `` ...`` is anything."""
    here: str | None
    """What pdb has for it; None if it has nothing."""


_DELETE: Final = tuple(
    f"{verb}{what}{numbers}"
    for verb in ("del", "delete")
    for what in ("", " b", " break", " breakpoint", " breakpoints")
    for numbers in ("", " N")
)

FOREIGN: Final = (
    # gdb, lldb and most others
    Foreign(("finish", "fin", "stepout", "step out", "out"), "r"),
    Foreign(("stepi", "stepin", "step into", "step in", "into"), "s"),
    Foreign(("nexti", "step over", "over"), "n"),
    Foreign(("go", "resume"), "c"),
    Foreign(("start",), "restart"),
    Foreign(("k", "kill", "bye", "end", "leave", "stop", "close"), "q"),
    Foreign(("info b", "info break", "info breakpoints", "bl", "breakpoint list", "breakpoints"), "b"),
    Foreign(("info args",), "a"),
    Foreign(("info locals", "locals", "variables", "vars"), "p locals()"),
    Foreign(("info stack", "info frame", "backtrace", "stack", "frame", "thread ..."), "w"),
    Foreign(("info source",), "l"),
    Foreign(("info line",), "l ."),
    Foreign(("info", "info ..."), "help"),
    Foreign(("watch ...",), "display EXPRESSION"),
    Foreign(("set ...",), "!NAME = VALUE"),
    Foreign(("echo ...", "inspect ...", "examine ...", "show ..."), "p EXPRESSION"),
    Foreign(("call ...",), "!EXPRESSION"),
    Foreign(("breakpoint ...", "bp ...", "br ...", "stop ..."), "b LINE"),
    Foreign(("goto ...",), "j LINE"),
    Foreign(("advance ...",), "until LINE"),
    Foreign(("tb ...",), "tbreak LINE"),
    Foreign(_DELETE, "clear NUMBER"),
    Foreign(("reverse-step", "reverse-next", "reverse-continue", "reverse-finish", "record", "rewind"), None),
    Foreign(("register read", "disassemble", "checkpoint"), None),
    # delve
    Foreign(("clearall",), "clear"),
    Foreign(("goroutine", "goroutines", "goroutine ..."), None),
    # node inspect
    Foreign(("repl",), "interact"),
    Foreign(("watchers",), "display"),
    Foreign(("unwatch ...",), "undisplay EXPRESSION"),
    # ipdb, pdb++ and pudb
    Foreign(("sticky",), "ll"),
    Foreign(("pinfo ...", "pinfo2 ..."), "whatis EXPRESSION"),
    Foreign(("psource ...", "psource2 ..."), "source EXPRESSION"),
    Foreign(("context ...", "skip_hidden ...", "skip_predicates ..."), None),
    # menus of editors
    Foreign(("toggle breakpoint",), "b LINE"),
    Foreign(("add watch",), "display EXPRESSION"),
    Foreign(("evaluate ...", "eval ..."), "p EXPRESSION"),
    Foreign(("run to cursor",), "until LINE"),
    Foreign(("step back", "reverse"), None),
)

_BY_WORDS: Final = {words: row for row in FOREIGN for words in row.words}


def foreign(line: str) -> Foreign | None:
    """Return what ``line`` means in another debugger, or None if it is no word of one."""
    words = " ".join(line.lower().split())
    numbered = re.sub(r"( \d+)+$", " N", words)
    first, blank, _rest = words.partition(" ")
    found = (words, numbered, f"{first} ..." if blank else "")
    return next((_BY_WORDS[one] for one in found if one in _BY_WORDS), None)
