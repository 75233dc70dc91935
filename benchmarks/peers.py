"""Other ways to run the same session, each as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from exercise import Exercise

_HERE: Final = Path(__file__).resolve().parent

PRYSK: Final = "prysk"
EXPECT: Final = "expect"
HOW_TO_INSTALL: Final = {EXPECT: "apt-get install expect", PRYSK: "pip install prysk"}


class Peers:
    """They work in ``folder``, which is also their home directory. Each raises RuntimeError if it fails."""

    def __init__(self, exercise: Exercise, folder: Path) -> None:
        self._exercise = exercise
        self._folder = folder
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "NO_COLOR": "1",
        }

    def pdbcoach(self) -> None:
        """Run ``pdbcoach replay``, which fails if a result differs from the scenario."""
        target = self._exercise.target.executable
        chosen = [] if target == sys.executable else ["--python", target]
        words = ["-m", "pdbcoach", "replay", self._exercise.scenario.id, "--quiet", *chosen]
        self._run([sys.executable, *words])

    def raw(self) -> None:
        """Run ``python -m pdb program.py < lines``. It ends with the last process that can print."""
        output = self._run([self._python, "-m", "pdb", self._program], self._exercise.typed)
        self._exercise.check("pdb", output)

    def pexpect(self, *, delays: bool) -> None:
        script = [sys.executable, str(_HERE / "plain_pexpect.py"), *([] if delays else ["--no-delays"])]
        output = self._run([*script, self._python, self._program], self._exercise.typed)
        self._exercise.check("pexpect", output)

    def expect(self) -> None:
        script = self._folder / "session.exp"
        if not script.exists():
            turns = [f"expect -exact {{(Pdb) }}\nsend -- {{{line}}}\nsend {_ENTER}" for line in self._lines]
            start = f"spawn -noecho {{{self._python}}} -m pdb {{{self._program}}}"
            script.write_text("\n".join([start, *turns, "expect eof", ""]))
        self._exercise.check(EXPECT, self._run([EXPECT, str(script)]))

    def prysk(self) -> None:
        """Run a shell transcript that expects the output of its first run.

        ``>`` at the start of a line has a meaning of its own in a transcript, so pdb's is replaced.
        """
        transcript = self._folder / "session.t"
        words = [PRYSK, str(transcript)]
        if not transcript.exists():
            command = f"  $ {self._python} -m pdb {self._program} <<'END' | sed 's/^>/|>/'"
            transcript.write_text("\n".join([command, *(f"  > {line}" for line in self._lines), "  > END\n"]))
            subprocess.run(words, env=self.environment, capture_output=True, check=False)
            transcript.with_suffix(".t.err").replace(transcript)
            self._exercise.check(PRYSK, transcript.read_text())
        self._run(words)

    def missing(self, name: str) -> bool:
        return shutil.which(name, path=self.environment["PATH"]) is None

    @property
    def _python(self) -> str:
        return self._exercise.target.executable

    @property
    def _program(self) -> str:
        return str(self._exercise.program)

    @property
    def _lines(self) -> Sequence[str]:
        return self._exercise.lines

    def _run(self, words: Sequence[str], typed: str = "") -> str:
        done = subprocess.run(
            words,
            input=typed,
            cwd=self._folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words} ended with {done.returncode}:\n{done.stdout}")
        return done.stdout


_ENTER: Final = '"\\r"'
