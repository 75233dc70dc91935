"""Ties this process to the one that started it."""

from __future__ import annotations

import os
import signal

from pdbcoach.shim import kernel


def end_with_parent(parent: int) -> None:
    """Be killed as soon as the process ``parent``, which started this one, has ended, however it ends."""
    kernel.get_at_end_of_parent(signal.SIGKILL)
    if os.getppid() != parent:  # it has ended before it was asked
        os.kill(os.getpid(), signal.SIGKILL)
