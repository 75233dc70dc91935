"""The parts of pdb and bdb that the shim relies on and that Python doesn't document.

The Python that is debugged runs this file as a script, so it is written in Python 3.9 and imports only the
standard library. It prints the name of every part that is missing, one a line. ``doctor`` runs it.
"""

from __future__ import annotations

import bdb
import cmd
import code
import inspect
import pdb
import sys
import threading
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    Check = Callable[[Any], bool]
    Version = tuple[int, int]


class Internal(NamedTuple):
    """One part. ``since`` is the first Python that has it, ``until`` the first that no longer does."""

    name: str
    holds: Check
    """Takes a debugger that hasn't started. May raise anything if the part is missing."""
    since: Version = (3, 9)
    until: Version = (4, 0)


def _uses(function: Any, *names: str) -> bool:
    """Return whether the function reads or sets attributes of these names."""
    return set(names) <= set(function.__code__.co_names)


def _has_locals(function: Any, *names: str) -> bool:
    """Return whether the function has parameters or local variables of these names."""
    return set(names) <= set(function.__code__.co_varnames)


def _client_asks(debugger: Any) -> bool:
    """The client of ``pdb -p`` asks for its lines in methods that are called ``read_...``."""
    client = vars(pdb)["_PdbClient"]
    reading = [method for name, method in vars(client).items() if name.startswith("read_")]
    return any(_uses(method, "input") for method in reading)


INTERNALS = (
    Internal("Pdb.setup", lambda d: callable(d.setup)),
    Internal("Pdb.forget", lambda d: callable(d.forget)),
    Internal("interaction calls setup", lambda d: "setup" in inspect.getsource(d.interaction)),
    Internal("setup calls forget", lambda d: _uses(d.setup, "forget")),
    Internal("reset calls forget", lambda d: _uses(d.reset, "forget")),
    Internal("set_trace calls _getframe", lambda d: _uses(pdb.set_trace, "_getframe")),
    Internal("interaction(frame)", lambda d: _has_locals(d.interaction, "frame")),
    Internal("Bdb.botframe, quitting", lambda d: _uses(d.set_quit, "botframe", "quitting")),
    Internal(
        "Bdb.stopframe, stoplineno",
        lambda d: _uses(vars(bdb.Bdb)["_set_stopinfo"], "stopframe", "stoplineno"),
    ),
    Internal("Bdb.start_trace", lambda d: callable(d.start_trace), since=(3, 14)),
    Internal("Pdb._last_pdb_instance", lambda d: hasattr(pdb.Pdb, "_last_pdb_instance"), since=(3, 14)),
    Internal("Thread._daemonic", lambda d: _uses(threading.Thread.__init__, "_daemonic"), until=(3, 12)),
    Internal("threading._active", lambda d: isinstance(vars(threading)["_active"], dict)),
    Internal("Cmd.cmdloop reads prompt", lambda d: _uses(cmd.Cmd.cmdloop, "prompt", "use_rawinput")),
    Internal("Cmd.cmdloop has self", lambda d: _has_locals(cmd.Cmd.cmdloop, "self")),
    Internal("Pdb.prompt", lambda d: d.prompt.startswith("(Pdb)")),
    Internal("Pdb.stdout", lambda d: callable(d.stdout.flush)),
    Internal("Pdb.commands_defining", lambda d: d.commands_defining is False),
    Internal("Pdb.aliases", lambda d: isinstance(d.aliases, dict)),
    Internal("Pdb.displaying", lambda d: isinstance(d.displaying, dict)),
    Internal("Pdb.stack, curindex, curframe", lambda d: _uses(d.setup, "stack", "curindex", "curframe")),
    Internal("Pdb.curframe_locals", lambda d: _uses(d.setup, "curframe_locals"), until=(3, 13)),
    Internal("Pdb.canonic", lambda d: d.canonic("<string>") == "<string>"),
    Internal("user_call, user_line", lambda d: callable(d.user_call) and callable(d.user_line)),
    Internal("user_return(return_value)", lambda d: _has_locals(d.user_return, "return_value")),
    Internal("user_exception(exc_info)", lambda d: _has_locals(d.user_exception, "exc_info")),
    Internal("interaction(traceback)", lambda d: _has_locals(d.interaction, "traceback"), until=(3, 13)),
    Internal("interaction(tb_or_exc)", lambda d: _has_locals(d.interaction, "tb_or_exc"), since=(3, 13)),
    Internal(
        "Pdb._chained_exceptions, _chained_exception_index",
        lambda d: hasattr(d, "_chained_exceptions") and hasattr(d, "_chained_exception_index"),
        since=(3, 13),
    ),
    Internal("Breakpoint.bpbynumber", lambda d: isinstance(bdb.Breakpoint.bpbynumber, list)),
    Internal(
        "Breakpoint.number, file, line, ...",
        lambda d: _uses(bdb.Breakpoint.__init__, "number", "file", "line", "temporary", "cond", "hits"),
    ),
    Internal("InteractiveConsole.raw_input", lambda d: _uses(code.InteractiveConsole.raw_input, "input")),
    Internal(
        "_PdbServer.cmdloop reads prompt",
        lambda d: _uses(vars(pdb)["_PdbServer"].cmdloop, "prompt"),
        since=(3, 14),
    ),
    Internal("_PdbClient.read_...", _client_asks, since=(3, 14)),
)


def missing() -> Iterator[str]:
    """Yield the names of the parts that the running Python should have and hasn't."""
    debugger = pdb.Pdb(nosigint=True, readrc=False)
    for one in INTERNALS:
        if one.since <= sys.version_info[:2] < one.until and not _is_so(one.holds, debugger):
            yield one.name


def _is_so(holds: Check, debugger: pdb.Pdb) -> bool:
    try:
        return holds(debugger)
    except Exception:  # whatever a changed pdb may raise, the part is missing
        return False


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in missing()))
