"""The interactive screen, on terminals of several widths and on a pipe."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.cells import cell_len

from pdbcoach.coach.course import Entry
from pdbcoach.coach.lesson import begin
from pdbcoach.coach.message import Message, Tone
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.front.screen import InteractiveScreen, ProcessRow
from pdbcoach.observation import Breakpoint, DebuggerState, Location
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Pack

SOURCE = "import os\n\n\ndef add(one, other):\n\treturn one + other\n\n\nprint(add(1, 2), 'wide: 子进程')\n"
LESSON = """\
format: 1
id: lesson
title: Into a call
run: python -m pdb prog.py
steps:
  - {ask: Go on., send: n, at: {line: 2}}
  - {ask: Further., send: n, at: {line: 3}}
"""


class Terminal(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return True


Draws = Callable[..., tuple[InteractiveScreen, io.StringIO]]


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Draws:
    """Return a screen of this width and what is drawn on it; without a width it is a pipe."""

    def draw(width: int | None = None, *, color: bool = False) -> tuple[InteractiveScreen, io.StringIO]:
        for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "LC_ALL", "LC_CTYPE", "LANG"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TERM", "xterm-256color")
        if width is None:
            file: io.StringIO = Terminal()
            file.isatty = lambda: False  # type: ignore[method-assign]
        else:
            monkeypatch.setenv("COLUMNS", str(width))
            file = Terminal()
        return InteractiveScreen(Screen(file, color=color)), file

    return draw


def state(line: int, *breakpoints: Breakpoint) -> DebuggerState:
    here = Location("prog.py", line, "<module>")
    return DebuggerState("line", here, 1, here, breakpoints=breakpoints)


def breakpoint_at(line: int, *, enabled: bool = True) -> Breakpoint:
    return Breakpoint(1, "prog.py", line, False, enabled, None, 0, 0)


def test_the_source_around_the_stop_is_drawn(draws: Draws) -> None:
    screen, file = draws(80)
    here = state(4, breakpoint_at(4), breakpoint_at(5, enabled=False))
    screen.program(SourceOutline({"prog.py": SOURCE}), here)
    assert file.getvalue() == (
        "  1     import os\n"
        "  2\n"
        "  3\n"
        "  4 B-> def add(one, other):\n"
        "  5 b           return one + other\n"
        "  6\n"
        "  7\n"
    )


def test_long_source_lines_are_cut(draws: Draws) -> None:
    screen, file = draws(30)
    screen.program(SourceOutline({"prog.py": SOURCE}), state(8))
    rows = file.getvalue().splitlines()
    assert rows[-1].endswith("…")
    assert max(map(cell_len, rows)) == 30


def test_a_stop_outside_the_program_shows_no_source(draws: Draws) -> None:
    screen, file = draws(80)
    there = Location("/usr/lib/python3/threading.py", 7, "run")
    screen.program(SourceOutline({"prog.py": SOURCE}), DebuggerState("line", there, 1, there))
    assert file.getvalue() == ""


@pytest.mark.parametrize("width", [40, 80, 200, None], ids=["40", "80", "200", "pipe"])
def test_the_heading_has_pack_title_and_stage(width: int | None, draws: Draws, tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(SOURCE)
    (tmp_path / "lesson.yaml").write_text(LESSON)
    (scenario,) = load(tmp_path / "lesson.yaml")
    pack = Pack(tmp_path, "basics", "Command basics", ("one", "lesson", "three"), (), "", ())
    screen, file = draws(width)
    screen.heading(Entry(tmp_path / "lesson.yaml", pack, 2, 3), begin(scenario, "watch", "3.13.0"))
    rows = file.getvalue().splitlines()
    assert rows[1] == "━━ Command basics · Into a call"
    assert " ".join("\n".join(rows[2:]).split()) == "██░ 2 of 3 · lesson · watch: the coach types, or you do"
    assert max(map(cell_len, rows)) <= (width or 80)


@pytest.mark.parametrize("tone", ["good", "miss", "note", "hint", "question", "task", "prose", "trouble"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_is_wrapped_and_indented(width: int, tone: Tone, draws: Draws) -> None:
    screen, file = draws(width)
    screen.say(Message(tone, "Some words about `a command`, " * 12))
    rows = file.getvalue().splitlines()
    assert max(map(cell_len, rows)) <= min(width, 96)
    indents = {len(row) - len(row.lstrip()) for row in rows[1:]}
    assert indents == ({0} if tone == "prose" else {2})


def test_chinese_is_wrapped_by_its_width(draws: Draws) -> None:
    screen, file = draws(40)
    screen.say(Message("good", "箭头所指的行还没有执行。" * 6))
    rows = file.getvalue().splitlines()
    assert max(map(cell_len, rows)) in (39, 40)
    assert len(rows) == 4


def test_columns_are_aligned_by_width(draws: Draws) -> None:
    screen, file = draws(80)
    screen.table(((":goal", "the task"), ("子进程", "a child")))
    screen.tree(
        [
            ProcessRow("main", "main", "running", True),
            ProcessRow("main.1", "main.1 (孩子)", "gone (exit 7)", False),
        ]
    )
    assert file.getvalue() == (
        "  :goal   the task\n"
        "  子进程  a child\n"
        "  * main             running\n"
        "      main.1 (孩子)  gone (exit 7)\n"
    )


def test_output_is_labelled_if_there_are_several_processes(draws: Draws) -> None:
    screen, file = draws(80)
    screen.output("main", "one\ntwo\n", among=["main"])
    screen.output("main", "three\n", among=["main", "main.1"])
    assert file.getvalue() == "one\ntwo\nmain   │ three\n"


def test_a_flood_of_output_is_bounded(draws: Draws) -> None:
    screen, file = draws(80)
    screen.output("main", "".join(f"{number}\n" for number in range(1000)), among=["main"])
    rows = file.getvalue().splitlines()
    assert rows[99:102] == ["99", "[800 lines left out]", "900"]
    assert len(rows) == 201


def test_a_very_long_line_is_bounded(draws: Draws) -> None:
    screen, file = draws(100)
    screen.output("main", "x" * 1_000_000, among=["main"])
    assert file.getvalue() == ("x" * 100 + "\n") * 20 + " [998000 characters left out]\n"


def test_control_sequences_of_a_program_are_not_obeyed(draws: Draws) -> None:
    screen, file = draws(80, color=True)
    screen.output("main", "\x1b[2J\x07\r\n", among=["main"])
    assert file.getvalue() == "\\x1b[2J\\x07\n"


@pytest.mark.parametrize("tone", ["good", "miss", "note", "hint", "question", "task", "offer", "prose"])
def test_only_signs_have_colour(tone: Tone, draws: Draws) -> None:
    screen, file = draws(80, color=True)
    screen.say(Message(tone, "text"))
    before, _text, _after = file.getvalue().partition("text")
    assert not before.endswith("m") or before.rpartition("\x1b[")[2] in ("0m", "1m", "2m")


def test_lessons_are_listed_by_pack(draws: Draws) -> None:
    screen, file = draws(80)
    screen.contents(
        [("Basics", (("one", "finished"), ("another-one", ""))), ("子进程", (("three", "in progress"),))]
    )
    assert file.getvalue() == (
        "Basics\n  one          finished\n  another-one\n子进程\n  three        in progress\n"
    )
