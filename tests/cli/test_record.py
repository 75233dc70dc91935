"""``pdbcoach record``, with lines from a pipe and with a person at a terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from front.glass import Learner

from pdbcoach.cli import main
from pdbcoach.facts import Ends
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Send

Output = pytest.CaptureFixture[str]

PROGRAM = """\
import os, time

name = input("who? ")
print("hello", name)
child = os.fork()
if child == 0:
    os._exit(3)
os.wait()
while True:
    os.write(1, b"tick\\n")
    time.sleep(0.05)
"""
"""The loop doesn't call print(): stdout isn't reentrant, so pdb's message about a Ctrl-C inside it fails."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "prog.py").write_text(PROGRAM)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def record(folder: Path, typed: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pdbcoach", "record", *words, "--", "python", "-m", "pdb", "prog.py"]
    return subprocess.run(command, cwd=folder, input=typed, capture_output=True, text=True, timeout=60)


class TestFromAPipe:
    def test_the_session_is_shown_and_written(self, folder: Path) -> None:
        typed = "b 6\nc\nbob\n:in main.1\np child\nc\nn\nn\n:quit\n"
        done = record(folder, typed)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(r"who\? bob\n(main +│ )?hello bob\n", done.stdout)
        assert "You're now typing to `main.1`." in done.stdout
        assert "You're now typing to `main`." in done.stdout
        assert "main.1  a zombie (exit 3)" in done.stdout
        assert "[prog.yaml is written: 7 lines; now it needs prose]" in done.stdout
        (scenario,) = load(folder / "prog.yaml")
        assert [step.process for step in scenario.steps] == ["main"] * 4 + ["main.1"] * 2 + ["main"] * 2
        assert [step.prompt for step in scenario.steps][3] == "program"
        ends = scenario.steps[-1].facts.of(Ends)
        assert ends is not None
        assert set(ends.names) == {"main", "main.1"}

    def test_interrupt_is_recorded_only_if_it_was_sent(self, folder: Path) -> None:
        done = record(folder, "c\nbob\n:interrupt\nw\n:interrupt\nq\n")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "There's nothing to interrupt: main waits at (Pdb)" in done.stdout
        assert (folder / "prog.yaml").read_text().count("key: ctrl-c") == 1

    def test_a_recording_lacks_only_its_prose(self, folder: Path, capsys: Output) -> None:
        assert record(folder, "n\nn\nbob\nl\nw\nq\n").returncode == 0
        assert main(["check", "--fast", str(folder / "prog.yaml")]) == 1
        shown = capsys.readouterr().out
        assert "this is a recording without prose" in shown
        assert "not fit to ship: 1 problem" in shown

    def test_a_file_is_never_overwritten_silently(self, folder: Path) -> None:
        (folder / "prog.yaml").write_text("mine")
        done = record(folder, "q\n")
        assert (done.returncode, (folder / "prog.yaml").read_text()) == (2, "mine")
        assert "prog.yaml exists already" in done.stderr
        assert record(folder, "q\n", "--force").returncode == 0

    def test_only_one_python_can_be_recorded_on(self, folder: Path) -> None:
        done = record(folder, "q\n", "--python", "all")
        assert done.returncode == 2
        assert "name one Python here" in done.stderr

    def test_nothing_typed_writes_nothing(self, folder: Path) -> None:
        done = record(folder, "")
        assert done.returncode == 2
        assert "nothing was typed" in done.stderr
        assert not (folder / "prog.yaml").exists()

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            pytest.param(":in main.9", "There's no process `main.9`. Processes: `main`.", id="no-process"),
            pytest.param(":help", "switch to another process", id="help"),
            pytest.param("p '\t'", "contains a tab", id="a-tab"),
        ],
    )
    def test_a_line_that_is_not_for_pdb_is_not_recorded(self, folder: Path, line: str, answer: str) -> None:
        done = record(folder, f"{line}\nq\n")
        assert answer in done.stdout
        assert len(load(folder / "prog.yaml")[0].steps) == 2

    def test_control_characters_of_a_prompt_are_made_visible(self, folder: Path) -> None:
        (folder / "prog.py").write_text(r"""input('\x1b[2Jwho\x9b1m? ')""")
        typed = "c\nbob\n:quit\n"
        done = record(folder, typed)
        assert r"\x1b[2Jwho\x9b1m? bob" in done.stdout
        assert not {character for character in done.stdout if not character.isprintable()} - {"\n"}


COUNTS = """\
total = 0
for number in range(3):
    total += number
print("total", total)
"""


@pytest.fixture
def sits(folder: Path) -> Iterator[Callable[..., Learner]]:
    """A person who records ``prog.py``; ``words`` are options."""
    people: list[Learner] = []

    def sit(*words: str, **environment: str) -> Learner:
        command = (*words, "--", "python", "-m", "pdb", "prog.py")
        people.append(Learner(folder / "home", command, verb="record", environment=environment))
        return people[-1]

    yield sit
    for person in people:
        person.closes_the_terminal()


class TestAtATerminal:
    def test_lines_can_be_edited_and_interrupted(self, folder: Path, sits: Callable[..., Learner]) -> None:
        person = sits()
        person.sees("Recording on Python", "`:quit`", "`prog.yaml`", "(Pdb)")
        person.type("b6\x1b[D \r")  # Left, then the space that was forgotten
        person.sees("Breakpoint 1 at prog.py:6", "(Pdb)")
        person.type("nonsense\x03")  # Ctrl-C drops the line
        person.sees("(Pdb)", where="Breakpoint 1")
        person.type("c\r")
        person.sees("who?")
        person.type("bob\r")
        person.sees("hello bob", "main.1", "stopped at", "(Pdb)")
        person.type(":in main.1\r")
        person.sees("You're now typing to `main.1`.", "main.1 │ (Pdb)")
        person.type("c\r")
        person.sees("You're now typing to `main`.", "main.1  a zombie (exit 3)", "main   │ (Pdb)")
        person.type("c\r")
        person.sees("│ tick", "│ tick", where="a zombie (exit 3)")  # it is running
        person.type("\x03")
        person.sees("Program interrupted", "(Pdb)")
        person.type("\x04")  # Ctrl-D: the end of file
        assert person.leaves() == 0, person.text
        person.sees("prog.yaml is written: 7 lines")
        text = (folder / "prog.yaml").read_text()
        assert "- send: b @" in text
        assert "nonsense" not in text
        assert "key: ctrl-c" in text
        assert "key: ctrl-d" in text

    def test_an_undone_line_is_not_recorded(self, folder: Path, sits: Callable[..., Learner]) -> None:
        (folder / "prog.py").write_text(COUNTS)
        person = sits()
        person.sees("(Pdb)")
        person.type("n\r")
        person.sees("prog.py(2)", "(Pdb)")
        person.type("p total\r")
        person.sees("0\n(Pdb)")
        person.type(":undo\r")
        person.sees("`main`: stopped at prog.py:2.", "(Pdb)")
        person.type(":undo\r")
        person.sees("`main`: stopped at prog.py:1.", "(Pdb)")
        person.type("until 4\r")
        person.sees("prog.py(4)", "(Pdb)")
        person.type(":quit\r")
        assert person.leaves() == 0, person.text
        person.sees("prog.yaml is written: 1 line;")
        (scenario,) = load(folder / "prog.yaml")
        assert [step.action for step in scenario.steps[1:]] == [Send("until 4")]

    def test_a_file_is_overwritten_only_after_a_yes(self, folder: Path, sits: Callable[..., Learner]) -> None:
        (folder / "prog.yaml").write_text("mine")
        person = sits("--plain")
        person.sees("prog.yaml exists already. Overwrite it? [y/N]")
        person.type("n\n")
        assert person.leaves() == 0, person.text
        assert "(Pdb)" not in person.text
        assert (folder / "prog.yaml").read_text() == "mine"

    def test_the_interface_can_be_chinese(self, sits: Callable[..., Learner]) -> None:
        person = sits("--lang", "zh")
        person.sees("录制", "(Pdb)")
        person.type(":help\r")
        person.sees(":undo [N]", "撤回")
        person.type(":quit\r")
        assert person.leaves() == 2  # nothing was typed


class TestRefusedLines:
    @pytest.mark.parametrize(
        ("typed", "steps"),
        [
            pytest.param("p nosuch\np 1\n", ["p 1"], id="left out"),
            pytest.param("p nosuch\n:keep\np 1\n", ["p nosuch", "p 1"], id="kept"),
            pytest.param(":nosuch\nb 99\np 1\n", ["p 1"], id="a word that does not exist, and no such line"),
            pytest.param("p nosuch\n:undo\np 1\n", ["p 1"], id="taken back"),
        ],
    )
    def test_a_line_that_pdb_refused_becomes_a_step_only_if_it_is_kept(
        self, folder: Path, typed: str, steps: list[str]
    ) -> None:
        (folder / "prog.py").write_text(COUNTS)
        done = record(folder, typed + ":quit\n")
        assert done.returncode == 0, done.stderr
        (scenario,) = load(folder / "prog.yaml")
        assert [step.action for step in scenario.steps[1:]] == [Send(text) for text in steps]


def test_a_line_number_is_written_as_its_mark(folder: Path) -> None:
    (folder / "prog.py").write_text(COUNTS)
    record(folder, "b 3, number\nuntil 4\n:quit\n")
    text = (folder / "prog.yaml").read_text()
    assert "send: b @total_number, number\n" in text
    (scenario,) = load(folder / "prog.yaml")
    assert scenario.steps[1].action == Send("b 3, number")


@pytest.mark.parametrize(("program", "method"), [("import multiprocessing\n", "fork"), ("import os\n", None)])
def test_the_start_method_is_written_where_it_matters(folder: Path, program: str, method: str | None) -> None:
    (folder / "prog.py").write_text(program + COUNTS)
    record(folder, "n\n:quit\n")
    (scenario,) = load(folder / "prog.yaml")
    assert scenario.start_method == (method if sys.version_info < (3, 14) else method and "forkserver")
