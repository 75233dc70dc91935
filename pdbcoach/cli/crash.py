"""The crash log: what is written down when pdbcoach itself has a bug."""

from __future__ import annotations

import os
import shlex
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pdbcoach.cli import versions
from pdbcoach.errors import LAST_TYPED
from pdbcoach.progress.home import state_folder
from pdbcoach.report.escape import visible


def report(error: Exception, words: Sequence[str]) -> str:
    """Write a crash log about ``error`` and return the message for the user, which names it.

    ``words`` is the command line after the program's name. If no file can be written, the message
    contains the log instead.
    """
    what = str(error).partition("\n")[0]
    message = f"pdbcoach: error: this is a bug in pdbcoach: {type(error).__name__}: {what}"
    log = visible("\n".join(line.rstrip("\n") for line in _lines(error, words)))
    folder = state_folder(os.environ)
    try:
        path = _written(folder, log)
    except OSError as problem:
        trouble = f"{folder} can't be written to: {problem.strerror or problem}"
        return f"{message}\n  Please report it with what follows; {trouble}\n\n{log}"
    return f"{message}\n  Please report it with {path}: versions, command, traceback and the last lines typed"


def _lines(error: Exception, words: Sequence[str]) -> list[str]:
    lines = [*versions.running(), _packages(), f"command: {shlex.join(['pdbcoach', *words])}", ""]
    lines += traceback.format_exception(error)
    if LAST_TYPED:
        lines += ["", "last lines typed:", *(f"  {line}" for line in LAST_TYPED)]
    return lines


def _packages() -> str:
    try:
        return versions.packages()
    except Exception as error:  # what has crashed may be the installation itself
        return f"packages: unknown, {error!r}"


def _written(folder: Path, log: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"crash-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{os.getpid()}.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{log}\n")
    return path
