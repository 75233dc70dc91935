"""Threads: switching between them, and taking their lines back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front import lessons
from front.driving import Desk

RACE = """\
import threading
total = 0
def add():
    global total
    old = total
    breakpoint()
    new = old + 1
    total = new
threads = [threading.Thread(target=add, name=name) for name in ("red", "blue")]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
STEPS = """\
  - ask: Let both threads come to the debugger.
    send: c
    processes: {main: running, "main:blue": stopped, "main:red": stopped}
  - ask: Show `old` in red.
    process: main:red
    send: p old
    expect: "0"
  - ask: Let red end.
    process: main:red
    send: c
    processes: {"main:red": gone}
  - ask: Show both values in blue.
    process: main:blue
    send: p total, old
    expect: (1, 0)
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return lessons.write(tmp_path, RACE, STEPS)


def test_a_line_of_a_thread_can_be_taken_back(desk: Desk, lesson: Path) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from ["c", ":in main:red", "p old", "c"]
        assert desk.phases()["main:red"] == "gone"
        yield ":undo"
        assert desk.phases()["main:red"] == "stopped"
        assert (desk.step, desk.visit.conversation.current.name) == (3, "main:red")
        yield from ["c", ":in main:blue", "p total, old"]

    assert desk.hold(lesson, script) == 0
    assert desk.progress("lesson").passed == "task"
    assert desk.text.count("One thread at a time is in the debugger") == 1
    assert "doesn't behave the same" not in desk.text
