"""Lessons for the tests of authoring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

CALLS = """\
def double(n):
    m = n * 2
    return m


x = double(4)
print(x)
y = x + 1
"""

Write = Callable[..., Path]
"""Called as ``write(steps, name="lesson", top="", program=CALLS)``; returns the path of the file."""


def write_lesson(
    folder: Path, steps: str, *, name: str = "lesson", top: str = "", program: str = CALLS
) -> Path:
    (folder / "prog.py").write_text(program, encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(
        f"format: 1\nid: {name}\nrun: python -m pdb prog.py\n{top}steps:\n{steps}", encoding="utf-8"
    )
    return path
