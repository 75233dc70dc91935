"""How long does the coach make people wait? Practises at a terminal as a person does, and prints a table.

The time from Enter to the verdict is pdb's own, measured in turns on a bare session, plus what the coach
adds. The time from the command to the first prompt is that of Python and pdb, plus the rest. It asserts
nothing, because machines are noisy.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import re
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import table
from table import Aim

from pdbcoach import Session
from pdbcoach.engine.terminal import open_pair

_LINES: Final = 40
_CONTROLS: Final = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\r")
_VERDICT: Final = b"\xe2\x9c\x93"  # ✓
_TASK: Final = b"\xe2\x96\xb8"  # ▸
_TOOLBAR: Final = b":help"


class Person:
    """A person at a terminal of 100 columns, in which ``words`` run."""

    def __init__(self, words: list[str], env: Mapping[str, str]) -> None:
        self._terminal, slave = open_pair()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
        self._process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)
        self._screen = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)

    def type(self, text: str) -> None:
        """Type, and forget what was on the screen before."""
        self._screen = b""
        os.write(self._terminal, text.encode())

    def sees(self, *texts: bytes) -> float:
        """Wait until the texts have appeared in this order. Return the time at which the last one did."""
        while True:
            at = 0
            for text in texts:
                found = _CONTROLS.sub(b"", self._screen).find(text, at)
                if found < 0:
                    break
                at = found + len(text)
            else:
                return time.perf_counter()
            self._screen += os.read(self._terminal, 65536)

    def leaves(self, text: str) -> float:
        """Type ``text`` and wait for the end. Return the processor time of everything, in seconds."""
        self.type(text)
        while True:
            try:
                if not os.read(self._terminal, 65536):
                    break
            except OSError:
                break
        _pid, _status, used = os.wait4(self._process.pid, 0)
        self._process.returncode = 0
        return used.ru_utime + used.ru_stime


@dataclass(slots=True)
class Waits:
    """Seconds for each line."""

    pdb: list[float] = field(default_factory=list)
    """From Enter to pdb's whole answer, in a bare session."""
    verdict: list[float] = field(default_factory=list)
    """From Enter to the verdict."""
    prompt: list[float] = field(default_factory=list)
    """From Enter to the next prompt, below the next task."""


def verdicts(folder: Path, env: Mapping[str, str]) -> Waits:
    """Type the same lines, one by one, in a bare session and in a practice."""
    program, lesson = _lesson(folder)
    waits = Waits()
    command = [sys.executable, "-m", "pdbcoach", "practice", str(lesson), "--stage", "task"]
    with Session(["-m", "pdb", program.name], files=[program]) as session, Person(command, env) as person:
        session.start()
        person.sees(_TASK, b"(Pdb)", _TOOLBAR)
        for _line in range(_LINES):
            began = time.perf_counter()
            session.send("n")
            answered = time.perf_counter()
            person.type("n\r")
            seen = person.sees(_VERDICT)
            ready = person.sees(_VERDICT, _TASK, b"(Pdb)", _TOOLBAR)
            waits.pdb.append(answered - began)
            waits.verdict.append(seen - answered)
            waits.prompt.append(ready - answered)
        person.leaves(":quit\r")
    return waits


@dataclass(slots=True)
class Starts:
    """Seconds for each start."""

    pdb: list[float] = field(default_factory=list)
    """From ``python -m pdb`` to its prompt."""
    prompt: list[float] = field(default_factory=list)
    """From ``pdbcoach practice`` to the first prompt of a lesson, from when input is read."""
    editor: list[float] = field(default_factory=list)
    """To the editor at that prompt, which echoes input and has a toolbar."""
    processor: list[float] = field(default_factory=list)
    """Processor time of a practice that is quit at the first prompt, without that of the program."""


def starts(rounds: int, lesson: str, program: Path, env: Mapping[str, str]) -> Starts:
    """Start ``pdb`` and a practice in turns."""
    found = Starts()
    for _round in range(rounds):
        began = time.perf_counter()
        with Person([sys.executable, "-m", "pdb", str(program)], env) as person:
            found.pdb.append(person.sees(b"(Pdb) ") - began)
        with tempfile.TemporaryDirectory() as home:
            began = time.perf_counter()
            command = [sys.executable, "-m", "pdbcoach", "practice", lesson]
            with Person(command, {**env, "PDBCOACH_HOME": home}) as person:
                found.prompt.append(person.sees(_TASK, b"(Pdb)") - began)
                found.editor.append(person.sees(_TASK, b"(Pdb)", _TOOLBAR) - began)
                found.processor.append(person.leaves(":quit\r"))
    return found


def _lesson(folder: Path) -> tuple[Path, Path]:
    program, lesson = folder / "prog.py", folder / "steps.yaml"
    program.write_text("".join(f"x = {number}\n" for number in range(_LINES + 2)))
    steps = (
        f"  - {{ask: On., send: n, at: {{line: {number}}}, values: {{x: {number - 2}}}}}\n"
        for number in range(2, _LINES + 2)
    )
    lesson.write_text(
        "format: 1\nid: steps\ntitle: Line by line\nrun: python -m pdb prog.py\nsteps:\n"
        + "".join(steps)
        + "  - {ask: Leave., send: q}\n"
    )
    return program, lesson


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks/practice.py", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="starts (default: 15)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        env = {**os.environ, "PDBCOACH_HOME": name, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        waits = verdicts(folder, env)
        table.title(f"Enter, ms ({os.getloadavg()[0]:.1f} processes are ready to run)")
        table.row("pdb answers, on a bare session", _ms(waits.pdb), "")
        table.row("the verdict is there", _ms(waits.verdict), "")
        added = [mine - theirs for mine, theirs in zip(waits.verdict, waits.pdb, strict=True)]
        table.row("... which the coach adds", _ms(added), "", Aim("<=", 30))
        table.row("the next task and its prompt are there", _ms(waits.prompt), "")
        found = starts(rounds, "arrow-not-yet-run", folder / "prog.py", env)
        table.title(f"The first prompt, ms ({os.getloadavg()[0]:.1f} processes are ready to run)")
        table.row("python -m pdb", _ms(found.pdb), "")
        table.row("pdbcoach practice", _ms(found.prompt), "", Aim("<=", 300))
        table.row("... with the editor", _ms(found.editor), "")
        table.row("... processor time of it, left at once", _ms(found.processor), "")


def _ms(seconds: list[float]) -> list[float]:
    return [1000 * one for one in seconds]


if __name__ == "__main__":
    main()
