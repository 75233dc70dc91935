"""Several processes: switching between them, and undoing lines of any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front import lessons
from front.driving import CTRL_C, Desk

FORKING = """\
import os, time
pid = os.fork()
if pid == 0:
    a = 1
    b = 2
    os._exit(3)
status = os.waitpid(pid, 0)[1]
print("child", os.waitstatus_to_exitcode(status))
"""
FORKING_STEPS = """\
  - ask: Let `main` fork and come to line 3.
    send: b 3 ;; c
    at: {line: 3}
    processes: {main: stopped, main.1: stopped}
  - ask: Note the pid of the child.
    send: p pid
    expect: "[child:..]"
  - ask: Move the child to line 5.
    process: main.1
    send: b 5 ;; c
    at: {line: 5}
  - ask: Show the pid of the child in the child.
    process: main.1
    send: p os.getpid()
    expect: "[child]"
  - ask: Let `main` wait.
    send: c
    processes: {main: running}
  - ask: Let the child end.
    process: main.1
    send: c
    processes: {main.1: exit 3}
"""
OWN_ROAD = ["b 3 ;; c", "p pid", ":in main.1", "b 5 ;; c", "p os.getpid()", ":in main", "c", "c"]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return lessons.write(tmp_path, FORKING, FORKING_STEPS, extra="alias: {kid: main.1}\n")


def test_the_lessons_own_lines_pass(desk: Desk, lesson: Path) -> None:
    assert desk.hold(lesson, OWN_ROAD) == 0
    assert desk.progress("lesson").passed == "task"


def test_in_switches_between_processes(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield ":in main.1"
        assert desk.visit.conversation.current.name == "main"
        yield "b 3 ;; c"
        for called, name in (("main.1", "main.1"), ("main", "main"), ("kid", "main.1"), ("nobody", "main.1")):
            yield f":in {called}"
            assert desk.visit.conversation.current.name == name
        yield ":quit"

    assert desk.hold(lesson, script) == 0
    assert "There's no process `main.1`. Processes: `main`." in desk.text
    assert "There's no process `nobody`. Processes: `main`, `main.1`." in desk.text


def test_undo_takes_back_a_line_of_a_child(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from OWN_ROAD[:4]
        assert (desk.line("main"), desk.line("main.1")) == (3, 5)
        yield ":undo"
        assert (desk.step, desk.visit.conversation.current.name) == (3, "main.1")
        assert (desk.line("main"), desk.line("main.1")) == (3, 3)
        yield from OWN_ROAD[3:]

    assert desk.hold(lesson, script) == 0
    assert desk.progress("lesson").passed == "task"
    assert "doesn't behave the same every time" not in desk.text


def test_undo_brings_back_a_child_that_has_ended(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from [*OWN_ROAD[:7], "n", "n"]  # past its line, to its end
        while desk.phases()["main.1"] == "stopped":
            yield "n"
        yield ":undo"
        assert desk.phases() == {"main": "running", "main.1": "stopped"}
        yield ":quit"

    assert desk.hold(lesson, script) == 0
    assert "doesn't behave the same every time" not in desk.text


def test_free_play_works_in_a_child(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from OWN_ROAD[:3]
        yield from [":play", "c", ":in main", "n", "c", ":back"]
        assert (desk.line("main"), desk.line("main.1")) == (3, 3)
        assert (desk.step, desk.visit.conversation.current.name) == (3, "main.1")
        yield from OWN_ROAD[3:]

    assert desk.hold(lesson, script) == 0
    assert desk.progress("lesson").passed == "task"


def test_every_step_can_be_skipped(desk: Desk, lesson: Path) -> None:
    assert desk.hold(lesson, ["b 5", "c", *[":skip"] * 6]) == 0


def test_ctrl_c_stops_a_waiting_process(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from OWN_ROAD[:7]
        assert desk.visit.conversation.current.name == "main.1"
        yield ":in main"
        assert desk.visit.conversation.current.runs
        yield CTRL_C
        assert desk.visit.conversation.current.waits
        yield ":quit"

    assert desk.hold(lesson, script, patience=0.5) == 0


def test_processes_can_share_a_terminal(desk: Desk) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield ":state"
        yield from [":skip", ":undo", ":play", "n", ":back", ":reset"]
        while desk.visit.lesson.step is not None:
            yield ":skip"

    assert desk.hold("fork-two-prompts[shared]", script) == 0
