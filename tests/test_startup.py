"""What a short command must not import: each of these costs more than the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pdbcoach

SOURCE = Path(pdbcoach.__file__).parents[1]
RUN = """\
import sys
from pdbcoach.__main__ import run
sys.argv = ["pdbcoach", *sys.argv[1:]]
code = run()
print("\\n".join(sys.modules), file=sys.stderr)
sys.exit(code)
"""


def imported_by(*words: str) -> set[str]:
    """Return the modules that are imported when a command that writes to a pipe has run."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COVERAGE")
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**environment, "PYTHONPATH": str(SOURCE)},
        timeout=60,
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--version"], id="version"),
        pytest.param(["replay", "--quiet", "into-or-over"], id="replay"),
    ],
)
def test_start_up_imports_nothing_slow(words: list[str]) -> None:
    modules = imported_by(*words)
    assert "pdbcoach.cli" in modules
    assert not {"rich", "dataclasses", "asyncio", "pytest", "sqlite3"} & modules


def test_the_version_needs_no_engine() -> None:
    assert not {"subprocess", "yaml", "psutil", "pdbcoach.engine", "pdbcoach.cli.replay"} & imported_by(
        "--version"
    )
