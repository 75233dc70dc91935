"""Reads the examples of a Markdown page, and runs its commands as a reader would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from pdbcoach.errors import Span
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.model import Expect, OutputBlock

CHECKOUT = Path(__file__).parents[2]
_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A fenced block of a page: its language, the file it is saved to if any, its text and its line."""

    language: str
    title: str
    text: str
    line: int


def examples(page: Path) -> list[Example]:
    text = page.read_text(encoding="utf-8")
    return [
        Example(found[1], found[2] or "", found[3], text.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(text)
    ]


def commands(text: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output shown below it.

    A replay's output starts with the scenario's own command line, which isn't a command of the page.
    """
    parts = re.split(r"^\$ (?!python -m pdb )(.*)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTHONPATH")}
    if not any(one.value == "pdbcoach.pytest_plugin" for one in entry_points(group="pytest11")):
        kept["PYTEST_PLUGINS"] = "pdbcoach.pytest_plugin"
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "PYTEST_ADDOPTS": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def run(
    command: str, folder: Path, *, typed: str = "", extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=folder,
        env=environment() | (extra or {}),
        capture_output=True,
        text=True,
        timeout=120,
        input=typed,
    )


def is_shown(shown: str, output: str) -> bool:
    """Return whether output matches what a page shows, as an ``expect`` block of a scenario does."""
    here = Span(Path("page.md"), 1, 1)
    expect = Expect((OutputBlock(shown, here),), here)
    return isinstance(match(expect, output.rstrip(), {}, "3.13.0"), Matched)
