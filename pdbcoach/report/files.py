"""Write reports to files, completely or not at all, and check beforehand that it is possible."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from pdbcoach.errors import PdbcoachError
from pdbcoach.whole_file import replace_file

STANDARD_OUTPUT: Final = "-"


def check(destination: str, what: str) -> None:
    """Raise PdbcoachError if ``write`` could not write ``what`` (such as ``JSON``) there."""
    if destination == STANDARD_OUTPUT:
        return
    path = Path(os.path.realpath(destination))
    if path.is_dir():
        raise PdbcoachError(f"cannot write {what} to {destination}: it is a folder")
    if not path.parent.is_dir():
        raise PdbcoachError(f"cannot write {what} to {destination}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PdbcoachError(f"cannot write {what} to {destination}: permission denied")


def write(destination: str, text: str, what: str) -> None:
    """Write ASCII text to a file, or to standard output for ``-``.

    The file appears complete: a reader never sees half of it, and if writing fails, an older file stays
    as it was and nothing else is left. Raises PdbcoachError, BrokenPipeError.
    """
    if destination == STANDARD_OUTPUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path = Path(os.path.realpath(destination))
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="ascii")  # a device or a pipe can't be replaced
        else:
            replace_file(path, text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PdbcoachError(f"cannot write {what} to {destination}: {error.strerror or error}") from error
