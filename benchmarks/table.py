"""Prints rows as they are measured: minimum, median and maximum, and the target."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

_WIDTH: Final = 64


@dataclass(frozen=True, slots=True)
class Aim:
    """The target of a median: at most, or at least, ``bound``."""

    kind: Literal["<=", ">="]
    bound: float

    def told(self, value: float) -> str:
        met = value <= self.bound if self.kind == "<=" else value >= self.bound
        return f"target {self.kind} {self.bound:g}: {'met' if met else 'MISSED'}"


def title(text: str) -> None:
    print(f"\n{text:<{_WIDTH}}{'min':>9}{'median':>9}{'max':>9}    n", flush=True)


def row(
    what: str,
    values: Sequence[float] | None,
    unit: str,
    aim: Aim | None = None,
    *,
    missing: str = "not measured",
) -> None:
    """Print one row, or why there are no ``values``."""
    if values is None:
        print(f"  {what:<{_WIDTH}}{missing}", flush=True)
        return
    middle = statistics.median(values)
    numbers = "".join(f"{_number(value):>9}" for value in (min(values), middle, max(values)))
    told = "" if aim is None else aim.told(middle)
    print(f"  {what:<{_WIDTH - 2}}{numbers}{len(values):>5} {unit:<4}{told}".rstrip(), flush=True)


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
