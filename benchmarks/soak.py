"""Is anything ever left behind, or ever different? Replays everything on every Python, and kills at random.

Several processes at a time replay all shipped scenarios on all Pythons found. Now and then a pdbcoach is
ended in the middle, by kill -9, Ctrl-C or SIGTERM. At the end nothing may be left, and all replays of a
scenario on one Python must have shown the same. Exit status: 0 if so, 1 if not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import Final

import victim
from findings import Findings
from leftovers import Leftovers
from worker import Job, Worker

from pdbcoach.engine import interpreters
from pdbcoach.errors import PdbcoachError
from pdbcoach.matching.versions import admits
from pdbcoach.replay.result import Target
from pdbcoach.scenario import packs

_OF_WORKERS: Final = 0.3
"""Share of the disturbances that hit a worker."""

_LATEST: Final = 2.5
"""Seconds after which a ``pdbcoach replay`` is ended at the latest. It has hardly begun after 0.3."""

_LATEST_OF_A_WORKER: Final = 0.4
"""The same for killing a worker."""


class Lane(threading.Thread):
    """Makes one worker replay job after job, and now and then ends a pdbcoach in the middle."""

    def __init__(self, jobs: Queue[Job], findings: Findings, chance: float, luck: random.Random) -> None:
        super().__init__()
        self._jobs = jobs
        self._findings = findings
        self._chance = chance
        self._luck = luck
        self._worker = Worker()

    def run(self) -> None:
        with contextlib.suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if self._luck.random() >= self._chance:
                    self._replay(job)
                elif self._luck.random() < _OF_WORKERS:
                    self._kill_worker(job)
                else:
                    self._end_a_replay(job)
        if more := self._worker.end():
            self._findings.add("descriptors leaked", [f"{more} by a worker"])

    def _replay(self, job: Job) -> None:
        try:
            result = self._worker.replay(job)
        except (EOFError, OSError):
            self._findings.add("workers that died", [str(job)])
            self._replace_worker()
        else:
            self._findings.replayed(job, result)

    def _kill_worker(self, job: Job) -> None:
        timer = threading.Timer(self._luck.uniform(0, _LATEST_OF_A_WORKER), self._worker.kill)
        timer.start()
        with contextlib.suppress(EOFError, OSError):
            self._worker.replay(job)
        timer.join()
        self._replace_worker()
        self._findings.disturbed("a worker, by SIGKILL")

    def _end_a_replay(self, job: Job) -> None:
        way = self._luck.choice(victim.WAYS)
        ending = victim.end_in_the_middle(job, way, self._luck.uniform(0, _LATEST))
        self._findings.disturbed(f"pdbcoach replay, by {way.name}: {ending}")
        if ending.stuck:
            self._findings.add("did not end", [f"{job}, by {way.name}"])

    def _replace_worker(self) -> None:
        self._worker.end()
        self._worker = Worker()


def main() -> int:
    arguments = _arguments()
    luck = random.Random(arguments.seed)
    jobs = _jobs(arguments.replays, luck)
    print(f"seed {arguments.seed}: {jobs.qsize()} replays, {arguments.lanes} at a time", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        os.environ["TMPDIR"] = folder  # only our own files are in it
        leftovers = Leftovers(Path(folder))
        findings = Findings()
        lanes = [
            Lane(jobs, findings, arguments.chance, random.Random(luck.random()))
            for _ in range(arguments.lanes)
        ]
        for lane in lanes:
            lane.start()
        try:
            for lane in lanes:
                lane.join()
        except KeyboardInterrupt:
            print("interrupted: waiting for the replays under way")
            with contextlib.suppress(Empty):
                while True:
                    jobs.get_nowait()
            for lane in lanes:
                lane.join()
        else:
            if findings.replays < arguments.replays:  # a lane ended with a traceback
                findings.add("replays not made", [f"{arguments.replays - findings.replays} of them"])
        leftovers.wait()
        findings.add("processes left", leftovers.processes())
        findings.add("folders left", leftovers.folders())
    print(f"\n{findings.replays} replays in {time.monotonic() - began:.0f} s")
    return findings.tell()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/soak.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replays", type=int, default=2000, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--lanes",
        type=int,
        default=2 * (os.cpu_count() or 1),
        metavar="N",
        help="replays at a time (default: twice the number of processors)",
    )
    parser.add_argument(
        "--chance",
        type=float,
        default=0.2,
        help="that a replay is ended in the middle (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for everything random")
    return parser.parse_args()


def _jobs(count: int, luck: random.Random) -> Queue[Job]:
    """Return jobs in random order: no scenario and Python come three times before all came twice."""
    scenarios = packs.load_all([str(packs.shipped())], lang="en")
    targets = [Target(one.executable, one.version_text) for one in interpreters.find_all()]
    all_jobs = [
        Job(one, target) for one in scenarios for target in targets if admits(one.python, target.version)
    ]
    luck.shuffle(all_jobs)
    chosen = all_jobs[: max(1, count // 2)]
    jobs = [chosen[number % len(chosen)] for number in range(count)]
    luck.shuffle(jobs)
    found: Queue[Job] = Queue()
    for job in jobs:
        found.put(job)
    return found


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PdbcoachError as error:
        sys.exit(f"benchmarks/soak.py: {error}")
