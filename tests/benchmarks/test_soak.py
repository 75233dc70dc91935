"""The soak runs, and finds what it looks for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import fabricated as made
import pytest
from findings import Findings
from leftovers import Leftovers
from worker import Job

from pdbcoach.shim import kernel

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak.py"


def test_a_short_soak_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, SOAK, "--replays", "4", "--lanes", "2", "--chance", "0", "--seed", "1"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "4 replays in" in done.stdout


def test_a_different_transcript_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    job = Job(made.scenario(), made.TARGET)
    findings = Findings()
    findings.replayed(job, made.result([(made.step(), ())], transcript=(made.entry("n", "a"),)))
    assert findings.tell() == 0
    findings.replayed(job, made.result([(made.step(), ())], transcript=(made.entry("n", "b"),)))
    assert findings.tell() == 1
    assert "unstable transcripts: 1\n  fork-count-them on 3.13.0" in capsys.readouterr().out


def test_leftover_processes_and_folders_are_found(tmp_path: Path) -> None:
    leftovers = Leftovers(tmp_path)
    try:
        before = leftovers.processes()
        (tmp_path / "pdbcoach-1" / "work").mkdir(parents=True)
        # An orphan in its own session, which has the folder only in its environment.
        child = subprocess.Popen(
            ["sh", "-c", "setsid sleep 600 & echo $!"],
            env={**os.environ, "HOME": f"{tmp_path}/pdbcoach-1/home"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        orphan = int(child.stdout.readline())
        child.wait()
        child.stdout.close()
        try:
            found = [line for line in leftovers.processes() if line not in before]
            assert [line.split()[0] for line in found] == [str(orphan)]
            assert leftovers.folders() == ["pdbcoach-1, work"]
        finally:
            os.kill(orphan, 9)
            os.waitpid(orphan, 0)
    finally:
        kernel.adopt_orphans(False)
