"""``pdbcoach practice``: what it starts with, its exit codes, and what it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from front import lessons
from front.outside import Outside

from pdbcoach.cli import main

Output = pytest.CaptureFixture[str]

ROAD = ["b 5", "c", "s", "p n", "r"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class TestStart:
    def test_practice_starts_with_the_first_lesson_and_then_resumes(self, tmp_path: Path) -> None:
        with Outside(tmp_path, ("--stage", "task", "--no-predict")) as practice:
            practice.expect("1 of 7 · arrow-not-yet-run")
            practice.type("w")
            practice.end_input()
            assert practice.ended() == 1
            assert "Your place is saved" in practice.text
        with Outside(tmp_path, ("run-to-return", "--stage", "task", "--no-predict")) as practice:
            practice.type(":skip", ":quit")
            assert practice.ended() == 0
        with Outside(tmp_path) as practice:
            practice.expect("Welcome back: you're at step 2")
            assert "· run-to-return ·" in practice.text
            assert "`:list` shows all lessons." in practice.text
            practice.type(":list", ":quit")
            assert practice.ended() == 0
            assert re.search(r"run-to-return +in progress", practice.text)
            assert practice.left_over() == []

    def test_a_pack_leads_from_lesson_to_lesson(self, tmp_path: Path) -> None:
        folder = tmp_path / "pack"
        for name in ("a", "b"):
            lessons.write(folder, lessons.DOUBLING, lessons.DOUBLING_STEPS, name=name)
        with Outside(tmp_path, (str(folder), "--no-predict")) as practice:
            practice.type(*ROAD, "", *ROAD)
            assert practice.ended() == 0
            assert (
                practice.text.count("You did all of it without help, so you won't need a second round.") == 2
            )
            assert "Next: A lesson of the tests (watch" in practice.text

    def test_a_file_can_be_practised(self, tmp_path: Path) -> None:
        file = lessons.doubling(tmp_path / "lesson")
        with Outside(tmp_path, (str(file), "--stage", "task", "--no-predict", "--plain")) as practice:
            practice.type(*ROAD)
            assert practice.ended() == 0
            assert "\x1b" not in practice.text
            assert "5 commands that move or change something; par is 5." in practice.text

    def test_a_learner_who_finished_everything_is_told(self, tmp_path: Path) -> None:
        file = lessons.doubling(tmp_path / "lesson")
        for said in ("step 1 of 5", "You've finished this lesson before. Here it is again."):
            with Outside(tmp_path, (str(file), "--no-predict")) as practice:
                practice.type(*ROAD)
                practice.expect(said)
                assert practice.ended() == 0


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "told"),
        [
            pytest.param(["into-or-ove"], "did you mean `into-or-over`?", id="a-typing-error"),
            pytest.param(["quite-something-else"], "there is no file, folder, scenario", id="nothing"),
            pytest.param(["into-or-over[no]"], "there is no into-or-over[no] in ", id="no-such-variant"),
            pytest.param(["into-or-over", "--python", "2.7"], "2.7 is no target of pdbcoach", id="too-old"),
            pytest.param(["--python", "all"], "name one Python here", id="all-pythons"),
            pytest.param(["--python", "/nowhere/python"], "/nowhere/python does not exist", id="no-python"),
            pytest.param(["--stage", "all"], "invalid choice: 'all'", id="no-such-stage"),
            pytest.param(["--lang"], "expected one argument", id="no-language"),
        ],
    )
    def test_a_missing_lesson_is_refused(
        self, home: Path, capsys: Output, words: list[str], told: str
    ) -> None:
        assert main(["practice", *words]) == 2
        shown = capsys.readouterr()
        assert told in shown.err
        assert "bug in pdbcoach" not in shown.err
        assert shown.out == ""

    def test_a_broken_scenario_is_refused(self, home: Path, tmp_path: Path, capsys: Output) -> None:
        file = lessons.write(tmp_path, "a = 1\n", "  - ask: No.\n    sned: n\n")
        assert main(["practice", str(file)]) == 2
        told = capsys.readouterr().err
        assert told.startswith(f"{file}:8:5: ")
        assert "did you mean `send`?" in told
        assert "1 problem, nothing was run" in told

    def test_a_lesson_for_another_python_is_refused(self, home: Path, tmp_path: Path, capsys: Output) -> None:
        file = lessons.write(tmp_path, "a = 1\n", "  - {ask: Go on., send: n}\n", extra='python: "<3.10"\n')
        assert main(["practice", str(file)]) == 2
        told = capsys.readouterr().err
        assert "lesson needs Python <3.10; this is 3." in told
        assert "--python picks another one; `pdbcoach doctor` lists those it found" in told

    def test_a_folder_without_lessons_is_refused(self, home: Path, tmp_path: Path, capsys: Output) -> None:
        (tmp_path / "empty").mkdir()
        assert main(["practice", str(tmp_path / "empty")]) == 2
        assert "there are no scenarios in" in capsys.readouterr().err

    def test_a_later_lesson_that_cannot_run_is_passed_over(self, tmp_path: Path) -> None:
        """The reason is shown, and the next lesson is offered."""
        lessons.write(tmp_path / "pack", "a = 1\n", "  - {ask: Go on., send: n, quiet: true}\n", name="a")
        lessons.write(tmp_path / "pack", "a = 1\n", "  - {sned: n}\n", name="b")
        lessons.write(
            tmp_path / "pack", "a = 1\n", "  - {ask: On., send: n}\n", name="c", extra='python: "<3.10"\n'
        )
        lessons.write(tmp_path / "pack", "a = 1\n", "  - {ask: Go on., send: n}\n", name="d")
        with Outside(tmp_path, (str(tmp_path / "pack"), "--stage", "task")) as practice:
            practice.type("")
            practice.expect("· d ·")
            practice.type("n")
            assert practice.ended() == 0
            assert "did you mean `send`?" in practice.text
            assert "c needs Python <3.10" in practice.text
