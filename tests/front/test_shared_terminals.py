"""Several processes on one terminal: output belongs to the process that was typed at."""

from __future__ import annotations

from pathlib import Path

from pdbcoach.engine import interpreters
from pdbcoach.front.debugger import Debugger
from pdbcoach.replay.result import Target
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Send

PROGRAM = """\
import os
pid = os.fork()
if pid == 0:
    breakpoint()
    os._exit(0)
os.waitpid(pid, 0)
"""
SCENARIO = """\
format: 1
id: lesson
title: A child on the terminal of its parent
run: python prog.py
terminals: shared
steps:
  - process: main.1
    at: {function: <module>}
"""


def test_output_on_a_shared_terminal_belongs_to_the_process_typed_at(tmp_path: Path) -> None:
    (tmp_path / "prog.py").write_text(PROGRAM)
    file = tmp_path / "lesson.yaml"
    file.write_text(SCENARIO)
    running = interpreters.running()
    debugger = Debugger(load(file)[0], Target(running.executable, running.version_text))
    debugger.watch = lambda: told.extend(debugger.news())
    told: list[tuple[str, str]] = []
    try:
        debugger.launch()
        debugger.arrive()
        attempt = debugger.type(Send("p 6 * 7"), "main.1", lambda views: "no", patience=1)
    finally:
        debugger.close()
    assert "42" in attempt.output
    assert "main" not in dict(told)
