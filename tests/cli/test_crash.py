from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import pdbcoach
from pdbcoach import cli
from pdbcoach.errors import LAST_TYPED

SOURCE = str(Path(pdbcoach.__file__).parents[1])
BROKEN_MODULE = """\
import sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name == {module!r}:
            raise ValueError("odd\\nmore")

sys.meta_path.insert(0, Finder)
"""

Crash = Callable[[], str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PDBCOACH_DEBUG", raising=False)
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
    LAST_TYPED.clear()
    return tmp_path / "home"


@pytest.fixture
def crash(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Crash:
    """A function that makes a verb fail with a bug and returns what is on stderr."""

    def run() -> str:
        def verb(argv: object) -> int:
            raise ValueError("odd\nmore \x1b[2J")

        monkeypatch.setattr(cli, "_run", verb)
        assert cli.main(["replay", "a b.yaml"]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        return shown.err

    return run


def logs(home: Path) -> list[Path]:
    return sorted(home.glob("crash-*.txt"))


def in_a_process(
    tmp_path: Path, module: str, *words: str, typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Runs pdbcoach in a process in which importing ``module`` raises an exception."""
    (tmp_path / "sitecustomize.py").write_text(BROKEN_MODULE.format(module=module))
    return subprocess.run(
        [sys.executable, "-m", "pdbcoach", *words],
        input=typed,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{SOURCE}", "PDBCOACH_HOME": str(tmp_path / "home")},
        timeout=60,
        check=False,
    )


class TestMessage:
    def test_names_the_error_and_the_file(self, crash: Crash, home: Path) -> None:
        error = crash()
        (log,) = logs(home)
        assert error == (
            "pdbcoach: error: this is a bug in pdbcoach: ValueError: odd\n"
            f"  Please report it with {log}: versions, command, traceback and the last lines typed\n"
        )

    def test_a_traceback_is_shown_instead_when_asked_for(
        self, crash: Crash, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PDBCOACH_DEBUG", "1")
        assert crash().startswith("Traceback (most recent call last):\n")
        assert not home.exists()


class TestLog:
    def test_contains_versions_command_and_traceback(self, crash: Crash, home: Path) -> None:
        crash()
        (log,) = logs(home)
        text = log.read_text(encoding="utf-8")
        assert text.startswith(f"pdbcoach {pdbcoach.__version__}, run by Python {sys.version.split()[0]} (")
        assert re.search(r"^packages: .*msgspec [0-9]", text, re.MULTILINE)
        assert "\ncommand: pdbcoach replay 'a b.yaml'\n" in text
        assert "\nTraceback (most recent call last):\n" in text
        assert text.rstrip().endswith("ValueError: odd\nmore \\x1b[2J")

    def test_contains_the_last_40_lines_typed(self, crash: Crash, home: Path) -> None:
        LAST_TYPED.extend([f"p {number}" for number in range(50)])
        crash()
        (log,) = logs(home)
        _, _, typed = log.read_text(encoding="utf-8").partition("\nlast lines typed:\n")
        assert typed.splitlines() == [f"  p {number}" for number in range(10, 50)]

    def test_is_private(self, crash: Crash, home: Path) -> None:
        crash()
        (log,) = logs(home)
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert re.fullmatch(rf"crash-\d{{8}}T\d{{6}}\.\d{{6}}Z-{os.getpid()}\.txt", log.name)

    def test_each_crash_has_a_log_of_its_own(self, crash: Crash, home: Path) -> None:
        crash()
        crash()
        assert len(logs(home)) == 2

    def test_where_none_can_be_written_the_traceback_is_printed(self, crash: Crash, home: Path) -> None:
        home.write_text("not a folder")
        error = crash()
        first, second, *rest = error.splitlines()
        assert first == "pdbcoach: error: this is a bug in pdbcoach: ValueError: odd"
        assert second == f"  Please report it with what follows; {home} can't be written to: File exists"
        assert "Traceback (most recent call last):" in rest
        assert "more \\x1b[2J" in rest
        assert home.read_text() == "not a folder"


def test_a_practice_logs_what_the_learner_typed(tmp_path: Path) -> None:
    done = in_a_process(
        tmp_path,
        "pdbcoach.front.prose",
        "practice",
        "into-or-over",
        "--stage",
        "task",
        typed="p 1\n:hint\nn\n",
    )
    assert done.returncode == 2
    (log,) = logs(tmp_path / "home")
    assert "ValueError: odd" in log.read_text(encoding="utf-8")
    assert str(log) in done.stderr


def test_a_bug_while_scenarios_run_is_logged(tmp_path: Path) -> None:
    done = in_a_process(
        tmp_path, "pdbcoach.replay.run", "check", "--fast", "into-or-over", "arrow-not-yet-run"
    )
    assert done.returncode == 2
    (log,) = logs(tmp_path / "home")
    text = log.read_text(encoding="utf-8")
    assert "ValueError: odd" in text
    assert "replay/runner.py" in text
    assert done.stderr.startswith("pdbcoach: error: this is a bug in pdbcoach: ")
    assert str(log) in done.stderr
    assert len(done.stderr.splitlines()) == 2
