"""The command line decides whether programs run in a sandbox, then the nearest pyproject.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.cli import main
from pdbcoach.cli.configuration import in_sandbox
from pdbcoach.engine import sandbox
from pdbcoach.errors import PdbcoachError

YES, NO = "[tool.pdbcoach]\nsandbox = true\n", "[tool.pdbcoach]\nsandbox = false\n"


@pytest.fixture(autouse=True)
def possible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a sandbox possible, and change to an inner folder of a project."""
    monkeypatch.setattr(sandbox, "check", lambda: None)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")


@pytest.mark.parametrize(
    ("outer", "inner", "wanted"),
    [
        pytest.param(None, None, False, id="nothing"),
        pytest.param(None, YES, True, id="here"),
        pytest.param(YES, None, True, id="above"),
        pytest.param(YES, "[project]\nname = 'x'\n", True, id="the-nearest-says-nothing"),
        pytest.param(YES, NO, False, id="the-nearest-counts"),
        *(
            pytest.param(text, None, True, id=text.partition("\n")[0])
            for text in (
                "[tool]\npdbcoach = {sandbox = true}\n",
                "[ tool . pdbcoach ]\nsandbox = true\n",
                "[tool.'pdbcoach']\nsandbox = true\n",
                "['tool'.pdbcoach]\nsandbox = true\n",
                "tool.pdbcoach.sandbox = true\n",
                "tool = {pdbcoach = {sandbox = true}}\n",
            )
        ),
        pytest.param("[tool.pdbcoach]\n", None, False, id="an-empty-table"),
    ],
)
def test_the_nearest_file_decides(tmp_path: Path, outer: str | None, inner: str | None, wanted: bool) -> None:
    for folder, text in ((tmp_path, outer), (tmp_path / "inner", inner)):
        if text is not None:
            (folder / "pyproject.toml").write_text(text)
    assert in_sandbox() is wanted
    assert in_sandbox(True) is True
    assert in_sandbox(False) is False


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.pdbcoach\n", "is not valid TOML"),
        ("[tool.pdbcoach]\nsandbocks = true\n", "unknown key `sandbocks` in [tool.pdbcoach]"),
        ("[tool.pdbcoach]\nsandbox = 'yes'\n", "`sandbox` in [tool.pdbcoach] must be true or false"),
        (b"[tool.pdbcoach]\nsandbox = true # \xff\n", "is not valid TOML"),
    ],
)
def test_a_bad_file_is_an_error(text: str | bytes, message: str) -> None:
    file = Path("pyproject.toml")
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(PdbcoachError) as caught:
        in_sandbox()
    assert message in caught.value.message
    assert str(file.resolve()) in caught.value.message


def test_an_unreadable_file_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    Path("pyproject.toml").write_text(YES)
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PdbcoachError, match=r"pyproject\.toml cannot be read: Permission denied"):
        in_sandbox()


def test_a_folder_named_pyproject_toml_is_ignored() -> None:
    Path("pyproject.toml").mkdir()
    assert in_sandbox() is False


@pytest.mark.parametrize(
    "words",
    [
        ["replay", "--sandbox", "fork-count-them"],
        ["check", "--fast", "--sandbox", "fork-count-them"],
        ["replay", "fork-count-them"],
        ["show", "--transcript", "fork-count-them"],
        ["practice", "fork-count-them"],
        ["record", "--", "python", "-m", "pdb", "prog.py"],
        ["update", "--yes", "fork-count-them"],
    ],
    ids=" ".join,
)
def test_without_a_possible_sandbox_nothing_runs(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def none() -> None:
        raise PdbcoachError("no sandbox: bubblewrap is not installed", "install it")

    monkeypatch.setattr(sandbox, "check", none)
    monkeypatch.delenv("CI", raising=False)
    Path("prog.py").write_text("x = 1\n")
    if "--sandbox" not in words:
        Path("pyproject.toml").write_text(YES)
    assert main(words) == 2
    said = capsys.readouterr()
    assert "pdbcoach: error: no sandbox: bubblewrap is not installed\n  install it\n" in said.err
    assert said.out == ""
