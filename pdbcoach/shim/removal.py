"""Removes a folder and all that a program may have put into it. As a program it is a guardian of folders."""

from __future__ import annotations

import contextlib
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What a guardian is told, each with a folder and a NUL.
WATCH = b"+"
FORGET = b"-"

_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove(folder: str) -> None:
    """Whatever can be removed is: unreadable folders, and any depth, beyond what a path can say, too.

    What is in a folder's folders is moved up into it, so that none is ever more than one below. To be
    called when nobody writes to it any more.
    """
    with contextlib.suppress(OSError):
        top = os.open(folder, _FLAGS)
        try:
            _empty(top)
        finally:
            os.close(top)
        os.rmdir(folder)


def _empty(top: int) -> None:
    fresh = (os.urandom(12).hex() for _ in iter(int, 1))  # names that nobody has thought of
    pending = os.listdir(top)
    while pending:
        name = pending.pop()
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.stat(name, dir_fd=top, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=top)
                continue
            os.chmod(name, 0o700, dir_fd=top)
            inner = os.open(name, _FLAGS, dir_fd=top)
            try:
                pending += _move_up(inner, top, fresh)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _move_up(inner: int, top: int, fresh: Iterator[str]) -> list[str]:
    """Unlink what is no folder in ``inner``, move the folders to ``top``; their names there."""
    moved = []
    for name in os.listdir(inner):
        with contextlib.suppress(OSError):
            if stat.S_ISDIR(os.stat(name, dir_fd=inner, follow_symlinks=False).st_mode):
                place = next(fresh)
                os.chmod(name, 0o700, dir_fd=inner)
                os.rename(name, place, src_dir_fd=inner, dst_dir_fd=top)
                moved.append(place)
            else:
                os.unlink(name, dir_fd=inner)
    return moved


def guard() -> None:
    """Remove what was to be watched and not to be forgotten, when nobody can say any more."""
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
