"""Helpers for tests of sessions."""

from __future__ import annotations

import os
from collections.abc import Callable

import psutil

from pdbcoach import Session
from pdbcoach.engine import prefork, temporary
from pdbcoach.observation import ProcessView

Open = Callable[..., Session]
"""The fixtures ``session`` and ``debug``: called with a source, a Python, words and options."""

Words = tuple[str, ...]
"""The words after ``python`` that run a program."""


def stop_six_at_the_forks(s: Session) -> list[str]:
    """Stop the six processes of seed example 2 after its forks. Return their names in order."""
    s.start()
    s.send("b 14")
    s.send("b 16")
    s.send("c")
    names = ["main", "main.1", "main.1.1", "main.2", "main.2.1", "main.3"]
    lines = {name: s.look(name).state.stop.line for name in names}  # type: ignore[union-attr]
    assert lines == {"main": 16, "main.1": 16, "main.1.1": 14, "main.2": 16, "main.2.1": 14, "main.3": 14}
    assert list(s.processes) == names
    return names


def survivors(tokens: list[str]) -> list[str]:
    """Describe every process of these sessions that is still alive."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PDBCOACH_TOKEN") in tokens:
                found.append(f"{process.pid} {process.cmdline()} {process.status()}")
        except psutil.Error:
            continue
    return found


def ended(view: ProcessView) -> bool:
    return view.phase == "gone"


def open_descriptors() -> int:
    """Return how many are open, without those of warm interpreters and of the guardian."""
    warmed = sum(2 + (one._master >= 0) for one in prefork._own._by_kind.values())
    return len(os.listdir("/proc/self/fd")) - warmed - (temporary._guardian._process is not None)
