"""Starts a program behind its leader, on a terminal of its own: warm where that can be."""

from __future__ import annotations

import os
import shutil
import sys
import threading

from pdbcoach.engine import cold, sandbox, warm
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.program import Program, Started
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import kernel


def launch(program: Program, limits: Limits, *, may_be_warm: bool, in_sandbox: bool) -> Started:
    """Run ``program``. Raises PdbcoachError if it cannot be run."""
    if in_sandbox:
        return cold.start(sandbox.boxed(program, limits))
    started = warm.start(program) if may_be_warm else None
    return started or cold.start(program)


def executable(python: str | os.PathLike[str] | None) -> str:
    """The absolute path of an interpreter: a path, a name on PATH, or ``None`` for the running one."""
    wanted = sys.executable if python is None else os.fspath(python)
    found = shutil.which(wanted)
    if found is None:
        raise PdbcoachError(f"no such interpreter: {wanted}", "Give a path, or a name that is on PATH.")
    return os.path.abspath(found)


class Subreaper:
    """Makes this process adopt orphans while any session is open, should a leader be killed."""

    _lock = threading.Lock()
    _holders = 0

    @classmethod
    def acquire(cls) -> None:
        with cls._lock:
            cls._holders += 1
            kernel.adopt_orphans(True)

    @classmethod
    def release(cls) -> None:
        with cls._lock:
            cls._holders -= 1
            if cls._holders == 0:
                kernel.adopt_orphans(False)
