"""What a session runs, and how one of its programs starts: in a warm interpreter where possible."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from pdbcoach.engine import prefork, sandbox, spawn
from pdbcoach.engine.environment import Folder, WorkFile, shapes_the_interpreter
from pdbcoach.engine.late import LateName
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.spawn import Started
from pdbcoach.engine.terminal import DEFAULT_SIZE, WindowSize
from pdbcoach.errors import PdbcoachError
from pdbcoach.shim import kernel

TIMEOUT: Final = 10.0
"""Default seconds for a process to reach a prompt or its end."""


class Launch(Struct, frozen=True):
    """What a session runs, with what around it, and within which bounds."""

    run: Sequence[str]
    """The words after ``python``: ``["-m", "pdb", "prog.py"]``. ``{bin}/pytest`` is a console script."""
    python: str | os.PathLike[str] | None = None
    """Path of an executable, or its name on ``PATH``; the running Python by default."""
    files: Iterable[WorkFile] = ()
    """Copied into the work folder, where the program runs. ``(name, path)`` renames the copy."""
    env: Mapping[str, str] = {}
    """Added to the target's environment, which inherits only ``PATH`` from this process."""
    pdbrc: str = ""
    """Text of the ``.pdbrc`` in the target's home directory."""
    background: Sequence[str] | None = None
    """A second command, started first. Its pid replaces ``{pid}`` in ``run``."""
    start_method: Literal["fork", "spawn", "forkserver"] | None = None
    """multiprocessing's default start method in the program; Python's own default if None."""
    shared_terminal: bool = False
    """Leave forked processes on their parent's terminal, as without pdbcoach."""
    directed: Container[str] = ()
    """Names of processes whose threads are let into the debugger by name only, from the beginning."""
    late: Mapping[str, LateName] = {}
    """Names for whichever process stops first, bound when they are first used."""
    timeout: float = TIMEOUT
    """Seconds that each line may take."""
    limits: Limits | None = Limits()
    """All other bounds; None for none."""
    cwd: str | os.PathLike[str] | None = None
    """Where the program runs instead of in a work folder: nothing is copied there or removed, and its path
    stays in output and locations."""
    inherit_env: bool = False
    """Give the target this process's environment, ``HOME`` included. Only ``PYTHONPATH`` gets a prefix."""
    size: WindowSize = DEFAULT_SIZE
    """Rows and columns of the terminals."""
    raw_output: bool = False
    """Leave ``\\r\\n`` at the ends of lines of output, as a terminal shows ``\\n``."""
    keep: bool = False
    """Leave the work folder in place afterwards."""
    cold: bool = False
    """Never use a warm interpreter."""
    sandbox: bool = False
    """Run under bubblewrap: no network, no other processes, only the session's own files."""
    read_size: int = 65536
    """Bytes of a terminal to read at a time. Tests use 1 to show that nothing depends on the pieces."""
    read_delay: float = 0.0
    """Seconds between the arrival of output and reading it, for the same kind of test."""


def check(launch: Launch) -> None:
    """Raise PdbcoachError for options that exclude each other."""
    own = launch.cwd is not None or launch.inherit_env or launch.limits is None
    refused = {
        "no sandbox holds two programs, and this session has one in the background": (
            launch.sandbox and launch.background is not None,
            "run it without a sandbox if you trust it",
        ),
        "a sandbox has a work folder, an environment and limits of its own": (
            launch.sandbox and own,
            "leave out cwd, inherit_env and limits=None",
        ),
        "files are copied into a work folder, and with cwd there is none": (
            launch.cwd is not None and bool(tuple(launch.files)),
            "leave out files",
        ),
        "a .pdbrc is written to a home directory of the session's own, and inherit_env keeps yours": (
            launch.inherit_env and bool(launch.pdbrc),
            "leave out pdbrc",
        ),
    }
    for message, (applies, cure) in refused.items():
        if applies:
            raise PdbcoachError(message, cure)


def start(
    words: tuple[str, ...],
    environment: Mapping[str, str],
    folder: Folder,
    launch: Launch,
    size: WindowSize,
) -> Started:
    """Start the program ``words``, which begin with the interpreter. Raises PdbcoachError."""
    if launch.sandbox:
        assert launch.limits is not None
        boxed = sandbox.wrapped(words, folder, launch.limits)
        return spawn.start(boxed, environment, folder, size, sandbox.filter_option())
    may_be_warm = not (launch.cold or launch.inherit_env or shapes_the_interpreter(launch.env))
    started = prefork.start(words, environment, folder, size) if may_be_warm else None
    return started or spawn.start(words, environment, folder, size)


def executable(python: str | os.PathLike[str] | None) -> str:
    """Return the absolute path of an interpreter given by path or by name; None is the running one."""
    wanted = sys.executable if python is None else os.fspath(python)
    found = shutil.which(wanted)
    if found is None:
        raise PdbcoachError(f"no such interpreter: {wanted}", "Give a path, or a name that is on PATH.")
    return os.path.abspath(found)


class Subreaper:
    """Makes this process adopt orphans while any session is open, in case a leader is killed."""

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
