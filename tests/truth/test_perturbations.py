"""What is tried at a step."""

from __future__ import annotations

import coached as made
import pytest

from pdbcoach.scenario.model import Send, Step
from pdbcoach.truth.perturbations import NEWEST, Perturbation, Standpoint, executable, perturbations


def at(step: Step, state: object = made.stop(17), number: int = 0) -> dict[str, Perturbation]:
    own = step.action.text if isinstance(step.action, Send) else ""
    here = Standpoint(step, own, state, made.TALLY, number)  # type: ignore[arg-type]
    return {one.name: one for one in perturbations(here)}


def lines(found: dict[str, Perturbation]) -> set[tuple[str, ...]]:
    return {one.lines for one in found.values()}


def test_lines_that_pdb_stops_at_are_executable() -> None:
    assert executable(made.TALLY) == (5, 6, 7, 8, 9, 13, 14, 17, 18, 19, 20)
    assert executable("def f(:\n") == ()


def test_every_step_gets_looks_detours_and_a_breakpoint() -> None:
    found = at(made.step("n", at=made.place(18)))
    assert {("c",), ("c", "c"), ("n",), ("restart",), ("j 18",), ("b 20",)} <= lines(found)


def test_the_looks_differ_from_step_to_step() -> None:
    looks = [
        {one for one in at(made.step("n"), number=number).values() if one.kind == "harmless"}
        for number in (0, 1)
    ]
    assert len(looks[0]) == len(looks[1]) == 2
    assert looks[0] != looks[1]


def test_no_breakpoint_is_tried_where_the_step_wants_one() -> None:
    found = at(made.step("b 20", breakpoints=made.table(20)))
    assert found["a breakpoint of their own"].lines == ("b 19",)
    assert found["a slip, corrected"].lines == ("b 5", NEWEST)


@pytest.mark.parametrize(
    ("own", "other"),
    [
        ("n", "next"),
        ("next", "n"),
        ("b 9", "break 9"),
        ("p total", "p 0 ;; p total"),
        ("p total", "!total"),
        ("p total", "pp total"),
        ("total = 1", "!total = 1"),
    ],
)
def test_a_line_has_other_spellings(own: str, other: str) -> None:
    assert (other,) in lines(at(made.step(own)))


def test_a_command_with_a_list_is_not_put_after_a_separator() -> None:
    assert "after `;;`" not in at(made.step("commands 1"))


@pytest.mark.parametrize(
    ("step", "road"),
    [
        (made.step("s", at=made.place(4, function="add_ticks", event="call")), ("b add_ticks", "c")),
        (made.step("n", at=made.place(18, event="line")), ("tbreak 18", "c")),
        (made.step("n", at=made.place(18, event="line")), ("until 18",)),
        (made.step("r", at=made.place(9, function="add_ticks", event="return")), ("until 9",)),
    ],
)
def test_a_move_has_other_roads(step: Step, road: tuple[str, ...]) -> None:
    assert road in lines(at(step))
