from __future__ import annotations

import bdb
import pdb
import subprocess
import sys

import pytest

from pdbcoach.engine.interpreters import Interpreter, find_all
from pdbcoach.pdb import internals


@pytest.mark.parametrize("python", find_all(), ids=lambda one: one.version_text)
def test_each_python_has_every_part(python: Interpreter) -> None:
    command = [python.executable, "-I", internals.__file__]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout == ""


@pytest.mark.parametrize(
    ("owner", "part", "name"),
    [
        (bdb.Breakpoint, "bpbynumber", "Breakpoint.bpbynumber"),
        (pdb.Pdb, "user_exception", "user_exception(exc_info)"),
        (bdb.Bdb, "canonic", "Pdb.canonic"),
    ],
)
def test_a_missing_part_is_named(monkeypatch: pytest.MonkeyPatch, owner: type, part: str, name: str) -> None:
    monkeypatch.setattr(owner, part, None)
    assert list(internals.missing()) == [name]


def test_a_part_is_expected_only_of_the_pythons_that_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    part = internals.Internal("Pdb.future", lambda debugger: hasattr(debugger, "future"), since=(3, 90))
    gone = internals.Internal("Pdb.past", lambda debugger: hasattr(debugger, "past"), until=(3, 10))
    monkeypatch.setattr(internals, "INTERNALS", (part, gone))
    assert list(internals.missing()) == []
    monkeypatch.setattr(sys, "version_info", (3, 90, 0))
    assert list(internals.missing()) == ["Pdb.future"]
