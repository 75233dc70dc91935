"""The target's environment variables and work folder: made from nothing, gone afterwards."""

from __future__ import annotations

import os
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
"""Bytes: unix(7) allows a socket's path 107, and multiprocessing makes such ones in ``TMPDIR``."""

WorkFile = str | os.PathLike[str] | tuple[str, str | os.PathLike[str]]
"""A file to copy into the work folder: a path, or (name in the work folder, path)."""


_OF_A_SESSION: Final = frozenset(
    {"HOME", "TMPDIR", wire.SOCKET, wire.TOKEN, wire.TERMINALS, wire.START_METHOD}
)


def base_variables() -> dict[str, str]:
    """What every target's environment holds; nothing of the caller's but ``PATH``."""
    found = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        # Plain text and no redrawing from every version, see docs of PYTHON_BASIC_REPL and NO_COLOR.
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


def variables(
    folder: Folder, token: str, *, shared: bool, start_method: str | None, extra: Mapping[str, str]
) -> dict[str, str]:
    """Everything that the environment of one session's target holds; what is of the session comes last."""
    session = {
        "HOME": str(folder.home),
        "TMPDIR": str(folder.temporary),
        wire.SOCKET: str(folder.socket),
        wire.TOKEN: token,
        wire.TERMINALS: "shared" if shared else "per-process",
    }
    if start_method is not None:
        session[wire.START_METHOD] = start_method
    return {**base_variables(), **extra, **session} | dict(extra)


def at_start_up(environment: Mapping[str, str]) -> dict[str, str]:
    """What an interpreter may look at while it starts: all that is not of the session alone."""
    return {name: value for name, value in environment.items() if name not in _OF_A_SESSION}


def of_the_session(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name in _OF_A_SESSION}


def shapes_the_interpreter(extra: Mapping[str, str]) -> bool:
    """Whether variables of a scenario's own make an interpreter start in a way of its own."""
    return any(name.startswith("PYTHON") or name in _OF_A_SESSION for name in extra)


class Folder(Struct, frozen=True):
    """A session's temporary folder: ``work`` is where the program runs, ``home`` its ``HOME``.

    ``temporary`` is its ``TMPDIR``: what it leaves there goes with the session.
    """

    root: Path
    work: Path
    home: Path
    temporary: Path
    socket: Path

    @classmethod
    def make(cls, files: Iterable[WorkFile], pdbrc: str) -> Folder:
        """Create it with copies of ``files``. Raises OSError when one cannot be copied."""
        parent = os.path.realpath(tempfile.gettempdir())
        if len(os.fsencode(parent)) > _LONGEST_PARENT:
            parent = "/tmp"
        root = make_folder(parent)
        folder = cls(root, root / "work", root / "home", root / "tmp", root / "channel")
        try:
            for made in (folder.work, folder.home, folder.temporary):
                made.mkdir()
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
        """Remove the work folder's path, so that a file in it goes by its own name."""
        return text.replace(f"{self.work}/", "").replace(str(self.work), "")

    def relative(self, file: str) -> str:
        """``file`` as the session names it: relative to the work folder where it lies in it."""
        return file.removeprefix(f"{self.work}/")

    def remove(self) -> None:
        """Remove it, whatever the program has made of it."""
        remove_folder(self.root)

    def keep(self) -> None:
        """It is somebody else's from now on."""
        keep_folder(self.root)
