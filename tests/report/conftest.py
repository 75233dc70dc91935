from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from pdbcoach.report.screen import Screen


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Screen, Terminal]]:
    """A function that makes a screen on a terminal of a given width, and the file behind it."""

    def make(width: int = 80, *, color: bool = False, **environment: str) -> tuple[Screen, Terminal]:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
            monkeypatch.delenv(name, raising=False)
        for name, value in ({"TERM": "xterm-256color", "COLUMNS": str(width)} | environment).items():
            monkeypatch.setenv(name, value)
        file = Terminal()
        return Screen(file, color=color), file

    return make
