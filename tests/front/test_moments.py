"""Colon-words at every kind of moment: nothing breaks, and the lesson goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front import lessons
from front.driving import CTRL_C, CTRL_D, Desk

ASKING = """\
name = input("who? ")
print(name)
"""
ASKING_STEPS = """\
  - ask: Run the line that asks.
    send: n
    at: {line: 1}
  - ask: Print it.
    send: n
    at: {line: 2}
"""

MOMENTS = {
    "at-the-beginning": [],
    "after-a-line": ["b 5"],
    "at-a-question": ["b 5"],
    "off-the-route": ["b 5", "", "s"],
    "in-a-list-of-commands": ["b 5", "", "commands 1"],
    "at-a-python-prompt": ["interact"],
    "inside-a-statement": ["interact", "if 1:"],
    "clear-all-breaks": ["b 5", "", "clear"],
    "in-a-debugger-in-a-debugger": ["debug double(1)"],
    "at-a-question-of-the-program": ["!input('who? ')"],
    "while-the-program-runs": ["while True: pass"],
    "after-the-end": ["q"],
    "in-free-play": [":play", "n", "n"],
    "at-the-last-step": ["b 5", "", "c", "s", "p n"],
}
each_moment = pytest.mark.parametrize("lines", MOMENTS.values(), ids=MOMENTS)

HARMLESS = [
    ":goal",
    ":state",
    ":hint",
    ":hint",
    ":hint",
    ":hint",
    ":why",
    ":show",
    ":par",
    ":recap",
    ":report",
    ":help",
    ":list",
    ":goto",
    ":goto nowhere",
    ":predict",
    ":in main",
    ":in nobody",
    ":in",
    ":undo x",
    ":undo 0",
    ":nonsense",
    ":",
    "p 1\x00",
    "\tp 1",
    "p '" + 5000 * "x" + "'",
]
"""Lines that leave the debugger and the lesson where they are."""


def how_it_stands(desk: Desk) -> object:
    return desk.step, desk.visit.debugger.standing(), desk.visit.journey.playing


@each_moment
def test_words_that_only_tell_change_nothing(desk: Desk, tmp_path: Path, lines: list[str]) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from lines
        before = how_it_stands(desk)
        for word in HARMLESS:
            yield word
            assert how_it_stands(desk) == before, word
        yield ":quit"

    assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0
    assert "5 of 5" in desk.text or "1 of 5" in desk.text
    assert "There's no word `:nonsense`" in desk.text
    assert "There's no lesson `nowhere`" in desk.text
    assert "There's no process `nobody`. Processes: `main`." in desk.text
    assert desk.text.count("so it wasn't sent.") == 3


@each_moment
def test_the_lesson_can_be_finished_from_here(desk: Desk, tmp_path: Path, lines: list[str]) -> None:
    """``:skip`` leads to the end of the lesson, and ``:reset`` starts it over."""

    def script(desk: Desk) -> Iterator[str]:
        yield from lines
        yield ":reset"
        assert (desk.step, desk.line()) == (1, 1)
        yield from lines
        while desk.visit.lesson.step is not None:
            step = desk.step
            yield ":skip"
            assert desk.step > step

    assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0
    assert desk.progress("lesson").passed == "task"
    assert len(desk.visits) == 2


@each_moment
def test_undo_leads_back_to_each_earlier_place(desk: Desk, tmp_path: Path, lines: list[str]) -> None:
    """One line after another, across steps, until none is left; then once more."""
    stood: list[object] = []

    def script(desk: Desk) -> Iterator[str]:
        for line in lines:
            stood.append((desk.step, desk.visit.debugger.standing()))
            yield line
        for _ in lines:
            yield ":undo"
            if not stood:
                break
            now = desk.step, desk.visit.debugger.standing()
            assert now in stood
            del stood[stood.index(now) :]
        yield ":back"
        yield ":undo 99"
        assert (desk.step, desk.line()) == (1, 1)
        mark = len(desk.text)
        yield ":undo"
        assert "You haven't typed anything that could be taken back." in desk.text[mark:]
        yield "b 5"
        assert desk.step == 2
        yield ":quit"

    assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0
    assert "doesn't behave the same every time" not in desk.text


@each_moment
@pytest.mark.parametrize("key", [pytest.param(CTRL_C, id="ctrl-c"), pytest.param(CTRL_D, id="ctrl-d")])
def test_a_key_leaves_the_lesson_usable(desk: Desk, tmp_path: Path, lines: list[str], key: str) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from lines
        yield key
        yield ":interrupt"
        yield ":eof"
        yield key
        yield ":reset"
        yield ":quit"

    assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0


@each_moment
def test_free_play_ends_where_it_began(desk: Desk, tmp_path: Path, lines: list[str]) -> None:
    def script(desk: Desk) -> Iterator[str]:
        yield from lines
        yield ":back"
        before = how_it_stands(desk)
        yield ":play"
        yield ":play"
        yield ":interrupt"
        yield "n"
        yield "b 6"
        yield ":undo"
        yield ":back"
        assert how_it_stands(desk) == before
        mark = len(desk.text)
        yield ":back"
        assert "You're already in the lesson." in desk.text[mark:]
        yield ":quit"

    assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0


@each_moment
def test_the_end_of_input_ends_the_practice(desk: Desk, tmp_path: Path, lines: list[str]) -> None:
    assert desk.hold(lessons.doubling(tmp_path, timeout=1), lines, patience=0.1) == 1
