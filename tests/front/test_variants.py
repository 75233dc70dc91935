"""A file with steps only in variants: its lesson is all of them, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from front.driving import Desk

PROGRAM = "a = 1\nb = 2\nc = 3\n"
STEPS = """\
      - ask: Run one line.
        send: n
        at: {line: 2}
      - ask: Run another.
        send: n
        at: {line: 3}
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    (tmp_path / "prog.py").write_text(PROGRAM)
    file = tmp_path / "trio.yaml"
    variants = "".join(f"  {name}:\n    steps:\n{STEPS}" for name in ("one", "two", "three"))
    file.write_text(
        f"format: 1\nid: trio\ntitle: Three ways\nrun: python -m pdb prog.py\nvariants:\n{variants}"
    )
    return file


def ids(desk: Desk) -> list[str]:
    return [visit.lesson.scenario.id for visit in desk.visits]


def test_each_variant_is_practised_in_a_stage(desk: Desk, lesson: Path) -> None:
    assert desk.hold(lesson, ["n", "n", "", "n", "n", "", "n", "n"]) == 0
    assert ids(desk) == ["trio[one]", "trio[two]", "trio[three]"]
    assert desk.text.count("Next: Three ways (task: you type).") == 2
    assert desk.progress("trio").passed == "task"
    desk.visits.clear()
    assert desk.hold(lesson, ["n", "n", ":quit"]) == 0
    assert ids(desk) == ["trio[one]"]  # who asks for a stage may have been through it


def test_a_variant_in_progress_comes_first(desk: Desk, lesson: Path) -> None:
    assert desk.hold(lesson, ["n", "n", "", "n", ":quit"]) == 0

    def coming_back(desk: Desk) -> Iterator[str]:
        assert (ids(desk)[-1], desk.step) == ("trio[two]", 2)
        yield from ["n", ""]
        assert (ids(desk)[-1], desk.step) == ("trio[three]", 1)
        yield from ["n", "n"]

    assert desk.hold(lesson, coming_back) == 0
    assert desk.progress("trio").passed == "task"
    assert desk.hold(lesson, ["n", ":quit"], stage="watch") == 0
    assert ids(desk)[-1] == "trio[one]"


def test_a_requested_variant_is_the_only_one(desk: Desk, lesson: Path) -> None:
    assert desk.hold(lesson, ["n", "n", "", ":quit"], variant="two") == 0
    assert ids(desk) == ["trio[two]"]
