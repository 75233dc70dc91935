"""Runs a program in a bubblewrap sandbox that contains only what Python needs.

There is no network, no other process and no home directory, and only the session's own files are writable.
The first process is a leader (``shim/sandboxed.py``); when it ends, the kernel ends the rest.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from pdbcoach.engine import seccomp
from pdbcoach.engine.environment import SHIM, Folder
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.spawn import FromDescriptor
from pdbcoach.errors import PdbcoachError

_COMMAND: Final = "bwrap"
_FILTER: Final = "--seccomp"
_SECONDS_TO_ANSWER: Final = 10.0

_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS: Final = (
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "timezone", "nsswitch.conf", "passwd"),
    *("group", "alternatives", "hosts", "mime.types", "os-release", "protocols", "services"),
)
"""Files in /etc that programs read and that contain no secrets."""

_STORES: Final = ("/nix/store", "/gnu/store")
"""Where NixOS and Guix keep all programs."""

_QUESTION: Final = """\
import json, os, sys, sysconfig
paths = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix]
paths += [sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), os.path.realpath(sys.executable)]
with open("/proc/self/maps") as stream:
    paths += [line.split(None, 5)[5].strip() for line in stream if " /" in line]
print(json.dumps(sorted(set(paths))))
"""


def check() -> None:
    """Raise PdbcoachError if no sandbox can be created here; its hint says what to install or allow."""
    problem = _problem()
    if problem:
        raise PdbcoachError(f"no sandbox: {problem}", _cure(problem))


def state() -> str:
    """Return, for people, whether a sandbox can be created here."""
    problem = _problem()
    return f"not available: {problem}" if problem else f"ok, {_version()}"


def wrapped(words: tuple[str, ...], folder: Folder, limits: Limits) -> tuple[str, ...]:
    """Return the command that runs ``words`` in a sandbox, to be given ``filter_option()``.

    Raises PdbcoachError if no sandbox can be created.
    """
    check()
    most = str(limits.disk)
    python, *_ = words
    needed = _needed(python)
    command = [*_bare(), *_memory("/dev/shm", most), *_memory("/tmp", most)]
    for path in (*needed, SHIM):
        command += ["--ro-bind", str(path), str(path)]
    if not _is_in(Path(python), needed):
        command += ["--symlink", os.path.realpath(python), python]
    command += ["--bind", str(folder.root), str(folder.root), "--remount-ro", "/", "--"]
    command += [python, "-I", "-S", str(SHIM / "sandboxed.py"), str(folder.socket), str(folder.root)]
    return (*command, *words)


def filter_option() -> FromDescriptor:
    """Return bubblewrap's option for the filter of system calls."""
    return FromDescriptor(_FILTER, seccomp.program())


def _bare() -> list[str]:
    """Return a bubblewrap command for a sandbox with only the system's programs in it."""
    words = [shutil.which(_COMMAND) or _COMMAND]
    words += ["--unshare-all", "--die-with-parent", "--as-pid-1", "--cap-drop", "ALL"]
    for path in _SYSTEM:
        if os.path.islink(path):
            words += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            words += ["--ro-bind", path, path]
    for path in _STORES:
        words += ["--ro-bind-try", path, path]
    for name in _SETTINGS:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    # bubblewrap leaves /proc/sys writable if root calls it.
    return [*words, "--dev", "/dev", "--remount-ro", "/dev", "--proc", "/proc", "--remount-ro", "/proc"]


def _memory(path: str, most: str) -> list[str]:
    """Return the options for an in-memory folder of at most ``most`` bytes."""
    return ["--size", most, "--tmpfs", path]


@cache
def _problem() -> str:
    """Return why no sandbox can be created, or an empty string."""
    if shutil.which(_COMMAND) is None:
        return "bubblewrap is not installed"
    if not seccomp.is_supported():
        return f"its filter of system calls does not know this machine, {os.uname().machine}"
    with open(os.memfd_create("pdbcoach"), "w+b", buffering=0) as stream:
        stream.write(seccomp.program())
        stream.seek(0)
        words = [*_bare(), *_memory("/tmp", "4096"), "--remount-ro", "/", _FILTER, str(stream.fileno())]
        try:
            tried = subprocess.run(
                [*words, "--", "/bin/sh", "-c", "exit 7"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_SECONDS_TO_ANSWER,
                encoding="utf-8",
                errors="backslashreplace",
                pass_fds=[stream.fileno()],
            )
        except (OSError, subprocess.TimeoutExpired) as problem:
            return f"{_COMMAND} cannot be run: {problem}"
    if tried.returncode == 7:
        return ""
    return (tried.stderr.strip() or f"{_COMMAND} ended with the exit code {tried.returncode}").splitlines()[0]


def _cure(problem: str) -> str:
    if "not installed" in problem:
        return "install it: apt install bubblewrap, dnf install bubblewrap, pacman -S bubblewrap"
    if "Unknown option" in problem:
        return "this bubblewrap is too old: 0.7 or newer is needed"
    if "does not know" in problem:
        return f"use an {seccomp.MACHINE} machine, the only kind on which the filter has been tried"
    return (
        "bubblewrap needs user namespaces: they may be switched off (sysctl user.max_user_namespaces, "
        "kernel.unprivileged_userns_clone, on Ubuntu kernel.apparmor_restrict_unprivileged_userns), "
        "or this is a container that does not allow them"
    )


def _version() -> str:
    answer = subprocess.run(
        [_COMMAND, "--version"], capture_output=True, text=True, timeout=_SECONDS_TO_ANSWER
    )
    return answer.stdout.strip()


@cache
def _needed(python: str) -> tuple[Path, ...]:
    """Return the folders and files that this Python needs to run, outermost first. Raises PdbcoachError."""
    home = Path(os.path.expanduser("~"))
    shown: list[Path] = []
    for path in sorted({*_used(python), *_libraries(python)}, key=lambda path: len(path.parts)):
        if home.is_relative_to(path):
            raise PdbcoachError(
                f"a sandbox for {python} would show {path}, in which your home folder is",
                "use a Python that is installed in a folder of its own",
            )
        if not _is_in(path, shown):
            shown.append(path)
    return tuple(shown)


def _is_in(path: Path, shown: Iterable[Path]) -> bool:
    """Return True if ``path`` is in the sandbox as part of another folder."""
    return any(path.is_relative_to(one) for one in (*map(Path, (*_SYSTEM, *_STORES)), *shown))


def _libraries(python: str) -> Iterator[Path]:
    """Yield the shared libraries and the loader by the paths that are searched, as ldd(1) prints them."""
    answer = subprocess.run(
        [python, "-I", "-S", "-c", ""],
        env={"LD_TRACE_LOADED_OBJECTS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS_TO_ANSWER,
        encoding="utf-8",
    )
    for line in answer.stdout.splitlines():
        path = line.rpartition("=>")[2].split("(")[0].strip()
        if path.startswith("/"):
            yield Path(path)


def _used(python: str) -> Iterator[Path]:
    answer = subprocess.run(
        [python, "-I", "-c", _QUESTION],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS_TO_ANSWER,
        encoding="utf-8",
    )
    if answer.returncode != 0:
        raise PdbcoachError(f"{python} does not say where it is installed", answer.stderr.strip())
    yield from (path for path in map(Path, json.loads(answer.stdout)) if path.exists())
