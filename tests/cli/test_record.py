"""A person at a terminal, and lines from a pipe."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from pdbcoach.cli import main
from pdbcoach.facts import Ends
from pdbcoach.scenario.loader import load

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
    print("tick")
    time.sleep(0.05)
"""


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
        assert "who? bob\nhello bob\n" in done.stdout
        assert "you speak to main.1 now: main.1 " in done.stdout
        assert "[main.1 has ended; you speak to main now:" in done.stdout
        assert "[prog.yaml is written: 7 lines; now it needs prose]" in done.stdout
        (scenario,) = load(folder / "prog.yaml")
        assert [step.process for step in scenario.steps] == ["main"] * 4 + ["main.1"] * 2 + ["main"] * 2
        assert [step.prompt for step in scenario.steps][3] == "program"
        ends = scenario.steps[-1].facts.of(Ends)
        assert ends is not None
        assert set(ends.names) == {"main", "main.1"}

    def test_interrupting(self, folder: Path) -> None:
        done = record(folder, "c\nbob\n:interrupt\nw\n:interrupt\nq\n")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "[nothing to interrupt: main waits at (Pdb)" in done.stdout
        assert (folder / "prog.yaml").read_text().count("key: ctrl-c") == 1

    def test_passes_check(self, folder: Path, capsys: Output) -> None:
        assert record(folder, "n\nn\nbob\nl\nw\nq\n").returncode == 0
        assert main(["check", "--fast", str(folder / "prog.yaml")]) == 0
        capsys.readouterr()

    def test_never_overwrites_silently(self, folder: Path) -> None:
        (folder / "prog.yaml").write_text("mine")
        done = record(folder, "q\n")
        assert (done.returncode, (folder / "prog.yaml").read_text()) == (2, "mine")
        assert "prog.yaml exists already" in done.stderr
        assert record(folder, "q\n", "--force").returncode == 0

    def test_nothing_typed_writes_nothing(self, folder: Path) -> None:
        done = record(folder, "")
        assert done.returncode == 2
        assert "nothing was typed" in done.stderr
        assert not (folder / "prog.yaml").exists()

    @pytest.mark.parametrize(
        ("line", "answer"),
        [
            pytest.param(":in main.9", "there is no living process main.9; there are main", id="no-process"),
            pytest.param(":help", "switch to another process", id="help"),
            pytest.param("p '\t'", "cannot hold a tab", id="a-tab"),
        ],
    )
    def test_what_is_not_for_pdb(self, folder: Path, line: str, answer: str) -> None:
        done = record(folder, f"{line}\nq\n")
        assert answer in done.stdout
        assert len(load(folder / "prog.yaml")[0].steps) == 2

    def test_a_prompt_cannot_drive_the_terminal(self, folder: Path) -> None:
        (folder / "prog.py").write_text(r"""input('\x1b[2Jwho\x9b1m? ')""")
        typed = "c\nbob\n:quit\n"
        done = record(folder, typed)
        assert r"\x1b[2Jwho\x9b1m? bob" in done.stdout
        assert not {character for character in done.stdout if not character.isprintable()} - {"\n"}


class TestAtATerminal:
    def test_line_editing_ctrl_c_and_names(self, folder: Path) -> None:
        command = ["-m", "pdbcoach", "record", "--", "python", "-m", "pdb", "prog.py"]
        person = pexpect.spawn(sys.executable, command, cwd=str(folder), encoding="utf-8", timeout=30)
        seen = io.StringIO()
        person.logfile_read = seen
        pdb = r"\(Pdb\) "
        person.expect(pdb)
        person.sendline("b6\x1b[D ")  # Left, then the blank that was forgotten
        person.expect("Breakpoint 1 at prog.py:6")
        person.expect(pdb)
        person.send("nonsense\x03")  # Ctrl-C drops the line
        person.expect(pdb)
        person.sendline("c")
        person.expect("who\\? ")
        person.sendline("bob")
        person.expect("hello bob")
        person.expect("main.1 waits at")
        person.expect(pdb)
        person.sendline(":in main.1")
        person.expect("you speak to main.1 now")
        person.expect(pdb)
        person.sendline("c")
        person.expect("main.1 has ended; you speak to main now")
        person.expect(pdb)
        person.sendline("c")
        person.expect("tick\r\ntick")  # it runs on
        person.send("\x03")
        person.expect("Program interrupted")
        person.expect(pdb)
        person.send("\x04")  # Ctrl-D: the end of file
        person.expect("prog.yaml is written: 7 lines", timeout=60)
        person.expect(pexpect.EOF)
        person.close()
        assert person.exitstatus == 0, seen.getvalue()
        text = (folder / "prog.yaml").read_text()
        assert "- send: b 6\n" in text
        assert "nonsense" not in text
        assert "key: ctrl-c" in text
        assert "key: ctrl-d" in text
