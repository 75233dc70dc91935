from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.cli import main

Output = pytest.CaptureFixture[str]


def test_the_files_named_are_written(tmp_path: Path, capsys: Output) -> None:
    pack = tmp_path / "my pack"
    assert main(["new", "one", "--pack", str(pack)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"written: {pack}/one.yaml",
        f"written: {pack}/programs/one.py",
        f"written: {pack}/pack.yaml",
        f"now: pdbcoach check --fast {pack}/one.yaml",
    ]
    assert main(["new", "two", "--pack", str(pack)]) == 0
    assert f"changed: {pack}/pack.yaml" in capsys.readouterr().out
    assert main(["replay", str(pack), "--quiet"]) == 0
    assert "2 replays: 2 passed" in capsys.readouterr().out


def test_nothing_is_overwritten(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.py").write_text("mine")
    assert main(["new", "one"]) == 2
    assert "one.py exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["one.py"]
