"""Ctrl-C cuts the reading of a line short, and nothing else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from pdbcoach.errors import Terminated
from pdbcoach.front.interrupts import Interrupts


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    made = Interrupts()
    before = signal.getsignal(signal.SIGINT)
    with made.caught():
        yield made
    assert signal.getsignal(signal.SIGINT) is before


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_is_noted_while_nothing_is_read(interrupts: Interrupts) -> None:
    ctrl_c()
    ctrl_c()
    assert interrupts.pending
    assert interrupts.take()
    assert not interrupts.take()


def test_an_earlier_ctrl_c_does_not_end_reading(interrupts: Interrupts) -> None:
    ctrl_c()
    assert interrupts.ending(lambda: "line") == "line"
    assert not interrupts.pending


def test_ctrl_c_ends_reading_once(interrupts: Interrupts) -> None:
    def read() -> str:
        try:
            ctrl_c()
        except KeyboardInterrupt:
            ctrl_c()  # an impatient second one, while the first is dealt with
            return "^C"
        return "never"

    assert interrupts.ending(read) == "^C"
    assert interrupts.pending


def test_a_reader_may_return_none_on_ctrl_c(interrupts: Interrupts) -> None:
    assert interrupts.ending(ctrl_c) is None
    ctrl_c()
    assert interrupts.take()


def test_work_during_reading_is_not_cut_short(interrupts: Interrupts) -> None:
    done: list[str] = []

    def work() -> None:
        ctrl_c()
        done.append("whole")

    assert interrupts.ending(lambda: interrupts.after(work)) is None
    assert done == ["whole"]
    assert not interrupts.pending


def test_a_termination_signal_is_not_taken_for_ctrl_c(interrupts: Interrupts) -> None:
    def read() -> None:
        raise Terminated(signal.SIGTERM)

    with pytest.raises(Terminated):
        interrupts.ending(read)
    ctrl_c()
    assert interrupts.take()
