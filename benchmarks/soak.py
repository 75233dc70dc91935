"""Is anything ever left behind, or ever different? Replays everything on every Python, and kills at random.

Several processes at a time replay all shipped scenarios on all Pythons found. Now and then a pdbcoach is
ended in the middle: by kill -9, by Ctrl-C or by SIGTERM. At the end nothing may be left, and no two
replays of a scenario on one Python may have shown different things. Exit status: 0 if so, 1 if not.
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
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Final, Literal, get_args

import victim
from leftovers import Leftovers
from worker import Job, Worker

from pdbcoach.engine import interpreters
from pdbcoach.errors import PdbcoachError
from pdbcoach.matching.versions import admits
from pdbcoach.replay.fingerprint import first_difference
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.scenario import packs

Kind = Literal[
    "replays that failed",
    "unstable transcripts",
    "workers that died",
    "did not end",
    "descriptors leaked",
    "processes left",
    "folders left",
]
_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

_OF_WORKERS: Final = 0.3
"""Share of the disturbances that hit a worker."""

_LATEST: Final = 2.5
"""Seconds after which a ``pdbcoach replay`` is ended, at the latest; it has hardly begun after 0.3."""

_LATEST_OF_A_WORKER: Final = 0.4
"""Likewise, when a worker is killed."""


@dataclass(slots=True)
class Findings:
    """What has been seen, by any thread."""

    replays: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    """What was done to a pdbcoach, and how that ended: for people to read."""
    wrong: dict[Kind, list[str]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})
    """What must not be, by its kind."""
    _first: dict[tuple[str, str], ScenarioResult] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def replayed(self, job: Job, result: ScenarioResult) -> None:
        with self._lock:
            self._count()
            if result.verdict == "failed":
                self.add("replays that failed", [f"{job}: {_failures(result)}"])
                return
            first = self._first.setdefault((job.scenario.id, job.target.version), result)
            if job.scenario.grade != "demo" and (difference := first_difference(first, result)):
                self.add("unstable transcripts", [f"{job}: {difference}"])

    def disturbed(self, what: str) -> None:
        with self._lock:
            self._count()
            self.endings[what] += 1

    def add(self, kind: Kind, found: Sequence[str]) -> None:
        self.wrong[kind].extend(found)

    def tell(self) -> int:
        """Print it all; the exit status."""
        for what, times in sorted(self.endings.items()):
            print(f"  {times:>4} x {what}")
        for kind, found in self.wrong.items():
            print(f"{kind}: {len(found)}")
            for one in found:
                print(f"  {one}")
        return 1 if any(self.wrong.values()) else 0

    def _count(self) -> None:
        self.replays += 1
        if self.replays % 100 == 0:
            print(f"{self.replays} replays, load average {os.getloadavg()[0]:.0f}", flush=True)


class Lane(threading.Thread):
    """Has one worker replay job after job, and ends a pdbcoach in the middle now and then."""

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
        os.environ["TMPDIR"] = folder  # what is in it is ours alone
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
            print("interrupted: what has begun ends")
            with contextlib.suppress(Empty):
                while True:
                    jobs.get_nowait()
            for lane in lanes:
                lane.join()
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
        help="how many at a time (default: twice as many as there are processors)",
    )
    parser.add_argument(
        "--chance", type=float, default=0.2, help="of one to be ended in the middle (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of all that is random")
    return parser.parse_args()


def _jobs(count: int, luck: random.Random) -> Queue[Job]:
    """Scenarios on Pythons that they are for, at random: each twice before one comes three times."""
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


def _failures(result: ScenarioResult) -> str:
    step = next((step for step in result.steps if step.failures), None)
    where = "" if step is None else f"step {step.number}: "
    return where + "; ".join(map(repr, result.all_failures))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PdbcoachError as error:
        sys.exit(f"benchmarks/soak.py: {error}")
