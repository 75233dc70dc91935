from __future__ import annotations

import signal
from collections.abc import Callable
from io import StringIO

import pytest

from pdbcoach.errors import Terminated
from pdbcoach.ui.plain import PlainReader
from pdbcoach.ui.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Line

HERE = Ask("(Pdb) ")
RUNS = Ask("[main runs] ", running=True)


def read(text: str, ask: Ask = HERE, changed: Callable[[], bool] = lambda: False) -> tuple[Entered, str]:
    """What is entered, and what was written for it, where nobody waits for a program that runs."""
    out = StringIO()
    return PlainReader(StringIO(text), out, patience=0).read(ask, changed), out.getvalue()


@pytest.mark.parametrize(
    ("text", "entered", "written"),
    [
        pytest.param("n\n", Line("n"), "(Pdb) n\n", id="a line"),
        pytest.param("n\r\n", Line("n"), "(Pdb) n\n", id="of Windows"),
        pytest.param("n", Line("n"), "(Pdb) n\n", id="the last one without its end"),
        pytest.param("\n", Line(""), "(Pdb) \n", id="Enter"),
        pytest.param("  p a \n", Line("  p a "), "(Pdb)   p a \n", id="blanks stay"),
        pytest.param("\x03\n", Interrupt(), "(Pdb) ^C\n", id="Ctrl-C"),
        pytest.param("\x04\n", Line(":eof"), "(Pdb) ^D\n", id="Ctrl-D"),
        pytest.param("", EndOfFile(), "(Pdb) \n", id="nothing more"),
    ],
)
def test_lines_and_keys_are_read_and_echoed(text: str, entered: Entered, written: str) -> None:
    assert read(text) == (entered, written)


def test_an_echo_never_holds_controls_of_the_terminal() -> None:
    entered, written = read("p '\x1b[2J'\n")
    assert entered == Line("p '\x1b[2J'")
    assert "\x1b" not in written


def test_lines_come_one_by_one() -> None:
    reader = PlainReader(StringIO("a\nb\n"), StringIO())
    assert [reader.read(HERE, lambda: False) for _ in range(3)] == [Line("a"), Line("b"), EndOfFile()]


def test_a_file_is_no_person() -> None:
    assert not PlainReader(StringIO(), StringIO()).is_person


class Keyboard(StringIO):
    """A terminal at which Ctrl-C is pressed, or a signal comes."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def readline(self, size: int | None = -1, /) -> str:
        raise self.error


def test_an_interrupt_while_reading_is_that_key() -> None:
    out = StringIO()
    assert PlainReader(Keyboard(KeyboardInterrupt()), out).read(HERE, lambda: False) == Interrupt()
    assert out.getvalue() == "(Pdb) ^C\n"


def test_a_signal_that_ends_us_goes_through() -> None:
    with pytest.raises(Terminated):
        PlainReader(Keyboard(Terminated(signal.SIGTERM)), StringIO()).read(HERE, lambda: False)


class TestWhileTheProgramRuns:
    def test_no_line_is_read_once_it_has_moved(self) -> None:
        out = StringIO()
        reader = PlainReader(StringIO("n\n"), out)
        assert reader.read(RUNS, lambda: True) == Changed()
        assert out.getvalue() == ""
        assert reader.read(HERE, lambda: False) == Line("n")

    def test_a_line_for_the_debugger_waits_until_it_moves(self) -> None:
        moves = iter([False, False, True])
        reader = PlainReader(StringIO("n\n"), StringIO(), patience=float("inf"))
        assert reader.read(RUNS, lambda: next(moves)) == Changed()
        assert reader.read(HERE, lambda: False) == Line("n")

    @pytest.mark.parametrize(
        ("text", "entered"),
        [
            pytest.param(":interrupt\n", Line(":interrupt"), id="a word for the coach"),
            pytest.param("\x03\n", Interrupt(), id="Ctrl-C"),
            pytest.param("\x04\n", Line(":eof"), id="Ctrl-D"),
            pytest.param("", EndOfFile(), id="nothing more"),
        ],
    )
    def test_what_is_not_for_the_debugger_does_not_wait(self, text: str, entered: Entered) -> None:
        moves = iter([False])  # asked once more, it would raise
        reader = PlainReader(StringIO(text), StringIO(), patience=float("inf"))
        assert reader.read(RUNS, lambda: next(moves)) == entered

    def test_no_line_waits_for_ever(self) -> None:
        assert read("n\n", RUNS)[0] == Line("n")
