"""What a soak has found."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from worker import Job

from pdbcoach.replay.fingerprint import first_difference
from pdbcoach.replay.result import ScenarioResult

FindingKind = Literal[
    "replays not made",
    "replays that failed",
    "unstable transcripts",
    "workers that died",
    "did not end",
    "descriptors leaked",
    "processes left",
    "folders left",
]
_KINDS: Final[tuple[FindingKind, ...]] = get_args(FindingKind)


@dataclass(slots=True)
class Findings:
    """The findings of all threads."""

    replays: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    """What was done to a pdbcoach, and how that ended, for people to read."""
    wrong: dict[FindingKind, list[str]] = field(default_factory=lambda: {kind: [] for kind in _KINDS})
    """Failures by kind."""
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

    def add(self, kind: FindingKind, found: Sequence[str]) -> None:
        self.wrong[kind].extend(found)

    def tell(self) -> int:
        """Print everything and return the exit status."""
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


def _failures(result: ScenarioResult) -> str:
    step = next((step for step in result.steps if step.failures), None)
    where = "" if step is None else f"step {step.number}: "
    return where + "; ".join(map(repr, result.all_failures))
