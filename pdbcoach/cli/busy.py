"""Keep the processors busy: a scenario must pass on a loaded machine, too."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

# Exits by itself if pdbcoach is killed.
_BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(100_000):
        pass
"""


@contextmanager
def busy_processors() -> Iterator[int]:
    """Keep every processor that this process may use busy in the block; yield how many there are."""
    number = len(os.sched_getaffinity(0))
    with ExitStack() as ending:
        for _ in range(number):
            child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _BUSY],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            ending.callback(child.wait)
            ending.callback(child.kill)
        yield number
