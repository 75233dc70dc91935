from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

from pdbcoach.cli import doctor, main, versions
from pdbcoach.engine import interpreters, sandbox
from pdbcoach.engine.interpreters import Discovery, Interpreter
from pdbcoach.pdb import internals

Output = pytest.CaptureFixture[str]

GOOD = Interpreter("/usr/bin/python3.13", (3, 13, 0), sources=("running", "PATH"))
BROKEN = Interpreter("/opt/broken/python3.9", (3, 9, 18), sources=("pyenv",))
ANCIENT = Interpreter("/usr/bin/python3.8", (3, 8, 1), sources=("PATH",))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch):
    def find(*those: Interpreter, problems: tuple[str, ...] = ()) -> None:
        monkeypatch.setattr(interpreters, "discover", lambda: Discovery(those, problems))
        monkeypatch.setattr(doctor, "session_problem", lambda one: "no shim\x1b[2J" if one is BROKEN else "")
        monkeypatch.setattr(doctor, "internals_problem", lambda one: "")

    return find


def test_each_python_is_listed_with_its_source_and_state(found, capsys: Output) -> None:
    found(ANCIENT, GOOD, BROKEN, problems=("PDBCOACH_PYTHONS: /nope does not exist",))
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "3.9.18  /opt/broken/python3.9  (pyenv)  FAIL: no shim\\x1b[2J" in lines
    assert "3.13.0  /usr/bin/python3.13  (running, PATH)  ok" in lines
    assert "3.8.1   /usr/bin/python3.8  (PATH)  not used: not CPython 3.9 to 3.15" in lines
    assert "FAIL: PDBCOACH_PYTHONS: /nope does not exist" in lines
    assert lines[-1] == "1 usable with pdbcoach, which debugs with CPython 3.9 to 3.15"


@pytest.mark.parametrize(
    "those",
    [
        pytest.param((), id="none"),
        pytest.param((BROKEN,), id="broken"),
        pytest.param((ANCIENT,), id="ancient"),
    ],
)
def test_without_a_usable_python_the_exit_code_is_1(
    found, capsys: Output, those: tuple[Interpreter, ...]
) -> None:
    found(*those)
    assert main(["doctor"]) == 1
    assert "0 usable" in capsys.readouterr().out


def test_without_a_pty_no_python_is_usable(found, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> tuple[int, int]:
        raise OSError(2, "out of pty devices")

    found(GOOD)
    monkeypatch.setattr(doctor.os, "openpty", none)
    assert main(["doctor"]) == 1
    assert "FAIL: no pty opens: out of pty devices" in capsys.readouterr().out


def test_the_limits_are_printed(found, capsys: Output) -> None:
    found(GOOD)
    main(["doctor"])
    said = (
        "limits of a session: 2 GiB of memory a process, 64 MiB a file, 256 MiB on disk, 20000 files, "
        "100 processes, 1000 threads, "
    )
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("state", "said"),
    [("ok, bubblewrap 0.8.0", "sandbox: ok, bubblewrap 0.8.0"), ("not\x1b", "sandbox: not\\x1b")],
)
def test_the_sandbox_is_reported(
    found, capsys: Output, monkeypatch: pytest.MonkeyPatch, state: str, said: str
) -> None:
    found(GOOD)
    monkeypatch.setattr(sandbox, "state", lambda: state)
    main(["doctor"])
    assert f"{said}\n" in capsys.readouterr().out


def test_the_versions_of_packages_are_printed(found, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    found(GOOD)
    monkeypatch.setattr(versions, "dependencies", lambda: ["pytest", "no-such-package"])
    main(["doctor"])
    assert f"packages: pytest {pytest.__version__}, no-such-package MISSING\n" in capsys.readouterr().out


def test_all_dependencies_are_known() -> None:
    with Path(__file__).parents[2].joinpath("pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["project"]["dependencies"]
    assert versions.dependencies() == [re.split("[>=<]", one)[0] for one in asked]


HERE = Interpreter(sys.executable, (3, 11, 0), sources=("running",))


def test_this_python_has_all_that_the_shim_relies_on() -> None:
    assert doctor.internals_problem(HERE) == ""


def test_a_python_without_a_part_of_pdb_fails_and_the_part_is_named(
    found, capsys: Output, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = tmp_path / "internals.py"
    changed.write_text("print('Pdb.displaying')\nprint('Pdb.aliases')\n")
    checks = doctor.internals_problem
    found(HERE)
    monkeypatch.setattr(doctor, "internals_problem", checks)
    monkeypatch.setattr(internals, "__file__", str(changed))
    assert main(["doctor"]) == 1
    said = "FAIL: this pdb lacks Pdb.displaying, Pdb.aliases, which pdbcoach relies on\n"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "said"),
    [("import no_such_module", "No module named 'no_such_module'"), (None, "No such file")],
    ids=["it raises", "it is not there"],
)
def test_a_python_that_cannot_be_checked_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str | None, said: str
) -> None:
    if script is not None:
        (tmp_path / "internals.py").write_text(script)
    monkeypatch.setattr(internals, "__file__", str(tmp_path / "internals.py"))
    assert said in doctor.internals_problem(HERE)
