"""Requests to Linux that the standard library does not offer.

Made by ``_ctypes`` alone. A leader may be a copy of the target's interpreter, one for each session,
and what ``ctypes`` adds in Python takes it longer to load than all else that it does.
"""

from __future__ import annotations

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_CHILD_SUBREAPER = 36
_ADDR_NO_RANDOMIZE = 0x0040000  # personality(2)
_RTLD_NOW = 2


def adopt_orphans(on: bool = True) -> None:
    """Make this process the parent of whatever below it loses its own, or stop doing so."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def get_at_end_of_parent(number: int) -> None:
    """Have the signal ``number`` sent to this process when the thread ends that started it."""
    _call("prctl", _PR_SET_PDEATHSIG, number, 0, 0, 0)


def keep_addresses() -> None:
    """Have what this process executes lie at the same addresses in every run, as gdb does."""
    _call("personality", _ADDR_NO_RANDOMIZE)


def _call(function: str, *arguments: int) -> None:
    import _ctypes

    library = _ctypes.dlopen(None, _RTLD_NOW)  # type: ignore[arg-type]  # all that is loaded
    _ctypes.call_function(_ctypes.dlsym(library, function), arguments)
