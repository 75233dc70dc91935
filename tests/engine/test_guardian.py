"""When pdbcoach itself is killed, nothing of its sessions outlives it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
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
print(session._environment["PDBCOACH_TOKEN"], session.processes["main"].pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("unread", [False, True], ids=["at-rest", "with-something-unread"])
def test_killing_pdbcoach_ends_its_sessions(
    tmp_path: Path, short_folder: Path, words: Words, unread: bool
) -> None:
    program = tmp_path / "prog.py"
    program.write_text(PROGRAM)
    tool = subprocess.Popen(
        [sys.executable, "-c", TOOL, str(program), *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(short_folder)},
    )
    assert tool.stdout is not None
    token, main = tool.stdout.readline().split()
    assert len(survivors([token])) >= 2
    if unread:
        # The leader reports how main ended, but nothing reads it, so the connection will be reset.
        tool.send_signal(signal.SIGSTOP)
        process = psutil.Process(int(main))
        process.kill()
        psutil.wait_procs([process], timeout=10)
    tool.send_signal(signal.SIGKILL)
    tool.wait()
    tool.stdout.close()
    deadline = time.monotonic() + 10
    while (survivors([token]) or list(short_folder.iterdir())) and time.monotonic() < deadline:
        os.sched_yield()
    assert survivors([token]) == []
    assert list(short_folder.iterdir()) == []
