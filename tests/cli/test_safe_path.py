"""No Python that pdbcoach starts for itself imports from the current folder."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

TRAP = """\
import os, sys
with open(os.environ["TRAPPED"], "a") as marker:
    marker.write(__name__ + "\\n")
before = sys.path[:]
sys.path[:] = [path for path in sys.path if path not in ("", os.getcwd())]
del sys.modules[__name__]
__import__(__name__)
sys.path[:] = before
"""
"""Importing it is noted, and then goes on as if nothing had happened."""

LESSON = """\
format: 1
id: lesson
run: python -m pdb prog.py
steps:
  - send: n
    at: {line: 2}
  - send: q
    ends: {main: exit 0}
"""
PDBCOACH = ("-P", "-m", "pdbcoach")
VERBS = (
    ("list",),
    ("show", "lessons/lesson.yaml", "--transcript"),
    ("schema",),
    ("doctor",),
    ("progress",),
    ("new", "fresh.yaml"),
    ("update", "lessons/lesson.yaml"),
    ("replay", "lessons"),
    ("replay", "-j", "2", "--cold", "lessons"),
    ("check", "-j", "1", "lessons"),
    ("check", "-n", "2", "lessons"),
    ("practice", "lessons/lesson.yaml"),
    ("record", "-o", "recorded.yaml", "--", "python", "-m", "pdb", "prog.py"),
)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a lesson, and with a trap for every name that pdbcoach might import."""
    folder = tmp_path_factory.mktemp("trapped")
    (folder / "lessons").mkdir()
    (folder / "lessons/lesson.yaml").write_text(LESSON)
    for place in (folder, folder / "lessons"):
        (place / "prog.py").write_text("a = 1\nb = 2\n")
    ours = set(packages_distributions()) - {"pdbcoach"}
    for name in (sys.stdlib_module_names | ours) - {"__main__", *sys.builtin_module_names}:
        if name.isidentifier():
            (folder / f"{name}.py").write_text(TRAP)
    return folder


def run(folder: Path, words: Sequence[str], typed: str = "") -> tuple[str, set[str]]:
    """Return what a Python in the folder printed, and the traps that it imported."""
    marker, home = folder.parent / "marker", folder.parent / "home"
    marker.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "TRAPPED": str(marker), "PDBCOACH_HOME": str(home), "PYTHONSAFEPATH": ""},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr, set(marker.read_text().split()) if marker.exists() else set()


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_no_verb_imports_from_the_current_folder(trapped: Path, words: tuple[str, ...]) -> None:
    said, imported = run(trapped, [*PDBCOACH, *words], "n\nq\n")
    assert imported == set()
    assert "Traceback" not in said


def test_python_m_pdbcoach_imports_from_the_current_folder_only_what_python_itself_does(
    trapped: Path,
) -> None:
    (trapped / "nothing.py").touch()
    _, by_python = run(trapped, ["-m", "nothing"])
    said, imported = run(trapped, ["-m", "pdbcoach", "replay", "lessons"])
    assert "passed" in said
    assert imported <= by_python


def test_workers_of_pytest_xdist_import_nothing_from_the_current_folder(trapped: Path) -> None:
    pytest.importorskip("xdist")
    words = ["-P", "-m", "pytest", "-p", "no:cacheprovider", "--pdbcoach-sandbox", "--pdbcoach", "-n", "1"]
    said, imported = run(trapped, [*words, "lessons"])
    assert "1 passed" in said
    assert imported == set()
