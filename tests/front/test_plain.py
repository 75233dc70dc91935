"""Lines from a pipe, and from a terminal that edits them itself."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from pdbcoach.front.plain import PlainReader
from pdbcoach.front.reader import Ask, Changed, EndOfFile, Entered, Interrupt, Reply


class Stream(io.StringIO):
    def __init__(self, text: str = "", *, is_terminal: bool = False) -> None:
        super().__init__(text)
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def never() -> bool:
    raise AssertionError("nobody has to look")


@pytest.mark.parametrize(
    ("written", "expected", "shown"),
    [
        pytest.param("n\n", Entered("n"), "(Pdb) n\n", id="a-line"),
        pytest.param("n", Entered("n"), "(Pdb) n\n", id="the-last-line-without-its-end"),
        pytest.param("\r\n", Entered(""), "(Pdb) \n", id="an-empty-line-of-dos"),
        pytest.param("  p x \n", Entered("  p x "), "(Pdb)   p x \n", id="blanks"),
        pytest.param("\x03\n", Interrupt(), "(Pdb) ^C\n", id="ctrl-c"),
        pytest.param("\x04\n", Entered(":eof"), "(Pdb) ^D\n", id="ctrl-d"),
        pytest.param("", EndOfFile(), "(Pdb) \n", id="the-end"),
    ],
)
def test_a_pipe_is_echoed(written: str, expected: Reply, shown: str) -> None:
    out = Stream()
    reader = PlainReader(Stream(written), out)
    assert reader.read(Ask("(Pdb) "), never) == expected
    assert out.getvalue() == shown
    assert not reader.is_person


def test_a_terminal_echoes_by_itself() -> None:
    out = Stream(is_terminal=True)
    reader = PlainReader(Stream("n\n", is_terminal=True), out)
    assert reader.read(Ask("(Pdb) "), never) == Entered("n")
    assert out.getvalue() == "(Pdb) "
    assert reader.is_person


def test_a_log_shows_what_a_person_types() -> None:
    out = Stream()
    assert PlainReader(Stream("n\n", is_terminal=True), out).read(Ask("(Pdb) "), never) == Entered("n")
    assert out.getvalue() == "(Pdb) n\n"


def counts_down(times: int) -> Callable[[], bool]:
    left = iter(range(times, -1, -1))
    return lambda: next(left) == 0


def test_a_line_for_the_debugger_waits_for_a_running_program() -> None:
    reader = PlainReader(Stream("n\n"), Stream())
    assert reader.read(Ask("[main is running] ", running=True), counts_down(3)) == Changed()
    assert reader.read(Ask("(Pdb) "), never) == Entered("n")


@pytest.mark.parametrize("written", [":hint\n", "\x03\n"])
def test_a_colon_word_does_not_wait(written: str) -> None:
    reader = PlainReader(Stream(written), Stream())
    entered = reader.read(Ask("[main is running] ", running=True), lambda: False)
    assert entered == (Interrupt() if written == "\x03\n" else Entered(":hint"))


def test_a_line_from_a_pipe_does_not_wait_forever() -> None:
    reader = PlainReader(Stream("n\n"), Stream(), patience=0)
    assert reader.read(Ask("[main is running] ", running=True), lambda: False) == Entered("n")
