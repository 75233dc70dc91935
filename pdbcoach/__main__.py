"""``python -m pdbcoach``, and the command ``pdbcoach``."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130
"""``errors.Exit.INTERRUPTED``, which is yet to be imported."""


def run() -> int:
    """One command, as a process of its own. Returns its exit code.

    Ctrl-C always ends it with 130, whatever is being imported: there is nothing yet that has to be
    ended first, and a traceback tells nobody anything.
    """
    is_obeyed = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not in a script's background
    if is_obeyed:
        signal.signal(signal.SIGINT, _end)
    from pdbcoach.cli import main

    if is_obeyed:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = main()
    if is_obeyed:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what remains is short
    if code == _INTERRUPTED:
        # Where a text was executed when it came, as in some imports, `python -m` would end by the signal.
        atexit._run_exitfuncs()
        os._exit(code)
    # At its end an interpreter looks twice for cycles in all there is: a tenth of a short command's time.
    gc.freeze()
    return code


def _end(number: int, frame: FrameType | None) -> None:
    try:
        os.write(2, b"pdbcoach: interrupted\n")
    finally:
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
