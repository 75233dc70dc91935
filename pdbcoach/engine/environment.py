"""The target's environment variables and work folder. Both are made for the session and end with it."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct

from pdbcoach.engine.temporary import LONGEST_NAME, keep_folder, make_folder, remove_folder
from pdbcoach.shim import wire

SHIM: Final = Path(__file__).resolve().parent.parent / "shim"

_LONGEST_PARENT: Final = 107 - LONGEST_NAME - len("/tmp/pymp-01234567/listener-01234567")
"""Bytes. unix(7) allows 107 for a socket's path, and multiprocessing creates such paths in ``TMPDIR``."""

WorkFile = str | os.PathLike[str] | tuple[str, str | os.PathLike[str]]
"""A file to copy into the work folder: a path, or (name in the work folder, path)."""


WORK: Final = "[work]"
"""What the work folder's own path becomes in output. It is the same in every run."""

_OF_A_SESSION: Final = frozenset(
    {"HOME", "TMPDIR", wire.SOCKET, wire.TOKEN, wire.TERMINALS, wire.START_METHOD}
)


def base_variables() -> dict[str, str]:
    """Return the variables that every target gets. Only ``PATH`` comes from the caller's environment."""
    found = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        # Plain output without redrawing on every version; see PYTHON_BASIC_REPL and NO_COLOR in Python's
        # docs.
        "TERM": "dumb",
        "INPUTRC": "/dev/null",
        "NO_COLOR": "1",
        "PYTHON_COLORS": "0",
        "PYTHON_BASIC_REPL": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(SHIM),
    }
    if not sys.dont_write_bytecode:
        found[wire.BYTECODE] = "1"
    if os.environ.get(wire.DEBUG):
        found[wire.DEBUG] = "1"
    return found


def _inherited_variables() -> dict[str, str]:
    """Return the caller's environment, with the shim first on the path."""
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(SHIM), path)))}


def variables(
    folder: Folder,
    token: str,
    *,
    shared: bool,
    start_method: str | None,
    extra: Mapping[str, str],
    inherit: bool = False,
) -> dict[str, str]:
    """Return all variables of one session's target. The session's own come last.

    With ``inherit`` they are the caller's, and only what the shim needs is added.
    """
    own = {"HOME": str(folder.home), "TMPDIR": str(folder.temporary)}
    base = _inherited_variables() if inherit else base_variables() | own
    session = {
        wire.SOCKET: str(folder.socket),
        wire.TOKEN: token,
        wire.TERMINALS: "shared" if shared else "per-process",
    }
    if start_method is not None:
        session[wire.START_METHOD] = start_method
    return {**base, **session, **extra}


def at_start_up(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that may affect an interpreter's start-up: all but the session's own."""
    return {name: value for name, value in environment.items() if name not in _OF_A_SESSION}


def of_the_session(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name in _OF_A_SESSION}


def shapes_the_interpreter(extra: Mapping[str, str]) -> bool:
    """Return True if the variables ``extra`` of a scenario need an interpreter of their own."""
    return any(name.startswith("PYTHON") or name in _OF_A_SESSION for name in extra)


class Folder(Struct, frozen=True):
    """A session's temporary folder. The program runs in ``work``; ``home`` is its ``HOME``.

    ``temporary`` is its ``TMPDIR``, so files there are removed with the session.
    """

    root: Path
    work: Path
    home: Path
    temporary: Path
    socket: Path
    callers: bool = False
    """``work`` is the caller's folder: it isn't removed, and its path stays in output."""

    @classmethod
    def make(cls, files: Iterable[WorkFile], pdbrc: str, cwd: str | os.PathLike[str] | None = None) -> Folder:
        """Create it with copies of ``files``, or to work in the caller's folder ``cwd``. Raises OSError."""
        place = None if cwd is None else Path(cwd).resolve(strict=True)
        if place is not None and not place.is_dir():
            raise NotADirectoryError(f"{cwd} is no folder")
        parent = os.path.realpath(tempfile.gettempdir())
        if len(os.fsencode(parent)) > _LONGEST_PARENT:
            parent = "/tmp"
        root = make_folder(parent)
        work = root / "work" if place is None else place
        folder = cls(root, work, root / "home", root / "tmp", root / "channel", place is not None)
        try:
            for made in (work, folder.home, folder.temporary):
                made.mkdir(exist_ok=made == place)
            for file in files:
                name, path = file if isinstance(file, tuple) else (Path(file).name, file)
                target = folder.work / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            if pdbrc:
                (folder.home / ".pdbrc").write_text(pdbrc, encoding="utf-8")
        except BaseException:
            folder.remove()
            raise
        return folder

    def strip(self, text: str) -> str:
        """Return ``text`` without the work folder's path.

        A file in the folder goes by its own name, and the folder itself is ``[work]``.
        """
        folder = str(self.work)
        if self.callers or folder not in text:
            return text
        # Not a neighbour such as work2. Without a name after it, a slash belongs to the folder.
        path = re.escape(folder) + r"(?:(?P<of_file>/+(?=[^\s/'\")]))|(?![\w+@%~-])(?!\.\w))"
        return re.sub(path, lambda match: "" if match["of_file"] else WORK, text)

    def relative(self, file: str) -> str:
        """Return ``file`` relative to the work folder if it is in there, else unchanged."""
        return file if self.callers else file.removeprefix(f"{self.work}/")

    def remove(self) -> None:
        """Remove it, whatever the program has done to it."""
        remove_folder(self.root)

    def keep(self) -> None:
        """Leave it in place: the caller owns it from now on."""
        keep_folder(self.root)
