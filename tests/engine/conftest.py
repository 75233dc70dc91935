"""Sessions on every Python found, and a check after each test that nothing is left."""

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
    """A temporary folder for one test, so that anything left in it is noticed."""
    monkeypatch.setattr(tempfile, "tempdir", str(short_folder))
    return short_folder


@pytest.fixture(scope="session")
def guardian() -> None:
    """The guardian of folders, with its pipe, is running."""
    with temporary_folder("pdbcoach-tests-"):
        pass


@pytest.fixture
def session(tmp_path: Path, temporary: Path, guardian: None) -> Iterator[Open]:
    """``session(source, python, ...)``: a session on a program, closed and checked after the test."""
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
    """Words for a program that reaches its first prompt by itself: without pdb (cold) and under pdb (warm)."""
    found: Words = request.param
    return found
