"""The files of a scenario: found beside it, kept inside its pack, named as in the work folder."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path

from pdbcoach.form.source import pack_root
from pdbcoach.scenario.model import SourceFile

PROGRAMS = "programs"
MAX_FILES = 500
"""Files in one listed folder."""
MAX_BYTES_COPIED = 64 * 1024 * 1024
"""Bytes of all files of one scenario, which are copied for each session."""


class PathError(Exception):
    """Why a path cannot be used, and what to do."""


class Surroundings:
    """A scenario's folder ``here`` and its pack's ``root``, with symlinks resolved."""

    def __init__(self, scenario: Path) -> None:
        self.here = scenario.parent.resolve()
        self.root = pack_root(self.here)

    def find(self, name: str) -> list[SourceFile]:
        """Return the file called ``name``, or all files of that folder.

        ``name`` is relative to the scenario or to ``programs/`` beside it. Raises ``PathError``.
        """
        clean = self._clean(name)
        place = self._place(clean)
        try:
            resolved = place.resolve(strict=True)
            self._check_inside(name, resolved)
            if resolved.is_file():
                return [SourceFile(self._work_name(name, place), resolved)]
            if resolved.is_dir():
                return self._folder(name, place)
        except FileNotFoundError:
            raise PathError(self._not_found(name, clean)) from None
        except (
            OSError,
            RuntimeError,
            ValueError,
        ) as error:  # RuntimeError: a loop of symlinks, before Python 3.13
            reason = getattr(error, "strerror", None) or str(error)
            raise PathError(f"`{_short(name)}` cannot be used: {reason}") from None
        raise PathError(f"`{name}` is neither a file nor a folder")

    def find_module(self, module: str) -> list[SourceFile]:
        """Return what ``-m module`` runs, after the packages that contain it; empty if it is not here."""
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            raise PathError(f"`{_short(module)}` is not the name of a module")
        path = "/".join(parts)
        for candidate in (f"{path}.py", f"{path}/__main__.py"):
            try:
                found = self.find(candidate)
            except PathError:
                continue
            packages = parts if candidate.endswith("/__main__.py") else parts[:-1]
            chain = ["/".join(packages[: end + 1]) + "/__init__.py" for end in range(len(packages))]
            return [file for init in chain for file in self._find_if_any(init)] + found
        return []

    def _find_if_any(self, name: str) -> list[SourceFile]:
        try:
            return self.find(name)
        except PathError:
            return []

    def _clean(self, name: str) -> str:
        if not name.strip():
            raise PathError("the path is empty")
        if "\\" in name:
            raise PathError(f"`{_short(name)}` has a backslash; write `/` between folders")
        if name.startswith("/"):
            raise PathError(f"`{_short(name)}` is an absolute path; write it relative to the scenario file")
        clean = posixpath.normpath(name)
        self._check_inside(name, Path(os.path.normpath(self.here / clean)))
        return clean

    def _check_inside(self, name: str, place: Path) -> None:
        if not place.is_relative_to(self.root):
            raise PathError(f"`{_short(name)}` leads out of the pack ({self.root}); copy the file into it")

    def _place(self, clean: str) -> Path:
        beside = self.here / clean
        in_programs = self.here / PROGRAMS / clean
        if not clean.startswith("..") and not os.path.lexists(beside) and os.path.lexists(in_programs):
            return in_programs
        return beside

    def _not_found(self, name: str, clean: str) -> str:
        if clean.startswith(("..", PROGRAMS + "/")):
            return f"there is no `{_short(name)}`"
        return f"there is no `{_short(name)}` beside the scenario and no `{PROGRAMS}/{_short(name)}`"

    def _folder(self, name: str, place: Path) -> list[SourceFile]:
        files = []
        for path in _walk(place):
            if path.is_symlink() and path.is_dir():
                raise PathError(
                    f"`{name}` contains `{path.name}`, a symlink to a folder; list that folder itself"
                )
            resolved = path.resolve(strict=True)
            self._check_inside(f"{name}/{path.name}", resolved)
            if not resolved.is_file():
                raise PathError(f"`{name}` contains `{path.name}`, which is not a regular file")
            files.append(SourceFile(self._work_name(name, path), resolved))
            if len(files) > MAX_FILES:
                raise PathError(f"`{name}` has more than {MAX_FILES} files; list those that are needed")
        if not files:
            raise PathError(f"`{name}` is an empty folder")
        return files

    def _work_name(self, name: str, place: Path) -> str:
        parts = Path(os.path.relpath(place, self.here)).parts
        above = len([part for part in parts if part == ".."])
        inner = parts[above:]
        if inner[0] == PROGRAMS and len(inner) > 1:
            return "/".join(inner[1:])
        if above:
            raise PathError(f"`{name}` lies above the scenario and so has no place in the work folder")
        return "/".join(inner)


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below ``folder`` in a fixed order, without byte code. Symlinked folders are files."""
    pending = [folder]
    while pending:
        entry = pending.pop()
        if entry == folder or (entry.is_dir() and not entry.is_symlink()):
            inner = (one for one in entry.iterdir() if one.name != "__pycache__" and one.suffix != ".pyc")
            pending += sorted(inner, reverse=True)
        else:
            yield entry


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:100] + "…"
