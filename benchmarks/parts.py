"""The parts of the table. Each measures one thing and prints its rows."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import plain_pexpect
import sample
from exercise import exercise, replay
from growth import usages
from latency import latencies
from peers import HOW_TO_INSTALL, Peers
from processor import Processor
from sample import Cost
from table import Aim, row, title

from pdbcoach.replay.result import Target
from pdbcoach.scenario import packs

_SCENARIO: Final = "run-to-return"
_FORKING: Final = "fork-count-them"

Contenders = dict[str, Callable[[], object]]
Costs = Mapping[str, Sequence[Cost]]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each part is measured."""

    rounds: int
    sessions: int
    commands: int
    scenarios: int
    replays: tuple[int, ...]


class Parts:
    """All parts for one Python. ``folder`` is an empty folder to work in."""

    def __init__(self, target: Target, sizes: Sizes, processor: Processor, folder: Path) -> None:
        self._target = target
        self._sizes = sizes
        self._processor = processor
        self._folder = folder
        self._exercise = exercise(_SCENARIO, target)
        self._peers = Peers(self._exercise, folder)

    def whole(self) -> None:
        peers = self._peers
        contenders: Contenders = {
            "pdbcoach": peers.pdbcoach,
            "raw pdb": peers.raw,
            "pexpect": partial(peers.pexpect, delays=True),
            "pexpect, no delays": partial(peers.pexpect, delays=False),
        }
        others = {"expect": peers.expect, "prysk": peers.prysk}
        contenders |= {name: run for name, run in others.items() if not peers.missing(name)}
        title(f"a whole process, {len(self._exercise.lines)} commands")
        costs = self._measure(contenders, self._sizes.rounds)
        self._over_raw(costs, "pdbcoach", wall=Aim("<=", 2.0))
        for name in ("pexpect", "pexpect, no delays", *others):
            if name in costs:
                row(f"{name} / pdbcoach, wall", sample.ratios(costs[name], costs["pdbcoach"], "wall"), "x")
            else:
                row(f"{name} / pdbcoach, wall", None, "x", missing=f"not installed: {HOW_TO_INSTALL[name]}")
        self._times(costs)

    def sessions(self) -> None:
        mine = partial(replay, self._exercise.scenario, self._target)
        contenders: Contenders = {
            "pdbcoach": mine,
            "pdbcoach, cold": partial(mine, cold=True),
            "raw pdb": self._peers.raw,
        }
        title(f"one of {self._sizes.sessions} sessions in one process, {len(self._exercise.lines)} commands")
        costs = self._measure(contenders, self._sizes.sessions)
        self._over_raw(costs, "pdbcoach", wall=Aim("<=", 0.5), cpu=Aim("<=", 0.5))
        self._over_raw(costs, "pdbcoach, cold")
        self._times(costs)
        contenders = {
            "pdbcoach": mine,
            "pexpect": partial(self._pexpect, delays=True),
            "pexpect, no delays": partial(self._pexpect, delays=False),
        }
        costs = self._measure(contenders, self._sizes.rounds)
        for name, aim in (("pexpect", Aim(">=", 10.0)), ("pexpect, no delays", None)):
            row(f"{name} / pdbcoach, wall", sample.ratios(costs[name], costs["pdbcoach"], "wall"), "x", aim)

    def commands(self) -> None:
        title("one command, over a bare round trip on a terminal")
        found = latencies(self._target.executable, self._sizes.commands, self._peers.environment)
        for what, one, other, aim in (
            ("pdbcoach - a child that answers as many bytes", found.pdbcoach, found.echo, Aim("<=", 0.3)),
            ("of that pdb's own: pdb on a bare terminal - the child", found.pdb, found.echo, None),
            ("the rest: pdbcoach - pdb on a bare terminal", found.pdbcoach, found.pdb, None),
        ):
            row(what, [(a - b) * 1000 for a, b in zip(one, other, strict=True)], "ms", aim)

    def forks(self) -> None:
        shown = exercise(_FORKING, self._target)
        contenders: Contenders = {
            "pdbcoach": partial(replay, shown.scenario, self._target),
            "raw pdb": Peers(shown, self._folder).raw,
        }
        title("a program of six processes, in one process of pdbcoach")
        costs = self._measure(contenders, self._sizes.rounds)
        self._over_raw(costs, "pdbcoach")
        self._times(costs)

    def parallel(self) -> None:
        files = _files()[: self._sizes.scenarios]
        title(f"{len(files)} scenarios, two at a time")
        python = self._target.executable
        alone = ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(self._folder)]
        for name, words, one, two in (
            ("replay", ["-m", "pdbcoach", "replay", "--quiet", "--python", python], ["-j", "1"], ["-j", "2"]),
            ("check", ["-m", "pdbcoach", "check", "--quiet", "--python", python], ["-j", "1"], ["-j", "2"]),
            (
                "pytest",
                ["-m", "pytest", "-q", *alone, "--pdbcoach", "--pdbcoach-python", python],
                [],
                ["-n", "2"],
            ),
        ):
            contenders: Contenders = {
                f"{name} {' '.join(two)}": partial(self._run, [*words, *two, *files]),
                name: partial(self._run, [*words, *one, *files]),
            }
            costs = self._measure(contenders, self._sizes.rounds)
            ratios = sample.ratios(costs[f"{name} {' '.join(two)}"], costs[name], "wall")
            row(f"{name} {' '.join(two)} / one after the other, wall", ratios, "x")
            self._times(costs)

    def growth(self) -> None:
        title("many replays in one process")
        start, *found, end = usages(self._target.executable, _SCENARIO, self._sizes.replays)
        first, last = found[0], found[-1]
        for before, one in zip([start, *found], found, strict=False):
            which = f"one of the replays {before.replays + 1} to {one.replays}"
            row(f"{which}, wall", [one.wall * 1000], "ms")
            row(f"{which}, CPU", None if one.cpu is None else [one.cpu * 1000], "ms")
            row(f"memory after {one.replays}", [one.memory / 2**20], "MiB")
            row("that of the processes it keeps", [one.kept_memory / 2**20], "MiB")
        flat = Aim("<=", 1.1)
        slower = None if first.cpu is None or last.cpu is None else [last.cpu / first.cpu]
        row("CPU of a replay at the end / at the beginning", slower, "x", flat)
        row("memory at the end / after the first of these", [last.memory / first.memory], "x", flat)
        more = float(end.descriptors - start.descriptors)
        row(f"descriptors: {start.descriptors} after one replay, more at the end", [more], "", Aim("<=", 0))

    def _measure(self, contenders: Contenders, rounds: int) -> Costs:
        return sample.measure(contenders, rounds, self._processor)

    def _over_raw(self, costs: Costs, name: str, *, wall: Aim | None = None, cpu: Aim | None = None) -> None:
        row(f"{name} / raw pdb, wall", sample.ratios(costs[name], costs["raw pdb"], "wall"), "x", wall)
        ratios = sample.ratios(costs[name], costs["raw pdb"], "CPU")
        row(f"{name} / raw pdb, CPU", ratios, "x", cpu, missing=self._processor.problem)

    def _times(self, costs: Costs) -> None:
        for name, found in costs.items():
            row(name, sample.of(found, "wall"), "ms")

    def _run(self, words: Sequence[str]) -> None:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{words} ended with {done.returncode}:\n{done.stdout}")

    def _pexpect(self, *, delays: bool) -> None:
        shown = self._exercise
        output = plain_pexpect.debug(
            self._target.executable,
            str(shown.program),
            shown.lines,
            delays=delays,
            env=self._peers.environment,
        )
        shown.check("pexpect", output)


def _files() -> list[str]:
    """Return the files of scenarios without variants that give the same output in every run."""
    found = packs.load_all([str(packs.shipped())], lang="en")
    variants = Counter(one.path for one in found)
    return [str(one.path) for one in found if variants[one.path] == 1 and one.grade == "exact"]
