"""Sessions on every Python found, and the check that nothing is left after each test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sessions import Open, survivors

from pdbcoach import Session
from pdbcoach.engine import interpreters

TARGETS = {one.version_text: one.executable for one in interpreters.find_all()}


@pytest.fixture(params=TARGETS.values(), ids=TARGETS.keys())
def python(request: pytest.FixtureRequest) -> str:
    """Each target in turn."""
    return str(request.param)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, so that what is left in it is seen."""
    folder = tmp_path / "t"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def session(tmp_path: Path, temporary: Path) -> Iterator[Open]:
    """``session(source, python, ...)``: a session on a program; closed, and checked, afterwards."""
    opened: list[Session] = []
    before = _descriptors()

    def open_session(source: str, python: str, *args: str, **options: object) -> Session:
        program = tmp_path / "prog.py"
        program.write_text(source, encoding="utf-8")
        words = args or ("-m", "pdb", "prog.py")
        made = Session(words, python=python, files=[program], **options)  # type: ignore[arg-type]
        opened.append(made)
        return made

    yield open_session
    tokens = [one._environment["PDBCOACH_TOKEN"] for one in opened]
    for one in opened:
        one.close()
    assert list(temporary.iterdir()) == []
    assert survivors(tokens) == []
    assert _descriptors() == before


def _descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
