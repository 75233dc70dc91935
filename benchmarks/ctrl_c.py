"""Presses Ctrl-C at prompts on a loaded machine, and counts how often it is lost or swallows a line.

``python benchmarks/ctrl_c.py [PRESSES]``: on each Python found, a third of the presses at ``(Pdb)``, a third
at ``input()`` and a third at ``input()`` in a forked child.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path
from typing import Final

from pdbcoach import Session
from pdbcoach.engine import interpreters

_LOOP: Final = """\
def ask():
    while True:
        try:
            print("got", input("? "), flush=True)
        except KeyboardInterrupt:
            print("KeyboardInterrupt", flush=True)
"""

_PROGRAMS: Final = {
    "(Pdb)": ("main", "x = 1\n", ("-m", "pdb", "prog.py"), "p {0} * 7", "{1}\r\n"),
    "input()": ("main", _LOOP + "ask()\n", ("prog.py",), "{0}", "got {0}\r\n"),
    "in a child": (
        "main.1",
        _LOOP + "import os\nif os.fork() == 0:\n    ask()\nos.wait()\n",
        ("prog.py",),
        "{0}",
        "got {0}\r\n",
    ),
}


def _presses(python: str, where: str, count: int) -> tuple[int, int]:
    """Press Ctrl-C ``count`` times; return how many were lost, and how many lines were swallowed."""
    process, source, words, line, answer = _PROGRAMS[where]
    lost = swallowed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "prog.py"
        program.write_text(source)
        with Session(words, python=python, files=[program], timeout=60) as session:
            session.launch()
            session.look(process)
            for turn in range(count):
                lost += "KeyboardInterrupt" not in session.interrupt(process).output
                typed, expected = (text.format(turn, turn * 7) for text in (line, answer))
                swallowed += session.send(typed, process).output != expected
    return lost, swallowed


def _spin() -> None:
    while True:
        pass


def main(presses: int) -> int:
    """Print a line for each Python. Return 1 if anything was lost."""
    load = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(4)]
    for process in load:
        process.start()
    anything = False
    for target in interpreters.find_all():
        share = -(-presses // len(_PROGRAMS))
        for where in _PROGRAMS:
            lost, swallowed = _presses(target.executable, where, share)
            anything |= bool(lost or swallowed)
            print(
                f"{target.version_text:8} {where:10} {share} presses: {lost} lost, {swallowed} swallowed",
                flush=True,
            )
    for process in load:
        process.kill()
    return int(anything)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
