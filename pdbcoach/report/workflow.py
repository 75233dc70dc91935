"""Protection against the runner of GitHub Actions, which obeys printed text that looks like a command."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pdbcoach.report.lines import OutputLine

if TYPE_CHECKING:
    from pdbcoach.report.screen import Screen

_COMMAND = re.compile(r"^(?=[^\S\n]*::)", re.MULTILINE)


def is_obeyed(environment: Mapping[str, str]) -> bool:
    """Return True if a runner of GitHub Actions reads what is printed."""
    return environment.get("GITHUB_ACTIONS") == "true"


@contextmanager
def stopped(screen: Screen) -> Iterator[None]:
    """Let the runner obey nothing that is drawn in the block, because it may be a program's output."""
    token = os.urandom(16).hex()
    screen.lines([OutputLine(f"::stop-commands::{token}", "quiet")])
    try:
        yield
    finally:
        screen.finish()
        screen.lines([OutputLine(f"::{token}::", "quiet")])


def not_obeyed(text: str, environment: Mapping[str, str]) -> str:
    """Return a visible text with a backslash in each command that the runner would obey.

    It obeys lines that begin with ``::``, after optional spaces, and ``##[`` anywhere. Without a runner,
    the text is returned as it is.
    """
    if not is_obeyed(environment):
        return text
    return _COMMAND.sub("\\\\", text).replace("##[", "##\\[")
