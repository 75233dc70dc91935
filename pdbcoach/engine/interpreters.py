"""The Pythons on this machine. Each candidate runs once, to say what it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import PdbcoachError

OLDEST, NEWEST = (3, 9), (3, 15)
SUPPORTED = f"CPython {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
VARIABLE = "PDBCOACH_PYTHONS"

Source = Literal["running", "PDBCOACH_PYTHONS", "PATH", "pyenv", "given"]

_SECONDS_TO_ANSWER = 10.0
_QUESTION = (
    "import json, sys; v = sys.version_info; "
    "print(json.dumps([sys.executable, sys.implementation.name, list(v[:3]), v[3], v[4]]))"
)
_PYTHON_NAME = re.compile(r"python(3(\.\d+)?)?")
_VERSION = re.compile(r"(?:python)?(?P<numbers>\d+(?:\.\d+){0,2})")
_RELEASE_LETTERS = {"alpha": "a", "beta": "b", "candidate": "rc", "final": ""}


class Interpreter(Struct, frozen=True):
    """A Python that answered. ``executable`` is absolute; the one of a virtual environment isn't resolved."""

    executable: str
    version: tuple[int, int, int]
    implementation: str = "cpython"
    release: str = ""
    """The suffix of a version before its final release: ``a2``, ``b1``, ``rc3``."""
    sources: tuple[Source, ...] = ("given",)

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version)) + self.release

    @property
    def unsupported(self) -> str:
        """The reason why pdbcoach doesn't debug with it; empty if it does."""
        if self.implementation != "cpython":
            return f"{self.implementation}, not CPython"
        if not OLDEST <= self.version[:2] <= NEWEST:
            return f"not {SUPPORTED}"
        return ""

    def __str__(self) -> str:
        return f"{self.version_text} ({self.executable})"


_Found = Iterator[tuple[Interpreter, Source]]


class NotPythonError(PdbcoachError):
    """A named file doesn't exist, doesn't run, or doesn't answer like Python 3."""


class Discovery(Struct, frozen=True):
    """Every interpreter found, including unsupported ones, and the wrong entries of PDBCOACH_PYTHONS."""

    interpreters: tuple[Interpreter, ...]
    problems: tuple[str, ...]


def running() -> Interpreter:
    """Return the Python that runs pdbcoach. Raises PdbcoachError if it isn't a supported target."""
    if not sys.executable:
        raise PdbcoachError("this Python does not know its own executable", "name one with --python")
    return _supported(_this())


def _this() -> Interpreter:
    """Return the running Python, without starting it."""
    version = sys.version_info
    release = _release(version.releaselevel, version.serial)
    return Interpreter(sys.executable, version[:3], sys.implementation.name, release, ("running",))


def find(name: str) -> Interpreter:
    """Return the interpreter that ``name`` means: a path, a version (``3.13``, ``3.13.0``) or a command.

    Raises PdbcoachError if there is none, or if it isn't a supported target.
    """
    if not name.strip():
        raise PdbcoachError("an empty name names no Python", "give a path, or a version such as 3.13")
    if os.sep in name or name.startswith("~"):
        return _supported(probe(os.path.abspath(os.path.expanduser(name))))
    wanted = _VERSION.fullmatch(name)
    if wanted is None:
        return _supported(_command(name))
    numbers = tuple(int(number) for number in wanted["numbers"].split("."))
    if name.startswith("python"):
        # As in a shell, the first one on PATH, unless it is a pyenv shim for a version that isn't installed.
        try:
            return _supported(_command(name))
        except NotPythonError:
            pass
    if len(numbers) > 1 and not OLDEST <= numbers[:2] <= NEWEST:
        raise PdbcoachError(
            f"Python {wanted['numbers']} is no target of pdbcoach", f"it debugs with {SUPPORTED}"
        )
    return _newest_of(numbers)


def _newest_of(numbers: tuple[int, ...]) -> Interpreter:
    """Return the newest interpreter whose version starts with ``numbers``. Raises PdbcoachError."""
    found = [one for one in discover().interpreters if not one.unsupported]
    matching = [one for one in found if one.version[: len(numbers)] == numbers]
    if not matching:
        raise PdbcoachError(
            f"no Python {'.'.join(map(str, numbers))} found",
            f"found: {', '.join(map(str, sorted(found, key=_age))) or 'none'}; "
            f"another one can be named by its path, or listed in {VARIABLE}",
        )
    return max(matching, key=_age)


def find_all() -> list[Interpreter]:
    """Return all interpreters in PDBCOACH_PYTHONS, and the newest other one of each minor version.

    Oldest first. Raises PdbcoachError if PDBCOACH_PYTHONS names something that is missing or no target,
    because a listed Python must never be skipped silently.
    """
    discovery = discover()
    if discovery.problems:
        raise PdbcoachError("\n".join(discovery.problems))
    chosen = [one for one in discovery.interpreters if "PDBCOACH_PYTHONS" in one.sources]
    newest = _newest_of_each_minor(discovery.interpreters)
    seen = {(one.version, one.release) for one in chosen}
    chosen += [one for one in newest if (one.version, one.release) not in seen]
    return sorted(chosen, key=_age)


def _newest_of_each_minor(interpreters: Iterable[Interpreter]) -> Iterable[Interpreter]:
    newest: dict[tuple[int, int], Interpreter] = {}
    for one in interpreters:
        minor = one.version[:2]
        if not one.unsupported and (minor not in newest or _age(one) > _age(newest[minor])):
            newest[minor] = one
    return newest.values()


def discover() -> Discovery:
    """Search the running Python, PDBCOACH_PYTHONS, PATH and pyenv. Each candidate runs once."""
    found: dict[tuple[str, str], Interpreter] = {}
    problems: list[str] = []
    for one, source in chain(_running(), _named(problems), _on_path(), _in_pyenv()):
        key = (os.path.realpath(one.executable), one.version_text)
        known = found.get(key, replace(one, sources=()))
        if source not in known.sources:
            found[key] = replace(known, sources=(*known.sources, source))
    return Discovery(tuple(found.values()), tuple(problems))


def _running() -> _Found:
    if sys.executable:
        yield _this(), "running"


def _named(problems: list[str]) -> _Found:
    """Yield what PDBCOACH_PYTHONS lists, and add to ``problems`` the entries that aren't targets."""
    for entry in _split(os.environ.get(VARIABLE, "")):
        try:
            yield from ((one, "PDBCOACH_PYTHONS") for one in _listed(entry))
        except PdbcoachError as error:
            problems.append(f"{VARIABLE}: {error.message}")


def _on_path() -> _Found:
    for folder in filter(os.path.isabs, _split(os.environ.get("PATH", ""))):
        for one in _answering(path for path in _pythons_in(folder) if not _is_pyenv_shim(path)):
            yield one, "PATH"


def _in_pyenv() -> _Found:
    for root in _pyenv_roots():
        for one in _answering(_pythons_in(f"{root}/versions", "*/bin")):
            yield one, "pyenv"


def _listed(entry: str) -> list[Interpreter]:
    """Return the targets in one entry of PDBCOACH_PYTHONS. Raises PdbcoachError if there is none."""
    if not os.path.isdir(entry):
        return [_supported(probe(os.path.abspath(entry)))]
    inside = _answering(_pythons_in(os.path.abspath(entry), "bin", "*/bin"))
    if targets := [one for one in inside if not one.unsupported]:
        return targets
    raise PdbcoachError(f"no {SUPPORTED} in the folder {entry}")


@cache
def probe(path: str) -> Interpreter:
    """Run the executable at this absolute path and return what it says. Raises NotPythonError."""
    if not os.path.exists(path):
        raise NotPythonError(f"{path} does not exist")
    if os.path.isdir(path):
        raise NotPythonError(f"{path} is a folder, not a Python", f"perhaps {path.rstrip('/')}/bin/python")
    if not os.access(path, os.X_OK):
        raise NotPythonError(f"{path} cannot be executed")
    answer = _answer_of(path)
    try:
        real, implementation, numbers, level, serial = json.loads(answer.stdout)
        major, minor, micro = numbers
        release = _release(level, serial)
    except (ValueError, TypeError, KeyError):
        said = (answer.stderr.strip() or answer.stdout.strip() or "nothing").splitlines()[0]
        raise NotPythonError(f"{path} is not a Python that pdbcoach knows: it said {said[:200]!r}") from None
    # A pyenv shim picks a version by folder and settings: keep the one it picked now.
    executable = str(real) if _is_pyenv_shim(path) else path
    return Interpreter(executable, (major, minor, micro), implementation, release)


def _answer_of(path: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            [path, "-I", "-S", "-c", _QUESTION],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS_TO_ANSWER,
            encoding="utf-8",
            errors="backslashreplace",
        )
    except subprocess.TimeoutExpired:
        raise NotPythonError(f"{path} gave no answer in {_SECONDS_TO_ANSWER:g} s") from None
    except OSError as error:
        raise NotPythonError(f"{path} cannot be run: {error.strerror or error}") from None


def _release(level: str, serial: int) -> str:
    return f"{_RELEASE_LETTERS[level]}{serial}" if level != "final" else ""


def _supported(one: Interpreter) -> Interpreter:
    if one.unsupported:
        raise PdbcoachError(f"{one.executable} is Python {one.version_text}: {one.unsupported}")
    return one


def _command(name: str) -> Interpreter:
    path = shutil.which(name)
    if path is None:
        raise NotPythonError(f"no {name} on PATH", "give a path, or a version such as 3.13")
    return probe(os.path.abspath(path))


def _age(one: Interpreter) -> tuple[tuple[int, int, int], bool, str]:
    return one.version, not one.release, one.release


def _split(paths: str) -> list[str]:
    return [os.path.expanduser(path) for path in paths.split(os.pathsep) if path]


def _answering(paths: Iterable[str]) -> Iterator[Interpreter]:
    for path in paths:
        try:
            yield probe(path)
        except NotPythonError:
            continue


def _pythons_in(folder: str, *below: str) -> Iterator[str]:
    """Yield the executables named like Python in ``folder`` and in the folders that ``below`` matches."""
    base = Path(folder)
    seen: set[str] = set()
    for place in (base, *(match for pattern in below for match in sorted(base.glob(pattern)))):
        try:
            names = sorted(name for name in os.listdir(place) if _PYTHON_NAME.fullmatch(name))
        except OSError:
            continue
        for path in (f"{place}/{name}" for name in names):
            # `python`, `python3` and `python3.13` are usually one file: run it once.
            real = os.path.realpath(path)
            if real not in seen and os.path.isfile(real) and os.access(real, os.X_OK):
                seen.add(real)
                yield path


def _is_pyenv_shim(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            start = file.read(1024)
    except OSError:
        return False
    return start.startswith(b"#!") and b"pyenv" in start


def _pyenv_roots() -> Iterator[str]:
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    if (pyenv := shutil.which("pyenv")) is not None:
        try:
            answer = subprocess.run(
                [pyenv, "root"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS_TO_ANSWER
            )
            roots.append(os.fsdecode(answer.stdout.strip()))
        except (OSError, subprocess.TimeoutExpired):
            pass
    yield from dict.fromkeys(os.path.realpath(root) for root in roots if root and os.path.isdir(root))
