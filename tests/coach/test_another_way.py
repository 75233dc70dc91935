from __future__ import annotations

import pytest
from coached import PROGRAM, attempt, goal, place, step, stop
from msgspec.structs import replace

from pdbcoach.coach.another_way import in_place_of
from pdbcoach.observation import DebuggerState
from pdbcoach.scenario.model import Prose, Step

BEGAN = stop(17)
CALLED = stop(4, "add_ticks", depth=3, event="call")
ENTER = step("s", at=place(4, function="add_ticks", event="call"))


@pytest.mark.parametrize(
    ("asked", "line", "after", "part"),
    [
        pytest.param(ENTER, "s", CALLED, "on the function's name", id="into-a-call"),
        pytest.param(step("n", at=place(18, event="line")), "n", stop(18), "`until`", id="to-the-next-line"),
        pytest.param(step("unt 19", at=place(19, event="line")), "unt 19", stop(19), "`tbreak`", id="until"),
        pytest.param(step("c", at=place(19, event="line")), "c", stop(19), "`until` with the line", id="c"),
        pytest.param(step("c", at=place(16, event="line")), "c", stop(16), "", id="back-in-a-loop"),
        pytest.param(step("r", at=place(9, event="return")), "r", stop(9, event="return"), "", id="return"),
        pytest.param(step("s", at=place(18, event="line")), "s", stop(18), "", id="into-no-call"),
    ],
)
def test_another_way_is_named_only_where_the_step_accepts_it(
    asked: Step, line: str, after: DebuggerState, part: str
) -> None:
    told = in_place_of(goal(asked, BEGAN, program=PROGRAM), attempt(line, BEGAN, after))
    assert told.startswith(f"Instead of `{line}`, ") if part else told == ""
    assert part in told


def test_no_other_way_is_named_where_the_author_wants_this_one() -> None:
    wants_it = replace(ENTER, prose=Prose(must_use=("step",)))
    exactly = replace(ENTER, exactly="call")
    for asked in (wants_it, exactly):
        assert in_place_of(goal(asked, BEGAN, program=PROGRAM), attempt("s", BEGAN, CALLED)) == ""
