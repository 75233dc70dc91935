"""Texts and lines with the values of the moment at which they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from coached import attempt, row, stop, views
from lessons import lesson_of
from msgspec.structs import replace

from pdbcoach.coach.help import hint, show
from pdbcoach.coach.lesson import Lesson, begin
from pdbcoach.observation import DebuggerState

STEPS = """\
  - send: "clear {breakpoint:it:9}"
    say: "`v` is {value:v}."
    ask: "Delete number {breakpoint:it:9}."
    hints: ["It has been hit {hits:it:9} times.", "Look at `{value:gone}`."]
    why: "There are {breakpoints} left, at line {line}."
    breakpoints: []
    wrong: [{when: {line: 9}, say: "Number {breakpoint:it:9} is still there."}]
"""


def at(*rows: int) -> DebuggerState:
    return stop(9, file="it", breakpoints=tuple(row(number, 9, file="it") for number in rows))


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return begin(lesson_of(tmp_path, STEPS), "task", "3.13.0")


def test_what_comes_before_the_line_has_the_number_that_is_right_here(lesson: Lesson) -> None:
    now = views(at(3))
    begun, says = lesson.begin_step(now)
    assert [said.text for said in says] == ["Delete number 3."]
    assert show(begun, now)[1][0].text == "Type `clear 3`."
    assert "hit 0 times" in hint(begun, now)[1].text
    assert begun.task(views(at(5))) == "Delete number 5."


def test_what_comes_after_the_line_is_of_the_state_after_it(lesson: Lesson) -> None:
    begun, _says = lesson.begin_step(views(at(3)))
    _after, judged = begun.attempted(attempt("clear 3", at(3), at()))
    assert judged.says[0].text == "There are 0 left, at line 9."


def test_a_step_whose_breakpoint_is_gone_can_not_be_done(lesson: Lesson) -> None:
    begun, _says = lesson.begin_step(views(at(3)))
    assert begun.is_on_road(views(at(3)))
    assert not begun.is_on_road(views(replace(at(), breakpoints=())))
