"""Ends this process when its parent ends."""

from __future__ import annotations

import os
import signal

from pdbcoach.shim import kernel


def end_with_parent(parent: int) -> None:
    """Make the kernel kill this process as soon as its parent ``parent`` has ended, however it ends."""
    kernel.get_at_end_of_parent(signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call
        os.kill(os.getpid(), signal.SIGKILL)
