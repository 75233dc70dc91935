from __future__ import annotations

import os
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import fabricated as made
import pytest

from pdbcoach.cli.pace import LONGEST_LOOK, Interrupted, Pace, check_terminal, wait_for_key
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import StepStarted
from pdbcoach.scenario.model import Key, Look, Step


@dataclass
class Stage:
    shown: str = ""
    lines_drawn: int = 0
    slept: list[float] = field(default_factory=list)

    def show_prompt(self, started: StepStarted) -> None:
        self.shown += started.prompt

    def show_typed(self, text: str) -> None:
        self.shown += text

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def started(step: Step) -> StepStarted:
    return StepStarted(1, step, "(Pdb) ")


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        pytest.param(made.step("b 4"), "(Pdb) b 4", id="line"),
        pytest.param(made.step(""), "(Pdb) ", id="enter"),
        pytest.param(Step(made.span(), Key("ctrl-c")), "(Pdb) ^C", id="key"),
        pytest.param(Step(made.span(), Look()), "", id="look"),
    ],
)
def test_the_typed_text_is_shown(step: Step, shown: str) -> None:
    stage = Stage()
    Pace(stage, 1, sleep=stage.sleep).before(started(step))
    assert stage.shown == shown


def test_twice_the_speed_is_half_the_time() -> None:
    slow, fast = Stage(), Stage()
    Pace(slow, 1, sleep=slow.sleep).before(started(made.step("b 4")))
    Pace(fast, 2, sleep=fast.sleep).before(started(made.step("b 4")))
    assert sum(slow.slept) == pytest.approx(2 * sum(fast.slept))
    assert sum(slow.slept) > 0.5


def test_more_output_gets_more_time_within_a_limit() -> None:
    looks = []
    for lines in (1, 10, 10_000):
        stage = Stage(lines_drawn=lines)
        Pace(stage, 1, sleep=stage.sleep).before(started(made.step("n")))
        looks.append(stage.slept[0])
    assert looks[0] < looks[1] < looks[2] == LONGEST_LOOK


def test_a_key_comes_before_the_line_and_after_the_prompt() -> None:
    stage = Stage()
    at_key: list[str] = []
    pace = Pace(stage, wait_for_key=lambda: at_key.append(stage.shown), sleep=stage.sleep)
    pace.before(started(made.step("n")))
    assert (at_key, stage.shown, stage.slept) == (["(Pdb) "], "(Pdb) n", [])


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make standard input a terminal; what is written to the returned descriptor is pressed."""
    master, slave = os.openpty()
    with os.fdopen(slave) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        yield master
    os.close(master)


def settings() -> list[Any]:
    return termios.tcgetattr(sys.stdin.fileno())


@pytest.fixture
def keys_at_once(keyboard: int) -> int:
    """Let key presses arrive at once, as they do while ``wait_for_key`` waits."""
    modes = settings()
    modes[3] &= ~(termios.ICANON | termios.ECHO)
    modes[0] &= ~termios.ICRNL
    termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)
    return keyboard


@pytest.mark.parametrize(
    "key",
    [pytest.param(b"\r", id="enter"), pytest.param(b"\n", id="newline"), pytest.param(b" ", id="space")],
)
def test_enter_and_space_go_on(keys_at_once: int, key: bytes) -> None:
    before = settings()
    os.write(keys_at_once, key)
    wait_for_key()
    assert settings() == before


def test_q_leaves_and_restores_the_terminal(keys_at_once: int) -> None:
    before = settings()
    os.write(keys_at_once, b"q")
    with pytest.raises(Interrupted):
        wait_for_key()
    assert settings() == before


def test_ctrl_c_restores_the_terminal(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings()

    def interrupted(terminal: int, size: int) -> bytes:
        assert settings() != before
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        wait_for_key()
    assert settings() == before


def test_other_keys_are_ignored(keyboard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = [b"\x1b[A", b"x", b"\x1b[ q", b"\r", b"never read"]
    monkeypatch.setattr(os, "read", lambda terminal, size: pressed.pop(0))
    wait_for_key()
    assert pressed == [b"never read"]


def test_step_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(PdbcoachError, match="no terminal"):
            check_terminal()


def test_step_accepts_a_terminal(keyboard: int) -> None:
    check_terminal()
