"""Console scripts of the target, such as ``pytest``: found beside its interpreter, and run by it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from pdbcoach.errors import PdbcoachError

PLACE: Final = "{bin}/"
"""What a command line begins with, after ``python``, if the next word is the name of a console script."""

_HEAD: Final = 256
"""Bytes in which a script names its interpreter."""


def missing(python: str, words: Sequence[str]) -> str:
    """Return the name of the console script that ``words`` begin with if this Python lacks it, or ``""``."""
    name = _name(words)
    return name if name and _path(python, name) is None else ""


def resolved(python: str, words: Sequence[str]) -> tuple[str, ...]:
    """Return ``words`` with the path of the console script, if they begin with one. Raises PdbcoachError."""
    name = _name(words)
    if not name:
        return tuple(words)
    path = _path(python, name)
    if path is None:
        raise PdbcoachError(
            f"{python} has no console script `{name}`", f"install what it belongs to: {python} -m pip install"
        )
    return (path, *words[1:])


def _name(words: Sequence[str]) -> str:
    return words[0].removeprefix(PLACE) if words and words[0].startswith(PLACE) else ""


def _path(python: str, name: str) -> str | None:
    """Return the path of a script, or None if there is none or it isn't for Python."""
    path = os.path.join(os.path.dirname(python), name)
    try:
        with open(path, "rb") as stream:
            head = stream.read(_HEAD)
    except OSError:
        return None
    # pip writes `#!/bin/sh` before a path that is too long, and then executes Python.
    return path if head.startswith(b"#!") and b"python" in head else None
