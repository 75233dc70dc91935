"""What short commands must not import: each of these takes longer than the command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import pdbcoach

SOURCE = Path(pdbcoach.__file__).parents[1]
SCENARIO = Path(__file__).parents[1] / "scenarios" / "basics" / "into-or-over.yaml"
COMMAND = "from pdbcoach.__main__ import run; sys.argv = ['pdbcoach', *sys.argv[1:]]; run()"
LOAD = "from pathlib import Path; from pdbcoach.scenario.loader import load; load(Path(sys.argv[1]))"


def imported_by(code: str, *words: str) -> set[str]:
    """Return the modules that are imported when ``code`` has run in a process that writes to a pipe."""
    environment = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; {code}; print('\\n'.join(sys.modules), file=sys.stderr)",
            *words,
        ],
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
        pytest.param(["replay", "--quiet", str(SCENARIO)], id="replay"),
    ],
)
def test_a_short_command_imports_nothing_slow(words: list[str]) -> None:
    modules = imported_by(COMMAND, *words)
    assert "pdbcoach.cli" in modules
    assert not {"rich", "dataclasses", "asyncio", "pytest", "sqlite3"} & modules


def test_the_version_needs_no_engine() -> None:
    modules = imported_by(COMMAND, "--version")
    assert not {"subprocess", "yaml", "psutil", "pdbcoach.engine", "pdbcoach.cli.replay"} & modules


def test_a_plain_scenario_loads_without_packaging() -> None:
    modules = imported_by(LOAD, str(SCENARIO))
    assert "yaml" in modules
    assert not {"pydantic", "packaging", "pexpect", "rich"} & modules
