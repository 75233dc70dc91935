"""When pdbcoach itself is killed, nothing of its sessions outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from sessions import Words, survivors

PROGRAM = """\
import os, signal, time
if os.fork() == 0:
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    time.sleep(600)
breakpoint()
x = 1
"""

TOOL = """\
import sys, time
from pdbcoach import Session
session = Session(sys.argv[2:], files=[sys.argv[1]])
session.start()
print(session._environment["PDBCOACH_TOKEN"], flush=True)
time.sleep(600)
"""


def test_kill_of_the_tool_ends_its_sessions(tmp_path: Path, words: Words) -> None:
    program = tmp_path / "prog.py"
    program.write_text(PROGRAM)
    temporary = tmp_path / "t"
    temporary.mkdir()
    tool = subprocess.Popen(
        [sys.executable, "-c", TOOL, str(program), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert tool.stdout is not None
    token = tool.stdout.readline().strip()
    assert len(survivors([token])) >= 2
    tool.send_signal(signal.SIGKILL)
    tool.wait()
    tool.stdout.close()
    deadline = time.monotonic() + 10
    while (survivors([token]) or list(temporary.iterdir())) and time.monotonic() < deadline:
        os.sched_yield()
    assert survivors([token]) == []
    assert list(temporary.iterdir()) == []
