"""``python -m pdbcoach``, and the command ``pdbcoach``."""

from __future__ import annotations

import gc
import sys

from pdbcoach.cli import main


def run() -> int:
    """One command, as a process of its own. Returns its exit code."""
    code = main()
    # At its end an interpreter looks twice for cycles in all there is: a tenth of a short command's time.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(run())
