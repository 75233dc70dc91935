"""The runner of GitHub Actions reads what is printed, and obeys what looks like one of its commands."""

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
    """Whether a runner of GitHub Actions reads what is printed."""
    return environment.get("GITHUB_ACTIONS") == "true"


@contextmanager
def stopped(screen: Screen) -> Iterator[None]:
    """What is drawn meanwhile is text: a program's output must not be obeyed."""
    token = os.urandom(16).hex()
    screen.lines([OutputLine(f"::stop-commands::{token}", "quiet")])
    try:
        yield
    finally:
        screen.finish()
        screen.lines([OutputLine(f"::{token}::", "quiet")])


def not_obeyed(text: str, environment: Mapping[str, str]) -> str:
    """A visible text, with a backslash in what the runner would obey; as it is where no runner reads.

    It obeys lines that begin with ``::``, blanks before it or not, and ``##[`` anywhere.
    """
    if not is_obeyed(environment):
        return text
    return _COMMAND.sub("\\\\", text).replace("##[", "##\\[")
