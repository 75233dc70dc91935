"""What is stored of a lesson, whatever ends the practice or happens to the file."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from front import lessons
from front.driving import Desk, asked, typed
from front.outside import Outside
from packs.shelf import SCENARIOS

from pdbcoach.cli import main
from pdbcoach.progress import files
from pdbcoach.progress.records import Position
from pdbcoach.progress.store import FILE, Store
from pdbcoach.route import Typed
from pdbcoach.scenario.model import Scenario

ROAD = ["b 5", "", "c", "s", "p n", "r"]

Output = pytest.CaptureFixture[str]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return lessons.doubling(tmp_path)


class TestResuming:
    @pytest.mark.parametrize("lines", [ROAD[:number] for number in range(1, 6)], ids=map(str, range(1, 6)))
    def test_the_debugger_is_where_it_was(self, desk: Desk, lesson: Path, lines: list[str]) -> None:
        stood: list[object] = []

        def leaving(desk: Desk) -> Iterator[str]:
            yield from lines
            stood.append((desk.step, desk.visit.debugger.standing()))
            yield ":quit"

        def coming_back(desk: Desk) -> Iterator[str]:
            assert (desk.step, desk.visit.debugger.standing()) == stood[0]
            yield from ROAD[len(lines) - (lines[-1] == "") :]

        assert desk.hold(lesson, leaving) == 0
        assert desk.hold(lesson, coming_back) == 0
        assert desk.progress("lesson").best.commands == desk.progress("lesson").best.par

    def test_earlier_lines_can_be_undone(self, desk: Desk, lesson: Path) -> None:
        def coming_back(desk: Desk) -> Iterator[str]:
            assert (desk.step, desk.line()) == (3, 6)
            yield ":undo"
            assert (desk.step, desk.line()) == (3, 5)
            yield ":undo"
            assert (desk.step, desk.line()) == (2, 1)
            yield ":undo"
            assert (desk.step, desk.state().breakpoints) == (1, ())
            yield ":undo"
            yield from ROAD

        assert desk.hold(lesson, ["b 5", "", "c", "n", ":quit"]) == 0
        assert desk.hold(lesson, coming_back) == 0
        assert "You haven't typed anything that could be taken back." in desk.text
        assert desk.progress("lesson").passed == "task"

    def test_lines_of_the_coach_can_be_undone(self, desk: Desk, lesson: Path) -> None:
        def coming_back(desk: Desk) -> Iterator[str]:
            assert desk.step == 2
            yield ":undo"
            assert (desk.step, desk.state().breakpoints) == (1, ())
            yield ":quit"

        assert desk.hold(lesson, ["n", "", ":quit"], stage="watch") == 0
        assert desk.hold(lesson, coming_back, stage="watch") == 0

    def test_a_step_can_be_skipped_off_the_route(self, desk: Desk, lesson: Path) -> None:
        def coming_back(desk: Desk) -> Iterator[str]:
            assert desk.line() == 4
            yield ":skip"
            assert (desk.step, desk.line()) == (2, 1)
            yield ":quit"

        assert desk.hold(lesson, ["n", ":quit"]) == 0
        assert desk.hold(lesson, coming_back) == 0
        assert "You took a different way" not in desk.text

    def test_the_learners_own_breakpoints_stay_known(self, desk: Desk, tmp_path: Path) -> None:
        """No later step complains about them, whether it names breakpoints or not."""
        steps = (
            "  - ask: Go to line 5.\n    send: b 5 ;; c\n    breakpoints: ['5']\n    at: {line: 5}\n"
            "  - ask: Go to line 6.\n    send: n\n    at: {line: 6}\n    breakpoints: ['5']\n"
            "  - ask: Stop at 7.\n    send: b 7\n    breakpoints: ['5', '7']\n"
            "  - ask: Go there.\n    send: c\n    at: {line: 7}\n    breakpoints: ['5', '7']\n"
        )
        file = lessons.write(tmp_path, lessons.DOUBLING, steps)

        def coming_back(desk: Desk) -> Iterator[str]:
            assert (desk.step, len(desk.state().breakpoints)) == (3, 2)
            yield "b 7"
            assert desk.step == 4
            yield ":undo 2"
            assert desk.step == 2
            yield "c"
            yield "b 7"
            yield "c"

        assert desk.hold(file, ["b 5", "c", "b 6", "c", ":quit"]) == 0
        assert desk.hold(file, coming_back) == 0
        assert desk.progress("lesson").passed == "task"

    def test_lines_of_the_current_step_still_count(self, desk: Desk, tmp_path: Path) -> None:
        steps = (
            "  - ask: Go on to line 5.\n    send: until 5\n    at: {line: 5}\n"
            "  - ask: Show both.\n    say: There are two.\n    send: p a, double(a)\n"
            "    expect: (1, 2)\n"
        )
        file = lessons.write(tmp_path, lessons.DOUBLING, steps)

        def coming_back(desk: Desk) -> Iterator[str]:
            now = desk.visit.lesson.now
            assert [line.text for line in now.typed] == ["p a", "w"]
            assert desk.visit.lesson.previous == {"main": "w"}
            assert desk.visit.lesson.used == ("until", "p", "where")
            yield "p double(a)"

        assert desk.hold(file, ["until 5", "p a", "w", ":quit"]) == 0
        mark = len(desk.text)
        assert desk.hold(file, coming_back) == 0
        assert "There are two." in desk.text[mark:]
        assert "Show both." in desk.text[mark:]

    def test_captures_are_restored(self, desk: Desk, tmp_path: Path) -> None:
        steps = (
            "  - ask: Look.\n    send: p id(len)\n    expect: '[it:..]'\n    quiet: true\n"
            "  - ask: Go to line 4.\n    send: n\n    at: {line: 4}\n"
            "  - ask: Look again.\n    send: p id(len)\n    expect: '[it]'\n"
        )
        file = lessons.write(tmp_path, "a = 1\n\n\nb = 2\n", steps)
        assert desk.hold(file, ["n", ":quit"]) == 0
        assert desk.hold(file, ["p id(len)"]) == 0

    def test_a_lesson_file_may_have_become_shorter(self, desk: Desk, tmp_path: Path, lesson: Path) -> None:
        assert desk.hold(lesson, ["b 5", "", "c", "s", "p n", ":quit"]) == 0
        lessons.write(tmp_path, lessons.DOUBLING, "  - ask: Stop at line 5.\n    send: b 5\n")
        assert desk.hold(lesson, [":quit"]) == 0

    @pytest.mark.parametrize(
        "entry",
        [
            {"kind": "became", "process": "main", "phase": "lost"},
            {"kind": "wait", "seconds": "a while"},
            {"kind": "asked", "step": 0},
            {"kind": "dance", "process": "main"},
            {"kind": "await", "process": "main", "text": "gone 0.31"},  # as it was written once
        ],
    )
    def test_a_lesson_with_an_unreadable_route_starts_over(
        self, desk: Desk, lesson: Path, entry: dict[str, object]
    ) -> None:
        route = (Typed("main", "n"), Typed("main", "REPLACED"))
        with Store.open(desk.home) as store:
            store.move("lesson", Position("task", 2, route, desk.target.version), datetime.now(UTC))
            file = store.path
        assert file is not None
        with closing(sqlite3.connect(file)) as connection, connection:
            (position,) = connection.execute("SELECT position FROM lessons").fetchone()
            changed = json.loads(position)
            changed["route"][1] = entry
            connection.execute("UPDATE lessons SET position = ?", (json.dumps(changed),))
        assert desk.hold(lesson, [":quit"]) == 0
        assert "step 1 of" in desk.text
        assert "Welcome back" not in desk.text

    def test_free_play_is_not_stored(self, desk: Desk, lesson: Path) -> None:
        def coming_back(desk: Desk) -> Iterator[str]:
            assert (desk.step, desk.line(), len(desk.state().breakpoints)) == (2, 1, 1)
            yield ":quit"

        assert desk.hold(lesson, ["b 5", ":play", "c", "c", ":quit"]) == 0
        assert desk.hold(lesson, coming_back) == 0

    def test_nothing_can_be_undone_if_only_the_coach_typed(self, desk: Desk) -> None:
        def coming_back(desk: Desk) -> Iterator[str]:
            assert desk.line() > 1
            yield ":undo"
            yield ":quit"

        assert desk.hold("into-or-over", [":quit"]) == 0
        assert desk.hold("into-or-over", coming_back) == 0
        assert "You haven't typed anything that could be taken back." in desk.text

    def test_an_ended_program_is_reported_with_what_to_do(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, ["b 5", "q", ":quit"]) == 0
        mark = len(desk.text)
        assert desk.hold(lesson, [":quit"]) == 0
        assert "`main` has ended and can't read a line. Try `:undo`, `:reset` or `:quit`." in desk.text[mark:]

    def test_help_still_counts(self, desk: Desk, lesson: Path) -> None:
        """A learner who was shown a step and comes back has still had help."""
        assert desk.hold(lesson, ["", ":quit"], stage="watch") == 0
        assert desk.hold(lesson, [*ROAD[1:]], stage="watch") == 0
        assert desk.progress("lesson").passed == "watch"

    def test_another_stage_or_python_starts_over(self, desk: Desk, lesson: Path) -> None:
        def at_the_beginning(desk: Desk) -> Iterator[str]:
            assert (desk.step, desk.line(), desk.state().breakpoints) == (1, 1, ())
            yield ":quit"

        assert desk.hold(lesson, ["b 5", ":quit"], stage="watch") == 0
        assert desk.hold(lesson, at_the_beginning, stage="task") == 0

    def test_a_variant_in_progress_is_resumed(self, desk: Desk) -> None:
        name = "condition-needs-a-comma[misspelt-name]"

        def script(desk: Desk) -> Iterator[str]:
            scenario = desk.visit.lesson.scenario
            yield typed(asked(scenario)[0])
            yield ":quit"

        assert desk.hold(name, script) == 0
        assert desk.hold("condition-needs-a-comma", [":quit"], stage=None) == 0
        assert desk.visit.lesson.scenario.id == name


def steps_to_state(scenario: Scenario, desk: Desk) -> list[str]:
    """Return what ``:state`` says at each step of an undisturbed lesson."""
    found = []

    def script(desk: Desk) -> Iterator[str]:
        while (step := desk.visit.lesson.step) is not None:
            if step.process != desk.visit.conversation.current.name:
                yield f":in {step.process}"
            mark = len(desk.text)
            yield ":state"
            found.append(told(desk.text[mark:]))
            yield typed(step)

    assert desk.hold(scenario.id, script, predict=False) == 0
    return found


def told(text: str) -> str:
    """Return what ``:state`` said in ``text``."""
    return "\n".join(re.findall(r"^. (`main.*)$", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["args-right-now", "thread-breakpoint-missed", "fork-buffer-twice"])
def test_a_practice_killed_at_any_step_resumes_there(desk: Desk, tmp_path: Path, name: str) -> None:
    """Kill a practice at each step, and start it again."""
    scenario = next(one for one in SCENARIOS if one.id == name)
    states = steps_to_state(scenario, desk)
    steps = asked(scenario)
    folder = tmp_path / "outside"
    folder.mkdir()
    for number, step in enumerate(steps):
        last = number == len(steps) - 1
        with Outside(folder, (name, "--stage", "task", "--no-predict")) as practice:
            practice.expect(f"step {number + 1} of {len(steps)}")
            if number:
                practice.expect(f"Welcome back: you're at step {number + 1} of {len(steps)}.")
            practice.type(f":in {step.process}", ":state", ":par")
            practice.expect("par is")
            assert told(practice.text.rpartition(":state")[2]) == states[number]
            practice.type(typed(step))
            if last:
                assert practice.ended() == 0
            else:
                practice.expect(f"step {number + 2} of {len(steps)}")
            practice.process.kill()
            assert practice.ended() in (0, -9)
            assert practice.left_over() == []
    with Store.read(folder / "home") as store:
        (state,) = store.lessons().values()
        assert state.passed == "task"
        assert [one.verdict for one in store.attempts()] == ["done"] * len(steps)


def test_two_practices_at_once_keep_both_records(tmp_path: Path) -> None:
    """Both use one folder and one lesson. Every attempt of both is stored."""
    file = lessons.doubling(tmp_path / "lesson")
    words = (str(file), "--stage", "task", "--no-predict")
    lines = [line for line in ROAD if line]
    with Outside(tmp_path, words) as one, Outside(tmp_path, words) as other:
        for number, line in enumerate(lines, 1):
            for practice in (one, other):
                practice.expect(f"step {number} of 5")
            for practice in (one, other):
                practice.type(line)
        assert (one.ended(), other.ended()) == (0, 0)
        assert "is not saved" not in one.text + other.text
        assert one.left_over() == []
    with Store.read(tmp_path / "home") as store:
        assert [one.verdict for one in store.attempts()] == ["done"] * 10
        assert store.lesson("lesson").passed == "task"


class TestProgressFile:
    def test_a_full_disk_is_reported_once(
        self, desk: Desk, lesson: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert desk.hold(lesson, ["b 5", ":quit"]) == 0
        connect: Callable[..., sqlite3.Connection] = sqlite3.connect

        def small(where: object, **options: Any) -> sqlite3.Connection:
            connection = connect(where, **options)
            if where != ":memory:":
                connection.execute("PRAGMA max_page_count = 1")
            return connection

        monkeypatch.setattr(files.sqlite3, "connect", small)
        big = "p '" + 3000 * "x" + "'"
        assert desk.hold(lesson, ["", *[big] * 20, "c", *[big] * 20, "s", "p n", "r"]) == 0
        assert desk.text.count("Your progress is not saved from here on") == 1
        assert desk.text.count("disk is full") == 1

    def test_an_unwritable_folder_is_reported_once(
        self, lesson: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk = Desk(Path("/proc/pdbcoach"))
        assert desk.hold(lesson, ROAD) == 0
        assert desk.text.count("Your progress is not saved from here on") == 1

    def test_a_damaged_file_is_reported_once(self, desk: Desk, lesson: Path) -> None:
        desk.home.mkdir()
        (desk.home / FILE).write_bytes(b"no database " * 500)
        assert desk.hold(lesson, ROAD) == 0
        assert desk.text.count("was damaged") == 1
        assert desk.hold(lesson, [":quit"]) == 0
        assert desk.text.count("was damaged") == 1
        assert desk.progress("lesson").passed == "task"
        assert len(list(desk.home.glob("*.damaged-*"))) == 1

    def test_a_file_of_a_newer_pdbcoach_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
    ) -> None:
        Store.open(tmp_path / "home").close()
        connection = sqlite3.connect(tmp_path / "home" / FILE)
        connection.execute("PRAGMA user_version = 99")
        connection.close()
        monkeypatch.setenv("PDBCOACH_HOME", str(tmp_path / "home"))
        assert main(["practice", "into-or-over"]) == 2
        told = capsys.readouterr().err
        assert "was written by a newer pdbcoach: its version is 99" in told
        assert "Update pdbcoach, or set PDBCOACH_HOME" in told
