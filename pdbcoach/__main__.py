"""The command ``pdbcoach``, also as ``python -m pdbcoach``."""

import sys

if __name__ == "__main__" and __spec__ is not None and not sys.flags.safe_path:
    # `python -m` searches the current folder first, and a stranger's files may be in it.
    del sys.path[0]

import atexit
import gc
import os
import signal
from types import FrameType

_INTERRUPTED = 130
"""``errors.Exit.INTERRUPTED``, which is not imported yet."""


def run() -> int:
    """Run one command as a process of its own and return its exit code.

    Ctrl-C ends it with 130 and without a traceback even while modules are imported, when there is nothing
    to clean up yet.
    """
    is_obeyed = (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )  # False in a background job of a script
    if is_obeyed:
        signal.signal(signal.SIGINT, _end)
    from pdbcoach.cli import main

    if is_obeyed:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = main()
    if is_obeyed:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the rest is short
    if code == _INTERRUPTED:
        # If SIGINT came during an `exec`, as in some imports, `python -m` would exit by the signal.
        atexit._run_exitfuncs()
        os._exit(code)
    # At exit, the interpreter searches all objects for cycles twice: a tenth of a short command's time.
    gc.freeze()
    return code


def _end(number: int, frame: FrameType | None) -> None:
    try:
        os.write(2, b"pdbcoach: interrupted\n")
    finally:
        os._exit(_INTERRUPTED)


if __name__ == "__main__":
    sys.exit(run())
