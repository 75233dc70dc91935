"""A program that starts in a Python of its own."""

from __future__ import annotations

import os
import sys

from pdbcoach.engine import spawn
from pdbcoach.engine.environment import Folder
from pdbcoach.engine.terminal import DEFAULT_SIZE


def test_a_fork_that_fails_before_exec_ends_there() -> None:
    """If pdbcoach is killed, its folder may be gone before the new process is in it."""
    folder = Folder.make([], "")
    folder.work.rmdir()
    try:
        started = spawn.start((sys.executable, "-c", "pass"), {}, folder, DEFAULT_SIZE)
        _, status = os.waitpid(started.leader, 0)
        os.close(started.master)
        assert os.waitstatus_to_exitcode(status) == os.EX_OSERR
    finally:
        folder.remove()
