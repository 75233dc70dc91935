from __future__ import annotations

from typing import Any

import pytest
from fabricated import facts_of, span
from msgspec.structs import replace

from pdbcoach.facts import At, Breakpoints, Ends, Facts, Focus, Returns, Values
from pdbcoach.facts.base import StateMismatch
from pdbcoach.facts.processes import ExpectedProcess
from pdbcoach.facts.status import Exited, Gone, Running
from pdbcoach.facts.table import ExpectedBreakpoint
from pdbcoach.facts.values import ExpectedValue
from pdbcoach.observation import (
    Breakpoint,
    DebuggerState,
    ExitStatus,
    Location,
    Observation,
    ProcessView,
    Prompt,
    RaisedException,
)

SPAN = span()
PDB = Prompt("pdb", "(Pdb) ")
STATE = DebuggerState(
    event="return",
    stop=Location("tally.py", 8, "add_ticks"),
    depth=2,
    focus=Location("lib/stock.py", 20, "<module>"),
    returning="6",
    breakpoints=(Breakpoint(1, "tally.py", 15, False, True, None, 0, 1),),
    local_values={"x": "1", "both": "'local'"},
    global_values={"total": "2", "both": "'global'"},
)
OTHER = replace(STATE, event="line", returning=None, stop=Location("tally.py", 30, "work"))
PROCESSES = {
    "main": ProcessView("main", 1, "stopped", prompt=PDB, state=STATE),
    "main.1": ProcessView("main.1", 2, "stopped", prompt=PDB, state=OTHER),
    "main.2": ProcessView("main.2", 3, "running", doing="blocked in read"),
    "main.3": ProcessView("main.3", 4, "gone", exit=ExitStatus(code=1)),
}
SEEN = Observation("main", "prompt", "", prompt=PDB, state=STATE, processes=PROCESSES)
ENDED = Observation(
    "main", "ended", "", processes={"main": ProcessView("main", 1, "gone", exit=ExitStatus(code=0))}
)


def at(**facts: Any) -> At:
    return At(SPAN, **facts)


def focus(**facts: Any) -> Focus:
    return Focus(SPAN, **facts)


def table(*rows: ExpectedBreakpoint) -> Breakpoints:
    return Breakpoints(SPAN, rows)


def differences(facts: Facts, seen: Observation = SEEN) -> list[tuple[str, str, str]]:
    return [(one.fact, one.expected, one.actual) for one in facts.judge(seen, "tally.py")]


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(facts_of(), id="nothing"),
        pytest.param(
            facts_of(at=at(file="tally.py", line=8, function="add_ticks", event="return", depth=2)), id="at"
        ),
        pytest.param(facts_of(at=at()), id="at-any-place"),
        pytest.param(facts_of(focus=focus(file="stock.py", line=20, function="<module>")), id="focus"),
        pytest.param(facts_of(at=at(process="main", line=8)), id="at-itself"),
        pytest.param(facts_of(at=at(process="main.1", line=30, event="line")), id="at-another-process"),
        pytest.param(facts_of(at=at(process="main.1"), returns="6"), id="the-rest-is-about-itself"),
        pytest.param(facts_of(returns="6"), id="returns"),
        pytest.param(facts_of(values={"x": "1", "total": "2"}), id="values"),
        pytest.param(facts_of(values={"both": "'local'"}), id="locals-first"),
        pytest.param(facts_of(values={"nowhere": "undefined"}), id="undefined"),
        pytest.param(facts_of(breakpoints=table(ExpectedBreakpoint(SPAN, 15))), id="breakpoints"),
        pytest.param(facts_of(processes={"main.2": Running()}, ends={"main.3": Gone()}), id="processes"),
    ],
)
def test_a_fact_that_holds_gives_no_mismatch(facts: Facts) -> None:
    assert facts.judge(SEEN, "tally.py") == ()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            facts_of(at=at(file="a.py", line=1, function="f", event="call", depth=3)),
            [
                ("at.file", "a.py", "tally.py"),
                ("at.line", "1", "8"),
                ("at.function", "f", "add_ticks"),
                ("at.event", "call", "return"),
                ("at.depth", "3", "2"),
            ],
            id="at",
        ),
        pytest.param(facts_of(at=at(line=20)), [("at.line", "20", "8")], id="at-is-not-focus"),
        pytest.param(facts_of(focus=focus(line=8)), [("focus.line", "8", "20")], id="focus-is-not-at"),
        pytest.param(
            facts_of(focus=focus(function="module")),
            [("focus.function", "module", "<module>")],
            id="function",
        ),
        pytest.param(
            facts_of(at=at(process="main.1", line=8)), [("at.line", "8", "30")], id="at-another-process"
        ),
        pytest.param(
            facts_of(at=at(process="main.9", line=8)),
            [("at.process", "main.9", "no such process; there are main, main.1, main.2, main.3")],
            id="at-no-process",
        ),
        pytest.param(
            facts_of(at=at(process="main.2", line=8), focus=focus(process="main.2")),
            [("at", "line 8", "main.2 is running (blocked in read)")],
            id="at-a-process-that-runs",
        ),
        pytest.param(facts_of(returns="7"), [("returns", "7", "6")], id="returns"),
        pytest.param(facts_of(raises="KeyError"), [("raises", "KeyError", "nothing is raised")], id="raises"),
        pytest.param(
            facts_of(values={"x": "2", "y": "3", "total": "undefined"}),
            [("values.x", "2", "1"), ("values.y", "3", "undefined"), ("values.total", "undefined", "2")],
            id="values",
        ),
        pytest.param(facts_of(breakpoints=table()), [("breakpoints", "none", "15")], id="breakpoints"),
        pytest.param(
            facts_of(processes={"main.2": Gone(), "main.7": Gone()}, ends={"main.3": Exited(0)}),
            [
                ("processes.main.2", "gone", "running (blocked in read)"),
                ("processes.main.7", "gone", "no such process; there are main, main.1, main.2, main.3"),
                ("ends.main.3", "exit 0", "gone (exit 1)"),
            ],
            id="processes",
        ),
    ],
)
def test_a_fact_that_does_not_hold_gives_mismatches(
    facts: Facts, expected: list[tuple[str, str, str]]
) -> None:
    assert differences(facts) == expected


def test_each_mismatch_points_at_its_fact() -> None:
    spans = [replace(SPAN, line=line) for line in range(2, 6)]
    facts = facts_of(
        at=At(spans[0], line=1),
        returns=Returns(spans[1], "7"),
        values=Values(SPAN, (ExpectedValue("x", "2", spans[2]),)),
        ends=Ends(SPAN, (ExpectedProcess("main", Gone(), spans[3]),)),
    )
    assert [one.span for one in facts.judge(SEEN, None)] == spans


@pytest.mark.parametrize(
    ("changes", "fact_name", "expected", "actual"),
    [
        pytest.param({"event": "line"}, "returns", "6", "not returning (event: line)", id="not-returning"),
        pytest.param({"returning": None}, "returns", "6", "not known", id="value-not-known"),
        pytest.param(
            {"raised": RaisedException("ValueError", "bad")},
            "raises",
            "KeyError",
            "ValueError: bad",
            id="another-exception",
        ),
        pytest.param(
            {"raised": RaisedException("ValueError", "")},
            "raises",
            "KeyError",
            "ValueError",
            id="without-text",
        ),
    ],
)
def test_returns_and_raises_say_what_happened_instead(
    changes: dict[str, Any], fact_name: str, expected: str, actual: str
) -> None:
    state = replace(STATE, **changes)
    facts = facts_of(returns=expected) if fact_name == "returns" else facts_of(raises=expected)
    assert differences(facts, replace(SEEN, state=state)) == [(fact_name, expected, actual)]


def test_raises_compares_the_type() -> None:
    state = replace(STATE, raised=RaisedException("KeyError", "'x'"))
    assert differences(facts_of(raises="KeyError"), replace(SEEN, state=state)) == []


@pytest.mark.parametrize(
    ("facts", "fact_name", "expected"),
    [
        pytest.param(
            facts_of(at=at(file="a.py", line=3, function="f", event="call", depth=1), returns="6"),
            "at",
            "a.py:3, function f, event call, depth 1",
            id="at",
        ),
        pytest.param(facts_of(at=at(file="a.py")), "at", "a.py", id="at-a-file"),
        pytest.param(
            facts_of(focus=focus(), values={"x": "1"}),
            "focus",
            "at a prompt of the debugger",
            id="focus",
        ),
        pytest.param(facts_of(returns="6", raises="E"), "returns", "6", id="returns"),
        pytest.param(facts_of(raises="E", values={"x": "1"}), "raises", "E", id="raises"),
        pytest.param(facts_of(values={"x": "1", "y": "2"}), "values.x", "1", id="values"),
        pytest.param(
            facts_of(breakpoints=table()), "breakpoints", "at a prompt of the debugger", id="breakpoints"
        ),
    ],
)
def test_a_process_without_a_debugger_gives_one_mismatch(facts: Facts, fact_name: str, expected: str) -> None:
    assert facts.judge(ENDED, None) == (StateMismatch(SPAN, fact_name, expected, "main is gone (exit 0)"),)


def test_ends_needs_no_debugger() -> None:
    assert facts_of(ends={"main": Exited(0)}).judge(ENDED, None) == ()


@pytest.mark.parametrize(
    ("seen", "actual"),
    [
        pytest.param(Observation("main", "absent", ""), "no such process", id="absent"),
        pytest.param(
            Observation("main.9", "absent", "", processes={"main": PROCESSES["main"]}),
            "no such process; there are main",
            id="absent-among-others",
        ),
        pytest.param(
            Observation("main", "prompt", "", prompt=Prompt("python", ">>> ")),
            "main waits at >>>",
            id="prompt",
        ),
        pytest.param(Observation("main", "timeout", ""), "main is at no prompt (timeout)", id="timeout"),
    ],
)
def test_a_process_without_a_view_is_described(seen: Observation, actual: str) -> None:
    assert differences(facts_of(returns="6"), seen) == [("returns", "6", actual)]


def test_focus_has_a_depth_of_its_own() -> None:
    state = replace(STATE, depth=3, focus_depth=2)
    seen = Observation("main", "prompt", "", state=state)
    assert facts_of(focus=focus(depth=2), at=at(depth=3)).judge(seen, "tally.py") == ()
    (mismatch,) = facts_of(focus=focus(depth=3)).judge(seen, "tally.py")
    assert (mismatch.fact, mismatch.actual) == ("focus.depth", "2")
