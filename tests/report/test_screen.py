from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len

from pdbcoach.report.lines import OutputLine
from pdbcoach.report.screen import Screen

Make = Callable[..., tuple[Screen, Any]]


class Pipe(io.StringIO):
    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def test_a_long_line_continues_under_its_label(terminal: Make) -> None:
    screen, file = terminal(20)
    screen.line("x" * 30, label="main.1 | ")
    assert file.getvalue() == f"main.1 | {'x' * 11}\nmain.1 | {'x' * 11}\nmain.1 | {'x' * 8}\n"


def test_wide_characters_are_never_cut_in_half(terminal: Make) -> None:
    screen, file = terminal(20)
    screen.line("子" * 15, label="main | ")
    rows = file.getvalue().splitlines()
    assert [cell_len(row) for row in rows] == [19, 19, 13]


def test_nothing_is_wider_than_the_terminal(terminal: Make) -> None:
    screen, file = terminal(40)
    screen.prose("words " * 30, indent=2)
    screen.lines([OutputLine("    " + "y" * 100, "quiet"), OutputLine("  " + "z" * 100, "bad")])
    screen.line("w" * 39)
    screen.begin()
    screen.put("v" * 39)
    screen.mark("✓", "green")
    assert max(map(len, file.getvalue().splitlines())) == 40


def test_a_label_may_be_wider_than_the_terminal(terminal: Make) -> None:
    screen, file = terminal(20)
    screen.line("text", label="x" * 30)
    assert file.getvalue() == "x" * 30 + "text\n"


def test_lines_in_a_pipe_are_not_cut() -> None:
    file = Pipe()
    Screen(file).line("x" * 500, label="main | ")
    assert file.getvalue() == f"main | {'x' * 500}\n"


def test_markup_is_drawn_as_text(terminal: Make) -> None:
    screen, file = terminal(color=True)
    screen.line("[bold]no[/bold] :smile: [link=x]y[/link]")
    assert file.getvalue() == "[bold]no[/bold] :smile: [link=x]y[/link]\n"


@pytest.mark.parametrize(
    ("color", "environment"),
    [
        pytest.param(False, {}, id="no-color-option"),
        pytest.param(True, {"NO_COLOR": "1"}, id="NO_COLOR"),
        pytest.param(True, {"TERM": "dumb"}, id="dumb-terminal"),
    ],
)
def test_without_colour_there_is_no_escape_sequence(
    terminal: Make, color: bool, environment: dict[str, str]
) -> None:
    screen, file = terminal(color=color, **environment)
    screen.line("x", "bold red")
    assert file.getvalue() == "x\n"


def test_with_colour_there_are_escape_sequences(terminal: Make) -> None:
    screen, file = terminal(color=True)
    screen.line("x", "red")
    assert file.getvalue() == "\x1b[31mx\x1b[0m\n"


def test_an_encoding_without_shapes_gets_letters() -> None:
    assert Screen(Pipe("ascii")).signs.passed == "ok"
    assert Screen(Pipe("utf-8")).signs.passed == "✓"


class TestMark:
    def test_a_mark_is_at_the_right(self, terminal: Make) -> None:
        screen, file = terminal(40)
        screen.begin()
        screen.put("text")
        screen.mark("✓", "green")
        assert file.getvalue() == "text" + " " * 35 + "✓\n"

    def test_a_mark_after_a_full_line_has_its_own_line(self, terminal: Make) -> None:
        screen, file = terminal(40)
        screen.begin()
        screen.put("x" * 39)
        screen.mark("✓", "green")
        assert file.getvalue() == "x" * 39 + "\n" + " " * 39 + "✓\n"

    def test_a_mark_stays_near_the_text_on_a_wide_terminal(self, terminal: Make) -> None:
        screen, file = terminal(300)
        screen.begin()
        screen.put("text")
        screen.mark("✓", "green")
        assert len(file.getvalue().rstrip("\n")) == 100

    def test_a_mark_follows_a_line_beyond_its_usual_column(self, terminal: Make) -> None:
        screen, file = terminal(300)
        screen.begin()
        screen.put("x" * 120)
        screen.mark("✓", "green")
        assert file.getvalue() == "x" * 120 + "  ✓\n"


def test_a_broken_pipe_is_raised() -> None:
    class Closed(Pipe):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        Screen(Closed()).line("x")
