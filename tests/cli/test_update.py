from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.cli import main

Output = pytest.CaptureFixture[str]

GOOD = (
    "format: 1\nid: demo\nrun: python -m pdb prog.py\nsteps:\n  - send: p 1  # one\n    expect: |\n      {}\n"
)
END = "  - send: q\n    ends: {main: exit 0}\n"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "prog.py").write_text("x = 1\n")
    path = tmp_path / "demo.yaml"
    path.write_text(GOOD.replace("{}", "2") + END)
    return path


def test_shows_the_difference_and_writes(file: Path, capsys: Output) -> None:
    assert main(["update", str(file), "--yes"]) == 0
    shown = capsys.readouterr().out
    assert "\n-      2\n+      1\n" in shown
    assert file.read_text() == GOOD.replace("{}", "1") + END


def test_says_that_nothing_is_to_be_done(file: Path, capsys: Output) -> None:
    file.write_text(GOOD.replace("{}", "1") + END)
    assert main(["update", str(file), "--yes"]) == 0
    assert "is up to date" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "code", "value"),
    [
        pytest.param("y", 0, "1", id="yes"),
        pytest.param("", 1, "2", id="no"),
        pytest.param("n", 1, "2", id="n"),
    ],
)
def test_asks(
    file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, value: str
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert main(["update", str(file)]) == code
    assert file.read_text() == GOOD.replace("{}", value) + END
    capsys.readouterr()


class TestRefuses:
    def test_under_ci(self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 2
        assert "not for CI" in capsys.readouterr().err
        assert file.read_text() == before

    def test_without_a_terminal(self, file: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: False)
        assert main(["update", str(file)]) == 2
        assert "--yes" in capsys.readouterr().err

    def test_what_is_unstable(self, file: Path, capsys: Output) -> None:
        file.write_text(GOOD.replace("p 1", "p 'pid', __import__('os').getpid()") + END)
        before = file.read_text()
        assert main(["update", str(file), "--yes"]) == 2
        assert "write a pattern, such as `('pid', [pid])`" in capsys.readouterr().err
        assert file.read_text() == before

    def test_a_file_that_is_none(
        self, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("CI", raising=False)
        assert main(["update", str(tmp_path / "none.yaml"), "--yes"]) == 2
        assert "there is no file" in capsys.readouterr().err
