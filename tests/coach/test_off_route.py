from __future__ import annotations

from functools import partial

import pytest
from fabricated import span
from lessons import FILE, stopped, typed

from pdbcoach.coach.attempt import Views, state_of
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.off_route import off_route
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.facts import At as Place

at = partial(Place, span=span())

PROGRAM = SourceOutline(
    {
        FILE: """\
def double(n):
    m = 2 * n
    return m

def twice(n):
    n = double(n)
    return n

a = 1
b = twice(a)
for i in range(3):
    a = i
    double(a)
print(a)
"""
    }
)


def seen(
    place: Place, now: Views, start: Views | None = None, *, line: str = "c", before: Views | None = None
) -> Explanation:
    began = stopped(9) if start is None else start
    state = state_of("main", now)
    assert state is not None
    attempt = typed(line, before=began if before is None else before, after=now)
    return off_route(place, attempt, state, state_of("main", began), PROGRAM)


def test_a_call_of_an_earlier_run_is_not_said_to_be_over() -> None:
    now = stopped(9)
    state = state_of("main", now)
    assert state is not None
    typed_n = typed("n", before=now, after=stopped(10))
    in_another_run = off_route(at(line=3), typed_n, state, None, PROGRAM)
    assert "over" not in in_another_run.text


def test_a_line_that_was_jumped_over_has_not_run() -> None:
    before, after = stopped(9), stopped(11)
    state = state_of("main", after)
    assert state is not None
    jump = typed("j 11", before=before, after=after)
    found = off_route(at(line=10), jump, state, state_of("main", before), PROGRAM, jumped=True)
    assert found.text.endswith("Line 10 was jumped over: it hasn't run.")
    into_the_call = off_route(at(line=6), jump, state, state_of("main", before), PROGRAM, jumped=True)
    assert "has run" not in into_the_call.text


@pytest.mark.parametrize(
    ("place", "now", "start", "about", "gravity", "part"),
    [
        pytest.param(
            at(line=12), stopped(10), stopped(9), "elsewhere", "aside",
            "You're at line 10, in `<module>`. The goal is line 12.", id="not there yet",
        ),
        pytest.param(
            at(line=10), stopped(14), stopped(9), "passed", "lost",
            "You're past line 10.", id="behind, and it does not come again",
        ),
        pytest.param(
            at(line=12), stopped(13), stopped(11), "elsewhere", "aside",
            "The goal is line 12.", id="behind, in a loop",
        ),
        pytest.param(
            at(line=2), stopped(3, "double", depth=2), stopped(2, "double", depth=2), "passed", "overshot",
            "You're past line 2.", id="behind, in a function that is called again",
        ),
        pytest.param(
            at(line=6), stopped(7, "twice", depth=2), stopped(5, "twice", depth=2), "passed", "lost",
            "You're past line 6.", id="behind, in a function that is called once",
        ),
        pytest.param(
            at(line=10), stopped(14), stopped(13), "elsewhere", "aside",
            "The goal is line 10", id="behind from the start: another way leads there",
        ),
        pytest.param(
            at(line=14), stopped(6, "twice", depth=2), stopped(10), "inside twice", "aside",
            "You're inside `twice`.", id="too deep",
        ),
        pytest.param(
            at(line=14), stopped(70, "run", file="/lib/lib.py", depth=2), stopped(10), "inside a library",
            "aside", "isn't part of your program. Type `u` and then `n`", id="in a library",
        ),
        pytest.param(
            at(line=14), stopped(70, "run", file="/lib/lib.py", depth=4), stopped(10), "inside a library",
            "aside", "`u 3` and then `n`", id="deep in a library",
        ),
        pytest.param(
            at(line=3, function="double"), stopped(13), stopped(2, "double", depth=2), "over", "overshot",
            "The call of `double` is over.", id="out of the call, and there are more",
        ),
        pytest.param(
            at(line=7, function="twice"), stopped(11), stopped(5, "twice", depth=2), "over", "lost",
            "The call of `twice` is over.", id="out of the only call",
        ),
        pytest.param(
            at(function="twice", event="call"), stopped(11), stopped(10), "passed", "lost",
            "`twice` won't be called again in this run.", id="over the only call",
        ),
        pytest.param(
            at(line=2, function="double"), stopped(7, "twice", depth=2), stopped(6, "twice", depth=2),
            "passed", "overshot", "Line 6 has run, so the call of `double` is over.",
            id="over one of more calls",
        ),
        pytest.param(
            at(line=3, event="return"), stopped(3, "double", depth=2), stopped(2, "double", depth=2),
            "right line", "aside", "You're at the `return`, and it hasn't run yet.",
            id="another event",
        ),
        pytest.param(
            at(line=3, event="line"), stopped(3, "double", event="return", depth=2),
            stopped(2, "double", depth=2), "passed", "overshot",
            "Line 3 has run, and `double` is about to return.", id="its line has run",
        ),
        pytest.param(
            at(line=2, depth=3), stopped(2, "double", depth=2), stopped(2, "double", depth=2),
            "right line", "aside", "but in a different call of `double`", id="another call",
        ),
        pytest.param(
            at(line=2, depth=3), stopped(2, "double", depth=2), stopped(10),
            "right line", "aside", "but in a different call of `double`", id="another call, from elsewhere",
        ),
        pytest.param(
            at(line=14), stopped(1, "run", file="/lib/bdb.py", event="return"), stopped(13),
            "leaving", "lost",
            "The program has run and is about to end.", id="the program is about to end",
        ),
    ],
)  # fmt: skip
def test_a_move_that_missed_the_goal_is_explained(
    place: Place, now: Views, start: Views, about: str, gravity: str, part: str
) -> None:
    explained = seen(place, now, start)
    assert (explained.about, explained.gravity) == (about, gravity)
    assert part in explained.text


@pytest.mark.parametrize(("line", "is_told"), [("n", True), ("unt", True), ("c", False), ("s", False)])
def test_next_after_up_continues_in_the_selected_frame(line: str, is_told: bool) -> None:
    above = state_of("main", stopped(10))
    assert above is not None
    looking_up = stopped(2, "double", depth=2, focus=above.stop, focus_depth=1)
    explained = seen(at(line=3, function="double"), stopped(11), looking_up, line=line)
    text = f"You were looking at `<module>`, so `{line}` continued there."
    assert (text in explained.text) is is_told
