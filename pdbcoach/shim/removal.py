"""Removes a folder and everything that a program may have put into it. Run as a program, it is a guardian."""

from __future__ import annotations

import contextlib
import os
import stat

# What a guardian is told. Each is followed by a folder and a NUL.
WATCH = b"+"
FORGET = b"-"

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

_DEEPEST = 100
"""Folders to have open at the same time."""


def remove(folder: str) -> None:
    """Remove everything that can be removed: unreadable folders too, and any depth, even beyond PATH_MAX.

    Call this when no process writes to the folder any more.
    """
    with contextlib.suppress(OSError):
        top = _open(folder)
        try:
            deep = _Deep(top)
            _empty(top, deep, 1)
            while deep.names:
                _remove(top, deep.names.pop(), deep, 1)
        finally:
            os.close(top)
        os.rmdir(folder)


class _Deep:
    """Moves folders that are too deep to be emptied in place up into the first one."""

    def __init__(self, top: int) -> None:
        self.top = top
        self.names: list[str] = []

    def move(self, name: str, parent: int) -> None:
        place = os.urandom(12).hex()  # unused and unpredictable
        os.rename(name, place, src_dir_fd=parent, dst_dir_fd=self.top)
        self.names.append(place)


def _empty(folder: int, deep: _Deep, depth: int) -> None:
    for name in os.listdir(folder):
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=folder)
            elif depth < _DEEPEST:
                _remove(folder, name, deep, depth)
            else:
                _make_writable(name, folder)  # required for moving it
                deep.move(name, folder)


def _remove(parent: int, name: str, deep: _Deep, depth: int) -> None:
    with contextlib.suppress(OSError):
        inner = _open(name, parent)
        try:
            _empty(inner, deep, depth + 1)
        finally:
            os.close(inner)
        os.rmdir(name, dir_fd=parent)


def _open(folder: str, parent: int | None = None) -> int:
    _make_writable(folder, parent)
    return os.open(folder, _FLAGS, dir_fd=parent)


def _make_writable(folder: str, parent: int | None) -> None:
    mode = os.stat(folder, dir_fd=parent, follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode) and mode & 0o700 != 0o700:
        os.chmod(folder, 0o700, dir_fd=parent)


def guard() -> None:
    """Remove the folders that were watched and not forgotten, once every writer has closed the pipe."""
    watched: set[bytes] = set()
    rest = b""
    while True:
        piece = os.read(0, 1 << 16)
        if not piece:
            break
        *words, rest = (rest + piece).split(b"\0")
        for word in words:
            what, folder = word[:1], word[1:]
            if what == WATCH:
                watched.add(folder)
            else:
                watched.discard(folder)
    for folder in watched:
        remove(os.fsdecode(folder))


if __name__ == "__main__":
    guard()
