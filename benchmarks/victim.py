"""A ``pdbcoach replay`` that is ended in the middle, as a person or a machine would end it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import Final

from worker import TIMEOUT_FACTOR, Job

WAYS: Final = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)

_PATIENCE: Final = 60.0
"""Seconds that it may take to end."""


@dataclass(frozen=True, slots=True)
class Ending:
    code: int
    """As in ``subprocess``: negative if the signal itself ended it."""
    traceback: bool
    """It printed a traceback."""
    stuck: bool
    """It had to be killed."""

    def __str__(self) -> str:
        how = "killed, because it did not end" if self.stuck else f"exit {self.code}"
        return f"{how}, with a traceback" if self.traceback else how


def end_in_the_middle(job: Job, way: signal.Signals, after: float) -> Ending:
    """Send the signal after so many seconds, unless it has ended, and wait for its end."""
    how = ["--python", job.target.executable, "--quiet", "--timeout-factor", str(TIMEOUT_FACTOR)]
    process = subprocess.Popen(
        [sys.executable, "-m", "pdbcoach", "replay", str(job.scenario.path), *how],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    stuck = False
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        # Ctrl-C goes to the whole group, as in a terminal.
        (os.killpg if way == signal.SIGINT else os.kill)(process.pid, way)
    try:
        output, _ = process.communicate(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        stuck = True
        process.kill()
        output, _ = process.communicate()
    return Ending(process.returncode, "Traceback" in output, stuck)
