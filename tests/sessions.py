"""What tests of sessions share."""

from __future__ import annotations

from collections.abc import Callable

import psutil

from pdbcoach import Session

Open = Callable[..., Session]
"""``session(source, python, *args, **options)`` as the fixture gives it."""

Words = tuple[str, ...]
"""After ``python``: how a program is run."""


def survivors(tokens: list[str]) -> list[str]:
    """Every process of these sessions that is still alive."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("PDBCOACH_TOKEN") in tokens:
                found.append(f"{process.pid} {process.cmdline()} {process.status()}")
        except psutil.Error:
            continue
    return found
