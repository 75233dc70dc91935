"""How long one command takes: under pdbcoach, with pdb on a bare terminal, and without a debugger."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pdbcoach import Session
from pdbcoach.engine.terminal import open_pair

_PROGRAM: Final = Path(__file__).resolve().parent / "programs" / "turns.py"
_COMMANDS: Final = ("n", "p total", "n", "w", "s", "a")
_PROMPT: Final = b"(Pdb) "

_ECHO: Final = "import os\nwhile (line := os.read(0, 100)): os.write(1, b'x' * int(line))"
"""Answers with the number of bytes that it reads."""


@dataclass(slots=True)
class Latencies:
    """Seconds from typing a line until the whole answer has arrived, for each turn."""

    echo: list[float] = field(default_factory=list)
    """A child that answers with as many bytes as pdb."""
    pdb: list[float] = field(default_factory=list)
    pdbcoach: list[float] = field(default_factory=list)


class _Child:
    """A process on a bare terminal."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        self._master, slave = open_pair()
        self._process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=dict(env), start_new_session=True
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def prompt(self) -> bytes:
        shown = b""
        while not shown.endswith(_PROMPT):
            shown += os.read(self._master, 65536)
        return shown

    def ask(self, line: bytes) -> bytes:
        os.write(self._master, line)
        return self.prompt()

    def echo(self, size: int) -> None:
        os.write(self._master, b"%d\n" % size)
        while size > 0:
            size -= len(os.read(self._master, 65536))


def latencies(python: str, turns: int, env: Mapping[str, str]) -> Latencies:
    """Type each of ``turns`` commands at all three, one after the other."""
    found = Latencies()
    program = str(_PROGRAM)
    with (
        _Child([sys.executable, "-c", _ECHO], env) as echo,
        _Child([python, "-m", "pdb", program], env) as pdb,
        Session(["-m", "pdb", _PROGRAM.name], python=python, files=[_PROGRAM]) as session,
    ):
        pdb.prompt()
        session.start()
        for turn in range(turns):
            line = _COMMANDS[turn % len(_COMMANDS)]
            began = time.perf_counter()
            size = len(pdb.ask(line.encode() + b"\n"))
            asked = time.perf_counter()
            echo.echo(size)
            echoed = time.perf_counter()
            seen = session.send(line)
            sent = time.perf_counter()
            if seen.outcome != "prompt":
                raise RuntimeError(f"{line!r} under pdbcoach: {seen}")
            found.pdb.append(asked - began)
            found.echo.append(echoed - asked)
            found.pdbcoach.append(sent - echoed)
    return found
