"""Sessions on every Python found, and the check that nothing is left after each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sessions import Open, Words, open_descriptors, survivors

from pdbcoach import Session
from pdbcoach.engine import interpreters
from pdbcoach.engine.temporary import temporary_folder

TARGETS = {one.version_text: one.executable for one in interpreters.find_all()}


@pytest.fixture(params=TARGETS.values(), ids=TARGETS.keys())
def python(request: pytest.FixtureRequest) -> str:
    """Each target in turn."""
    return str(request.param)


@pytest.fixture
def temporary(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder of the test's own, so that what is left in it is seen."""
    monkeypatch.setattr(tempfile, "tempdir", str(short_folder))
    return short_folder


@pytest.fixture(scope="session")
def guardian() -> None:
    """Has started, with the pipe by which it is told of folders."""
    with temporary_folder("pdbcoach-tests-"):
        pass


@pytest.fixture
def session(tmp_path: Path, temporary: Path, guardian: None) -> Iterator[Open]:
    """``session(source, python, ...)``: a session on a program; closed, and checked, afterwards."""
    opened: list[Session] = []
    before = open_descriptors()

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
    assert open_descriptors() == before


@pytest.fixture(params=[False, True], ids=["warm", "cold"])
def debug(session: Open, request: pytest.FixtureRequest) -> Open:
    """``debug(source, python, ...)``: a session on a program under ``python -m pdb``, warm and cold."""

    def open_session(source: str, python: str, **options: object) -> Session:
        return session(source, python, cold=request.param, **options)

    return open_session


@pytest.fixture(params=[("prog.py",), ("-m", "pdb", "-c", "c", "prog.py")], ids=["plain", "under-pdb"])
def words(request: pytest.FixtureRequest) -> Words:
    """How a program is run that comes to its first prompt by itself: plain, which is cold, and warm."""
    found: Words = request.param
    return found
