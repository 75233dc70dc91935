"""Programs and scenarios for the tests of reading them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pdbcoach.errors import Problem, ScenarioError
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario, Step

TALLY = '''\
"""tally.py - add up the ticks that some workers reported."""


def add_ticks(ticks, bonus=0):
    total = 0
    for t in ticks:
        total += t
    if bonus:
        return total + bonus
    ticks = None
    return total


def report(name, ticks):
    total = add_ticks(ticks)
    line = name + ": " + str(total)
    return line


reports = []
reports.append(report("w1", [1, 2, 3]))
reports.append(report("w2", [10, 20]))
grand = add_ticks([6, 30], bonus=4)
print(reports, grand)
'''

STOCK = """\
def logged(fn):
    def wrapper(*args, **kw):
        result = fn(*args, **kw)
        return result
    return wrapper


class Box:
    def __init__(self, level):
        self.level = level
"""

HEAD = "format: 1\nid: demo\nrun: python -m pdb tally.py\n"
STEPS = "steps:\n  - send: q\n    ends: {main: exit 0}\n"


@contextmanager
def deep_file(folder: Path, name: str) -> Iterator[str]:
    """Yield the path, below ``folder``, of an empty file nested deeper than Python's recursion limit."""
    folders = [folder]
    for _ in range(1100):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    file = folders[-1] / name
    file.touch()
    try:
        yield file.relative_to(folder).as_posix()
    finally:  # pytest's own cleanup of temporary folders cannot remove it
        file.unlink()
        for made in reversed(folders[1:]):
            made.rmdir()


class Author:
    """Writes demo.yaml into a folder and loads it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, text: str | bytes, name: str = "demo.yaml") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def load_all(self, text: str, lang: str = "") -> tuple[Scenario, ...]:
        return load(self.write(text), lang)

    def load(self, top: str = "", steps: str = STEPS) -> Scenario:
        (scenario,) = self.load_all(HEAD + top + steps)
        return scenario

    def step(self, keys: str, top: str = "") -> Step:
        """Return the step with these ``keys``, given as lines or as one flow mapping."""
        if keys.startswith("{"):
            return self.load(top, f"steps:\n  - {keys}\n").steps[0]
        lines = keys.strip("\n").split("\n")
        return self.load(top, "steps:\n  - " + "\n    ".join(lines) + "\n").steps[0]

    def problems(self, text: str | bytes) -> tuple[Problem, ...]:
        """Return what is wrong with a whole document."""
        with pytest.raises(ScenarioError) as caught:
            load(self.write(text))
        return caught.value.problems

    def problem(self, top: str = "", steps: str = STEPS) -> Problem:
        """Return the only thing that is wrong."""
        (problem,) = self.problems(HEAD + top + steps)
        return problem

    def step_problem(self, keys: str, top: str = "") -> Problem:
        """Return the only thing that is wrong with a step."""
        with pytest.raises(ScenarioError) as caught:
            self.step(keys, top)
        (problem,) = caught.value.problems
        return problem
