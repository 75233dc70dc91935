from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from progress.learner import NOON, attempt, day

from pdbcoach import language
from pdbcoach.cli import main
from pdbcoach.progress.records import LessonState, Score
from pdbcoach.progress.store import FILE, Store

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reset the language after each test; no locale sets it."""
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr(language, "_used", language._used)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of a learner with two attempts."""
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
    with Store.open(tmp_path / "home") as store:
        store.record(attempt(misconceptions=("M01",)))
        store.record(attempt(day(1), commands=("until",), verdict="miss"))
        store.complete("basics/into-or-over", "task", NOON, Score(4, 4))
    return tmp_path / "home"


@pytest.fixture
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of a learner without attempts."""
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "nobody"))
    return tmp_path / "nobody"


class TestShow:
    def test_progress_is_drawn(self, home: Path, capsys: Output) -> None:
        assert main(["progress"]) == 0
        shown = capsys.readouterr()
        assert "  next   ████░░░░░░░░  box 2 of 4  due now\n" in shown.out
        assert "The `->` line has already run\n" in shown.out
        assert "  1/7    Command basics\n" in shown.out
        assert "\nDue now: until, next, M01. `pdbcoach review` brings them back.\n" in shown.out
        assert shown.err == ""

    def test_progress_is_drawn_in_the_chosen_language(self, home: Path, capsys: Output) -> None:
        assert main(["progress", "--lang", "zh"]) == 0
        assert "`->` 所指的行已经执行过了\n" in capsys.readouterr().out

    def test_progress_can_be_json(self, home: Path, capsys: Output) -> None:
        assert main(["progress", "--json"]) == 0
        content = json.loads(capsys.readouterr().out)
        assert [(one["name"], one["box"]) for one in content["commands"]] == [("until", 1), ("next", 2)]
        assert next(pack["finished"] for pack in content["packs"] if pack["id"] == "basics") == 1

    def test_without_progress_the_first_lesson_is_suggested(self, nobody: Path, capsys: Output) -> None:
        assert main(["progress"]) == 0
        assert "You haven't practised anything yet." in capsys.readouterr().out
        assert not nobody.exists()

    @pytest.mark.parametrize("action", [pytest.param([], id="show"), pytest.param(["export"], id="export")])
    def test_a_damaged_file_is_reported_and_left(self, home: Path, capsys: Output, action: list[str]) -> None:
        (home / FILE).write_bytes(b"no database at all" * 99)
        assert main(["progress", *action]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err == (
            f"pdbcoach: error: {home / FILE} is damaged\n"
            "  `pdbcoach practice` sets it aside and begins a new one\n"
        )


class TestTransfer:
    def test_an_export_can_be_imported_elsewhere(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        file = tmp_path / "mine.json"
        assert main(["progress", "export", str(file)]) == 0
        monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "other"))
        assert main(["progress", "import", str(file)]) == 0
        assert main(["progress", "import", str(file)]) == 0
        shown = capsys.readouterr()
        assert shown.out.splitlines() == [
            "new: 2 attempts; what is known of 1 lesson has changed",
            "nothing new: all of it was known",
        ]
        assert shown.err == ""
        with Store.read(home) as here, Store.read(tmp_path / "other") as there:
            assert there.attempts() == here.attempts() != ()
            assert there.lessons() == here.lessons() != {}

    def test_an_export_can_be_imported_from_a_pipe(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        assert main(["progress", "export"]) == 0
        text = capsys.readouterr().out
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "other"))
        assert main(["progress", "import", "-"]) == 0
        with Store.read(tmp_path / "other") as store:
            assert len(store.attempts()) == 2

    def test_a_bad_file_changes_nothing(self, nobody: Path, tmp_path: Path, capsys: Output) -> None:
        file = tmp_path / "mine.json"
        file.write_text('{"kind": "pdbcoach-progress", "format": 2, "attempts": [{}], "lessons": []}')
        assert main(["progress", "import", str(file)]) == 2
        assert capsys.readouterr().err == (
            f"pdbcoach: error: {file}: $.attempts[0]: object missing required field `when`\n"
            "  Nothing was imported. `pdbcoach progress export FILE` writes a file that can be imported.\n"
        )
        assert not nobody.exists()

    def test_an_endless_device_is_rejected(self, nobody: Path, capsys: Output) -> None:
        assert main(["progress", "import", "/dev/zero"]) == 2
        assert capsys.readouterr().err == (
            "pdbcoach: error: /dev/zero is larger than 64 MiB\n  `progress export` writes smaller files\n"
        )
        assert not nobody.exists()

    def test_a_missing_file_is_an_error(self, nobody: Path, capsys: Output) -> None:
        assert main(["progress", "import", "/no/such"]) == 2
        assert capsys.readouterr().err == (
            "pdbcoach: error: /no/such cannot be read: No such file or directory\n"
        )

    def test_an_import_that_cannot_be_stored_is_an_error(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        file = tmp_path / "mine.json"
        main(["progress", "export", str(file)])
        monkeypatch.setenv("PDBCOACH_HOME", str(file))
        assert main(["progress", "import", str(file)]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err == (
            "pdbcoach: error: nothing was imported. Your progress is not saved from here on "
            f"({file / FILE}: File exists).\n"
        )

    def test_an_import_replaces_a_damaged_file(self, home: Path, tmp_path: Path, capsys: Output) -> None:
        file = tmp_path / "mine.json"
        main(["progress", "export", str(file)])
        (home / FILE).write_bytes(b"no database at all" * 99)
        assert main(["progress", "import", str(file)]) == 0
        shown = capsys.readouterr()
        assert "was damaged" in shown.err
        assert shown.out == "new: 2 attempts; what is known of 1 lesson has changed\n"

    @pytest.mark.parametrize(
        "words",
        [
            pytest.param(["--json", "export"], id="export"),
            pytest.param(["--lang", "zh", "import", "x"], id="import"),
        ],
    )
    def test_options_of_show_are_rejected_with_an_action(
        self, home: Path, words: list[str], capsys: Output
    ) -> None:
        assert main(["progress", *words]) == 2
        assert "--json and --lang only work without an action" in capsys.readouterr().err

    def test_a_newer_store_is_rejected(self, home: Path, capsys: Output) -> None:
        with Store.open(home) as store:
            store._connection.execute("PRAGMA user_version = 99")
        assert main(["progress"]) == 2
        assert "its version is 99" in capsys.readouterr().err


def test_an_empty_state_of_a_lesson_is_not_exported(nobody: Path, capsys: Output) -> None:
    with Store.open(nobody) as store:
        store.merge([], [LessonState("basics/one")])
    assert main(["progress", "export"]) == 0
    assert json.loads(capsys.readouterr().out)["lessons"] == []
