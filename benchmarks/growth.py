"""Does a process grow or slow down over many replays? ``growth.py PYTHON ID COUNT...``

Prints a ``Usage`` as a line of JSON after a first replay, after each of the counts, and at the end. No warm
interpreter is running at the first and the last of these.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from exercise import replay
from processor import Processor

from pdbcoach.engine import interpreters, prefork
from pdbcoach.replay.result import Target
from pdbcoach.scenario import packs


@dataclass(frozen=True, slots=True)
class Usage:
    replays: int
    """Number of replays so far, without the first."""
    wall: float
    """Seconds for one replay since the previous ``Usage``, on average."""
    cpu: float | None
    memory: int
    """Resident bytes of this process."""
    kept_memory: int
    """Resident bytes of its child processes: warm interpreters and the guardian of folders."""
    descriptors: int


def usages(python: str, scenario_id: str, counts: Sequence[int]) -> list[Usage]:
    """Return the measurements of a new process."""
    words = [sys.executable, str(Path(__file__).resolve()), python, scenario_id, *map(str, counts)]
    lines = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    return [Usage(**json.loads(line)) for line in lines]


def _measure(python: str, scenario_id: str, counts: Sequence[int]) -> Iterator[Usage]:
    sys.dont_write_bytecode = False  # as in run.py
    processor = Processor()
    found = interpreters.find(python)
    target = Target(found.executable, found.version_text)
    (scenario,) = packs.load_all([scenario_id], lang="en")
    made = told = 0
    since, used = time.perf_counter(), processor.seconds()

    def usage() -> Usage:
        nonlocal since, used, told
        before, used_before, over = since, used, max(1, made - told)
        since, used, told = time.perf_counter(), processor.seconds(), made
        process = psutil.Process()
        return Usage(
            made,
            (since - before) / over,
            None if used is None or used_before is None else (used - used_before) / over,
            process.memory_info().rss,
            sum(child.memory_info().rss for child in process.children()),
            len(os.listdir("/proc/self/fd")),
        )

    replay(scenario, target)
    prefork.end_all()
    yield usage()
    for count in counts:
        while made < count:
            replay(scenario, target)
            made += 1
        yield usage()
    prefork.end_all()
    yield usage()


if __name__ == "__main__":
    for one in _measure(sys.argv[1], sys.argv[2], [int(word) for word in sys.argv[3:]]):
        print(json.dumps(asdict(one)), flush=True)
