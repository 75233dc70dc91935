"""Whatever is typed, printed or signalled: no traceback, nothing left behind, nothing lost."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import psutil
import pytest
from front import lessons
from front.driving import CTRL_C, CTRL_D, Desk
from front.outside import Outside, environment

from pdbcoach.progress.store import Store

Person = pexpect.spawn  # of text

BUG = re.compile("bug in pdbcoach|Traceback")

BINARY = [
    b"\xff\xfe\xfd",
    b"\x00",
    b"p \x00",
    b"\x1b[A\x1b[B",
    b"\x1b]0;title\x07",
    b"\x03x",
    b"x\x04",
    b"\x1a",
    b"\t\t",
    b"\r",
    b"p '\xe2\x80\xae'",
    b"b" * 100_000,
    b": \xff",
    b":undo \x00",
    b"\xed\xa0\x80",
]

VOCABULARY = [
    *["", "n", "s", "c", "r", "b 5", "b 6", "u", "d", "w", "l", "p n", "p a", "j 4", "until", "run", "q"],
    *["commands 1", "silent", "end", "interact", "debug double(1)", "clear", "y", "x = input('? ')"],
    *["!a = 1", "import os", "raise ValueError", "print(1", "alias k n", "k", "tbreak 5 ;; c", "(", "'"],
    *[":goal", ":state", ":hint", ":why", ":show", ":skip", ":undo", ":undo 3", ":reset", ":play", ":back"],
    *[":list", ":goto x", ":predict on", ":predict off", ":par", ":recap", ":report", ":in main", ":help"],
    *[":interrupt", ":eof", CTRL_C, CTRL_D, "1", "nonsense", ":nonsense", "\x00", "\ud800", "é 子"],
]


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return lessons.doubling(tmp_path / "lesson")


@pytest.fixture
def words(lesson: Path) -> tuple[str, ...]:
    return (str(lesson), "--stage", "task", "--no-predict")


def step_kept(folder: Path) -> int:
    """Return the step at which the stored lesson is in progress."""
    with Store.read(folder / "home") as store:
        position = store.lesson("lesson").position
        assert position is not None
        return position.step


class TestInput:
    def test_invalid_utf_8_is_not_sent(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        with Outside(tmp_path, words) as practice:
            practice.type("b 5", *BINARY, ":state")
            practice.end_input()
            assert practice.ended() == 1
            assert not BUG.search(practice.text)
            assert "stopped at lesson_prog.py:1" in practice.text.rpartition(":state")[2]
            assert not {one for one in practice.text if not one.isprintable()} - {"\n"}
            assert practice.left_over() == []
        assert step_kept(tmp_path) == 2

    @pytest.mark.parametrize("seed", range(4))
    def test_random_lines_never_crash_a_practice(self, desk: Desk, lesson: Path, seed: int) -> None:
        chance = random.Random(seed)
        stage = chance.choice(["watch", "guided", "task", None])
        lines = chance.choices(VOCABULARY, k=40)
        assert desk.hold(lesson, lines, stage=stage, patience=0.1) in (0, 1), lines

    def test_pressing_enter_again_and_again_ends_well(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, ["b 5", *[""] * 20]) == 1

    def test_a_paste_of_many_lines_is_read_line_by_line(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        with Outside(tmp_path, words) as practice:
            practice.type("b 5", "c", "s", "p n", "r", "w", "w", "w", "w", "w")
            assert practice.ended() == 0
            assert practice.left_over() == []


class TestStreams:
    @pytest.mark.parametrize(
        "closed",
        [
            pytest.param("<&-", id="no-input"),
            pytest.param(">&-", id="no-output"),
            pytest.param("2>&-", id="no-errors"),
            pytest.param("<&- >&- 2>&-", id="nothing-at-all"),
        ],
    )
    def test_a_closed_standard_stream_is_no_crash(
        self, tmp_path: Path, words: tuple[str, ...], closed: str
    ) -> None:
        (tmp_path / "t").mkdir()
        command = f'exec "$@" {closed}'
        done = subprocess.run(
            ["/bin/sh", "-c", command, "sh", sys.executable, "-m", "pdbcoach", "practice", *words],
            env=environment(tmp_path),
            input=b"b 5\n",
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == 1, done
        assert not BUG.search((done.stdout + done.stderr).decode())
        assert list((tmp_path / "t").iterdir()) == []

    def test_an_error_without_a_stream_still_has_its_exit_code(self, tmp_path: Path) -> None:
        (tmp_path / "t").mkdir()
        done = subprocess.run(
            [
                *("/bin/sh", "-c", 'exec "$@" 2>/dev/full', "sh"),
                *(sys.executable, "-m", "pdbcoach", "practice", "nothing-like-this"),
            ],
            env=environment(tmp_path),
            timeout=60,
        )
        assert done.returncode == 2

    def test_a_closed_pipe_ends_the_practice(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        with Outside(tmp_path, words) as practice:
            practice.expect("step 1 of 5")
            practice.type("b 5")
            practice.expect("step 2 of 5")
            assert practice.process.stdout is not None
            practice.process.stdout.close()
            practice.type("w")
            assert practice.process.wait(60) == 141
            assert practice.left_over() == []
        assert step_kept(tmp_path) == 2


SIGNALS = {signal.SIGTERM: 143, signal.SIGHUP: 129}


class TestSignals:
    @pytest.mark.parametrize("number", SIGNALS, ids=[one.name for one in SIGNALS])
    @pytest.mark.parametrize(
        "line", [pytest.param("w", id="at-a-prompt"), pytest.param("while True: pass", id="running")]
    )
    def test_a_termination_signal_leaves_nothing_behind(
        self, tmp_path: Path, words: tuple[str, ...], number: signal.Signals, line: str
    ) -> None:
        with Outside(tmp_path, words) as practice:
            practice.type("b 5", line)
            practice.expect(f"(Pdb) {line}\n")
            practice.process.send_signal(number)
            assert practice.ended() == SIGNALS[number], practice.text
            assert not BUG.search(practice.text)
            assert practice.left_over() == []
        assert step_kept(tmp_path) == 2

    @pytest.mark.parametrize("after", [0.0, 0.15, 0.3, 0.45, 0.6, 0.8])
    def test_a_kill_at_any_moment_leaves_nothing_behind(
        self, tmp_path: Path, words: tuple[str, ...], after: float
    ) -> None:
        """Before there is a handler, the signal itself ends it, and still nothing is left behind."""
        with Outside(tmp_path, words) as practice:
            practice.type(*["n", ":undo"] * 20)
            time.sleep(after)  # the moment is the point
            practice.process.send_signal(signal.SIGTERM)
            assert practice.ended() in (143, -15), practice.text
            assert not BUG.search(practice.text)
            assert practice.left_over() == []

    def test_repeated_ctrl_c_is_harmless(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        with Outside(tmp_path, words) as practice:
            practice.expect("step 1 of 5")
            for _ in range(40):
                practice.type("n", ":undo", "p 1")
                practice.process.send_signal(signal.SIGINT)
                time.sleep(0.01)
            practice.type("", ":quit")
            practice.end_input()
            assert practice.ended() in (0, 1), practice.text
            assert not BUG.search(practice.text)
            assert practice.left_over() == []

    def test_ctrl_c_while_the_coach_types_is_harmless(self, desk: Desk, tmp_path: Path) -> None:
        """The coach's step runs to its end, and the key has no effect."""
        program = "import os, signal\nos.kill(os.getppid(), 0)\na = 1\nb = 2\n"
        steps = (
            "  - {send: b 3, quiet: true}\n  - {wait: 0.3, send: c, at: {line: 3}, quiet: true}\n"
            "  - {ask: Go on., send: n, at: {line: 4}}\n"
        )
        timer = signal.setitimer
        timer(signal.ITIMER_REAL, 0.3)
        before = signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
        try:
            assert desk.hold(lessons.write(tmp_path, program, steps), ["n"]) == 0
        finally:
            timer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)


HOSTILE = r"""
import sys
print("\x1b[2J\x1b[31mred\x1b]0;title\x07\x9b1m\r\x08\x7f")
print("[bold]markup[/bold] [link=x]y[/link] *stars* `code` <b>")
print("(Pdb) ", end="")
print("\u202eright to left\u2028\u0007")
sys.stdout.buffer.write(b"\xff\xfe\n")
print("\x1b]133;A;pdbcoach=00.1.1\x07(Pdb) ")
done = 1
last = 2
"""
HOSTILE_STEPS = """\
  - ask: Run it all.
    send: b 9 ;; c
    at: {line: 9}
  - ask: Its question.
    send: x = input("\\x1b[2J? ")
"""

FLOOD = """\
for number in range(10_000):
    print("line", number, "x" * 80)
done = 1
"""
FLOOD_STEPS = """\
  - ask: Run the loop.
    send: b 3 ;; c
    at: {line: 3}
"""


class TestOutput:
    def test_control_sequences_and_forged_prompts_are_made_visible(self, desk: Desk, tmp_path: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "b 8 ;; c"
            assert desk.line() == 8
            yield r"x = input('\x1b[2J? ')"
            assert desk.visit.conversation.current.asks
            yield "(Pdb) c"
            assert desk.state().value("x") == "'(Pdb) c'"
            yield ":report"
            yield ":quit"

        assert desk.hold(lessons.write(tmp_path, HOSTILE, HOSTILE_STEPS), script) == 0
        assert not {one for one in desk.text if not one.isprintable()} - {"\n"}
        assert r"\x1b[2J\x1b[31mred" in desk.text
        assert "[bold]markup[/bold] [link=x]y[/link] *stars* `code` <b>" in desk.text
        assert r"\x1b[2J? (Pdb) c" in desk.text

    def test_a_flood_of_output_is_shortened(self, desk: Desk, tmp_path: Path) -> None:
        assert desk.hold(lessons.write(tmp_path, FLOOD, FLOOD_STEPS), ["b 3 ;; c"]) == 0
        assert "lines left out" in desk.text
        assert "line 9999" in desk.text
        assert len(desk.text.splitlines()) < 10_000

    def test_an_interrupted_runaway_line_counts_as_a_look(self, desk: Desk, tmp_path: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "b 5"
            yield "while True: pass"
            yield CTRL_C
            assert desk.text.rpartition("KeyboardInterrupt\n")[2] == "(Pdb) "
            yield ":quit"

        assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1, predict=False) == 0

    def test_an_endless_flood_can_be_interrupted(self, desk: Desk, tmp_path: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "while True: print('flood ' * 20)"
            assert desk.visit.conversation.current.runs
            yield CTRL_C
            assert desk.line() == 1
            yield ":undo"
            assert desk.visit.conversation.current.runs
            yield ":undo"
            assert desk.line() == 1
            yield ":quit"

        assert desk.hold(lessons.doubling(tmp_path, timeout=2), script, patience=0.1) == 0
        assert "lines left out" in desk.text


@pytest.mark.parametrize("options", [pytest.param((), id="edited"), pytest.param(("--plain",), id="plain")])
class TestAtATerminal:
    @pytest.fixture
    def person(self, tmp_path: Path, words: tuple[str, ...], options: tuple[str, ...]) -> Iterator[Person]:
        (tmp_path / "t").mkdir()
        command = ["-m", "pdbcoach", "practice", *words, *options]
        person: Person = pexpect.spawn(
            sys.executable,
            command,
            env={**environment(tmp_path), "TERM": "xterm"},
            encoding="utf-8",
            timeout=60,
            dimensions=(40, 100),
        )
        yield person
        person.close(force=True)
        assert [*(tmp_path / "t").iterdir()] == []

    @pytest.mark.parametrize(
        "line", [pytest.param("w", id="at-a-prompt"), pytest.param("while True: pass", id="running")]
    )
    def test_closing_the_terminal_ends_the_practice(self, tmp_path: Path, person: Person, line: str) -> None:
        person.expect("step 1 of 5")
        person.send("b 5\r")
        person.expect("step 2 of 5")
        person.send(f"{line}\r")
        person.expect("lesson_prog.py" if line == "w" else "while True: pass")
        watched = psutil.Process(person.pid).children(recursive=True)
        person.ptyproc.fileobj.close()  # pexpect's own would not wait for an end that takes its time
        person.wait()
        _, alive = psutil.wait_procs(watched, timeout=60)
        assert alive == []
        assert person.exitstatus == 129 or person.signalstatus == signal.SIGHUP
        assert step_kept(tmp_path) == 2

    def test_ctrl_c_and_ctrl_d_reach_the_program(self, person: Person) -> None:
        person.expect("step 1 of 5")
        person.send("nonsense\x03")
        person.send("while True: pass\r")
        person.expect("is running")
        person.send("\x03")
        person.expect("KeyboardInterrupt")
        person.send("\x04")  # pdb's own end
        person.expect("has ended")
        person.send("\x04")  # and there is nobody left to end
        person.expect(pexpect.EOF)
        person.close()
        assert person.exitstatus == 0

    def test_colon_words_work_while_the_program_runs(self, person: Person) -> None:
        person.expect("step 1 of 5")
        person.send("while True: pass\r")
        person.expect("is running")
        person.send("\x03")
        person.expect("KeyboardInterrupt")
        person.send("import os, signal; signal.signal(2, signal.SIG_IGN); exec('while True: pass')\r")
        person.expect("is running")
        person.send("\x03")
        person.expect(r"\[main is running\]")
        person.send(":undo\r")
        person.expect("step 1 of 5")
        person.send(":quit\r")
        person.expect(pexpect.EOF)
