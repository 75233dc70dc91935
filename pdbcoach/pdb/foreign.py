"""Words of other debuggers, and what pdb has for them: one row for each meaning."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from msgspec import Struct


class Foreign(Struct, frozen=True):
    """Words that somebody used to another tool types at pdb's prompt."""

    words: tuple[str, ...]
    """Whole lines in small letters. `` N`` is any numbers, ``...`` is anything."""
    here: str | None = None
    """What pdb has that does the same; None if it has nothing."""
    nearest: str = ""
    """What comes nearest if nothing does the same; a message of the catalogue."""


def _message(text: str) -> str:
    return text


_ALL_OF_THEM: Final = tuple(
    f"{verb}{what}" for verb in ("delete", "del") for what in ("", " break", " breakpoints", " breakpoint")
)

FOREIGN: Final = (
    # gdb, lldb and most others
    Foreign(
        ("finish", "fin", "stepout", "step out", "out"),
        nearest=_message("The nearest is `r`: it stops where the function returns, still inside it."),
    ),
    Foreign(("stepin", "step into", "step in", "into"), "s"),
    Foreign(("step over", "over"), "n"),
    Foreign(("stepi", "nexti", "x/...")),
    Foreign(("go", "resume"), "c"),
    Foreign(("start",), "restart"),
    Foreign(("bye", "leave", "end", "close"), "q"),
    Foreign(
        ("k", "kill", "stop"), nearest=_message("The nearest is `q`: it ends the program and leaves pdb.")
    ),
    Foreign(("info b", "info break", "info breakpoints", "bl", "breakpoint list", "breakpoints"), "b"),
    Foreign(("info args",), "a"),
    Foreign(("info locals", "locals", "variables", "vars"), "p locals()"),
    Foreign(("info stack", "backtrace", "stack"), "w"),
    Foreign(
        ("frame", "frame ...", "info frame"),
        nearest=_message("The nearest are `u` and `d`: they go to the frame above and below."),
    ),
    Foreign(("info", "info ...", "thread", "thread ...", "threads", "layout ...", "tui ...")),
    Foreign(
        ("watch ...",),
        nearest=_message(
            "The nearest is `display EXPRESSION`: it shows a changed value at each stop, but doesn't stop "
            "for it."
        ),
    ),
    Foreign(("set var ...", "set variable ...", "set ... = ...", "set ...=..."), "!NAME = VALUE"),
    Foreign(("set ...",), nearest=_message("To change a variable, type `!NAME = VALUE`.")),
    Foreign(("show ...", "handle ...", "catch ...", "signal ...", "attach ...", "detach")),
    Foreign(("inspect ...",), "p EXPRESSION"),
    Foreign(("ptype ...",), "whatis EXPRESSION"),
    Foreign(("call ...",), "!EXPRESSION"),
    Foreign(("breakpoint ...", "bp ...", "br ...", "stop ..."), "b LINE"),
    Foreign(("goto ...",), "j LINE"),
    Foreign(("advance ...",), "until LINE"),
    Foreign(("tb", "tb ..."), "tbreak LINE"),
    Foreign(_ALL_OF_THEM, "clear"),
    Foreign((*(f"{words} N" for words in _ALL_OF_THEM), "delete b N", "del b N"), "clear NUMBER"),
    Foreign(("reverse-step", "reverse-next", "reverse-continue", "reverse-finish", "record", "rewind")),
    Foreign(("register read", "disassemble", "checkpoint")),
    # delve
    Foreign(("clearall",), "clear"),
    Foreign(("goroutine", "goroutines", "goroutine ...")),
    # node inspect
    Foreign(("repl",), "interact"),
    Foreign(("watchers",), "display"),
    Foreign(("unwatch ...",), "undisplay EXPRESSION"),
    # ipdb, pdb++ and pudb
    Foreign(("sticky",), nearest=_message("The nearest is `ll`: it lists the function once.")),
    Foreign(("pinfo ...", "pinfo2 ...")),
    Foreign(("psource ...", "psource2 ..."), "source EXPRESSION"),
    Foreign(("context ...", "skip_hidden ...", "skip_predicates ...")),
    # menus of editors
    Foreign(
        ("toggle breakpoint",), nearest=_message("`b LINE` sets a breakpoint, and `clear NUMBER` deletes it.")
    ),
    Foreign(("add watch",), "display EXPRESSION"),
    Foreign(("evaluate ...", "eval ..."), "p EXPRESSION"),
    Foreign(("run to cursor",), "until LINE"),
    Foreign(("step back", "reverse")),
)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], Foreign], ...]:
    return tuple((re.compile("|".join(map(_pattern, row.words))), row) for row in FOREIGN)


def _pattern(words: str) -> str:
    return re.escape(words).replace(re.escape("..."), ".+").replace(re.escape(" N"), r"(?: \d+)+")


def foreign(line: str) -> Foreign | None:
    """Return what ``line`` means in another debugger, or None if it is no word of one."""
    words = " ".join(line.lower().split())
    return next((row for pattern, row in _patterns() if pattern.fullmatch(words)), None)
