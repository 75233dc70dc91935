"""Console scripts of a target: which one a command line means, and what it sees of itself."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from pdbcoach import Session
from pdbcoach.engine import console
from pdbcoach.errors import PdbcoachError


@pytest.fixture
def python(tmp_path: Path) -> str:
    """A Python in a folder of its own, with three programs beside it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "python").symlink_to(sys.executable)
    (folder / "tool").write_text(f"#!{sys.executable}\nimport sys\nprint(sys.argv)\nbreakpoint()\nx = 1\n")
    (folder / "tool").chmod(0o755)
    (folder / "shell").write_text("#!/bin/sh\necho no\n")
    shutil.copy("/bin/true", folder / "true")
    return str(folder / "python")


def test_a_script_is_run_as_if_it_had_been_called(python: str, temporary: Path) -> None:
    with Session(["{bin}/tool", "--flag"], python=python) as s:
        seen = s.start()
        assert seen.output.startswith(f"['{Path(python).parent}/tool', '--flag']\n")
        assert seen.outcome == "prompt"


@pytest.mark.parametrize("name", ["absent", "shell", "true"])
def test_what_is_no_script_of_this_python_is_missing(python: str, temporary: Path, name: str) -> None:
    assert console.missing(python, [f"{{bin}}/{name}", "x"]) == name
    with Session([f"{{bin}}/{name}"], python=python) as s, pytest.raises(PdbcoachError, match=name):
        s.start()
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("words", [["{bin}/tool"], ["-m", "pdb", "tool"], ["prog.py", "{bin}/absent"], []])
def test_nothing_else_is_missing(python: str, words: list[str]) -> None:
    assert console.missing(python, words) == ""
