"""The benchmarks run. No test asserts what they measure."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).parents[2] / "benchmarks" / "run.py"
PARTS = {
    "whole": (
        "pdbcoach / raw pdb, wall",
        "pexpect / pdbcoach, wall",
        "expect / pdbcoach",
        "prysk / pdbcoach",
    ),
    "sessions": ("pdbcoach / raw pdb, CPU", "pdbcoach, cold / raw pdb", "pexpect, no delays / pdbcoach"),
    "commands": ("pdbcoach - a child that answers as many bytes", "the rest"),
    "forks": ("a program of six processes", "pdbcoach / raw pdb, wall"),
    "growth": ("memory after 10", "descriptors"),
}
"""Parts, and words in their rows. The parallel part takes too long for a test."""


def test_every_part_prints_its_rows() -> None:
    only = [word for part in PARTS for word in ("--only", part)]
    done = subprocess.run(
        [sys.executable, RUN, "--quick", "--rounds", "1", "--python", sys.executable, *only],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [words for part in PARTS.values() for words in part if words not in done.stdout] == []
