"""Measures contenders in turns: A B C A B C."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from processor import Processor

What = Literal["wall", "CPU"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds. ``cpu`` includes everything that this process started, and is None if not counted."""

    wall: float
    cpu: float | None

    def of(self, what: What) -> float | None:
        return self.wall if what == "wall" else self.cpu


def measure(
    contenders: Mapping[str, Callable[[], object]], rounds: int, processor: Processor
) -> dict[str, list[Cost]]:
    """Run each once without counting, then all of them ``rounds`` times in turns."""
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    for _ in range(rounds):
        for name, run in contenders.items():
            cpu, began = processor.seconds(), time.perf_counter()
            run()
            wall, cpu_then = time.perf_counter() - began, processor.seconds()
            used = None if cpu is None or cpu_then is None else cpu_then - cpu
            costs[name].append(Cost(wall, used))
    return costs


def ratios(one: Sequence[Cost], other: Sequence[Cost], what: What) -> list[float] | None:
    """Return ``one`` over ``other`` for each turn, because a load on the machine affects both of a turn."""
    pairs = [(mine.of(what), theirs.of(what)) for mine, theirs in zip(one, other, strict=True)]
    return [mine / theirs for mine, theirs in pairs if mine is not None and theirs] or None


def of(costs: Sequence[Cost], what: What) -> list[float] | None:
    """Return milliseconds."""
    return [found * 1000 for cost in costs if (found := cost.of(what)) is not None] or None
