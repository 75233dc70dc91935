"""A program that is to be started, and one that has been."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from pdbcoach.engine.environment import Folder


class Program(Struct, frozen=True):
    """``words`` begin with the interpreter. It runs in the session's ``folder``, with nothing
    but ``environment``."""

    words: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Folder
    reads: tuple[str, bytes] | None = None
    """Its first option, which takes a descriptor, and what is to be read from that."""


class Started(Struct, frozen=True):
    """A program behind its leader, on a terminal of its own."""

    leader: int
    """The leader's pid. It is going to introduce the program on the session's channel."""
    master: int
    """The terminal's other side."""
    reap: Callable[[], object]
    """Wait for the leader, which has ended."""
    close: Callable[[], object]
    """Close the terminal. To be called last."""
