"""A killed pdbcoach leaves nothing behind, whatever it was doing."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from pdbcoach.engine import sandbox

PROGRAM = """\
import os, signal, time
if os.fork() == 0:
    os.setsid()
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
x = 1
y = 2
"""
LESSON = """\
format: 1
id: lesson
run: python -m pdb prog.py
variants:
VARIANTS"""
VARIANT = """\
  v{}:
    steps:
    - {{send: b 8, breakpoints: ["8"]}}
    - {{send: c, at: {{line: 8}}}}
    - {{send: p x, expect: "1"}}
    - {{send: q, ends: {{main: exit 0, main.1: running}}}}
"""
TYPED = "b 8\nc\np x\nn\nq\n"
WORDS = {
    "replay": ["replay", "lesson.yaml"],
    "replay-cold": ["replay", "--cold", "lesson.yaml"],
    "check": ["check", "-n", "2", "lesson.yaml"],
    "record": ["record", "--force", "--", "python", "-m", "pdb", "prog.py"],
    "practice": ["practice", "--plain", "--stage", "task", "lesson.yaml"],
}
if "ok" in sandbox.state():
    WORDS["replay-sandbox"] = ["replay", "--sandbox", "lesson.yaml"]
LONGEST = 1.5
"""Seconds after which each of the verbs is certainly at work, or done."""


def carrying(mark: str) -> list[psutil.Process]:
    """Return the processes with the mark in their ``PATH``, which is all that sessions inherit."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if mark in process.environ().get("PATH", ""):
                found.append(process)
    return found


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
@pytest.mark.parametrize("moment", [random.Random(seed).uniform(0, LONGEST) for seed in range(6)])
def test_a_killed_pdbcoach_leaves_nothing(
    tmp_path: Path, short_folder: Path, words: list[str], moment: float
) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    variants = "".join(VARIANT.format(number) for number in range(20))
    (tmp_path / "lesson.yaml").write_text(LESSON.replace("VARIANTS", variants))
    mark = f"{tmp_path}/mark"
    with subprocess.Popen(
        [sys.executable, "-m", "pdbcoach", *words],
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{os.environ['PATH']}:{mark}",
            "TMPDIR": str(short_folder),
            "PDBCOACH_HOME": str(tmp_path / "home"),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as tool:
        assert tool.stdin is not None
        tool.stdin.write(TYPED)
        tool.stdin.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            tool.wait(moment)
        tool.kill()
    deadline = time.monotonic() + 20
    while (carrying(mark) or list(short_folder.iterdir())) and time.monotonic() < deadline:
        os.sched_yield()
    assert carrying(mark) == []
    assert list(short_folder.iterdir()) == []
