"""System calls that the standard library doesn't offer.

They use ``_ctypes`` alone. Each session's leader may be a copy of the target's interpreter, and importing
``ctypes`` there would take longer than everything else that a leader does.
"""

from __future__ import annotations

_PR_SET_PDEATHSIG = 1  # prctl(2)
_PR_SET_CHILD_SUBREAPER = 36
_ADDR_NO_RANDOMIZE = 0x0040000  # personality(2)
_RTLD_NOW = 2


def adopt_orphans(on: bool = True) -> None:
    """Make this process the parent of its orphaned descendants, or stop doing so."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, int(on), 0, 0, 0)


def get_at_end_of_parent(number: int) -> None:
    """Send the signal ``number`` to this process when the thread that started it ends."""
    _call("prctl", _PR_SET_PDEATHSIG, number, 0, 0, 0)


def keep_addresses() -> None:
    """Give what this process executes the same addresses in every run, as gdb does."""
    _call("personality", _ADDR_NO_RANDOMIZE)


def _call(function: str, *arguments: int) -> None:
    import _ctypes

    library = _ctypes.dlopen(None, _RTLD_NOW)  # type: ignore[arg-type]  # all that is loaded
    _ctypes.call_function(_ctypes.dlsym(library, function), arguments)
