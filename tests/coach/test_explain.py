from __future__ import annotations

from typing import Any

import pytest
from coached import (
    PROGRAM,
    attempt,
    ended,
    goal,
    looking_up,
    place,
    row,
    running,
    statuses,
    step,
    stop,
    stopped,
    table,
    views,
)
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.explain import explain
from pdbcoach.coach.explanation import Explanation, Gravity
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.facts.implied import Defined
from pdbcoach.facts.status import Exited, Gone, Running
from pdbcoach.observation import DebuggerState, ProcessView, Prompt, RaisedException
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key

START = stop(17)
IN_TICKS = stop(5, "add_ticks", depth=3)


def told(asked: Goal, typed: Attempt) -> Explanation:
    found = explain(StepProgress(asked), typed, PROGRAM)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "start", "now", "about", "gravity"),
    [
        pytest.param(18, START, stop(19), "passed", "lost", id="module-level-line-passed"),
        pytest.param(20, START, stop(19), "elsewhere", "aside", id="module-level-line-ahead"),
        pytest.param(7, IN_TICKS, stop(8, "add_ticks", depth=3), "elsewhere", "aside", id="in-a-loop"),
        pytest.param(
            5,
            stop(4, "add_ticks", depth=3),
            stop(7, "add_ticks", depth=3),
            "passed",
            "overshot",
            id="called-again",
        ),
        pytest.param(7, IN_TICKS, stop(9, "add_ticks", depth=3), "passed", "overshot", id="loop-is-over"),
        pytest.param(9, IN_TICKS, stop(14, "report"), "over", "overshot", id="call-is-over"),
        pytest.param(5, START, stop(20), "passed", "lost", id="no-call-ahead"),
        pytest.param(19, START, stop(13, "report"), "inside report", "aside", id="too-deep"),
    ],
)
def test_a_miss_is_what_going_on_cannot_mend(
    wanted: int, start: DebuggerState, now: DebuggerState, about: str, gravity: Gravity
) -> None:
    found = told(goal(step("n", at=place(wanted)), start), attempt("n", start, now))
    assert (found.about, found.gravity) == (about, gravity)


@pytest.mark.parametrize("line", ["p x", "w", "l", "u"])
def test_looking_is_not_commented(line: str) -> None:
    assert explain(StepProgress(goal(step("n", at=place(19)), START)), attempt(line, START), PROGRAM) is None


def test_preparing_is_not_commented_and_a_mere_move_to_the_same_place_is() -> None:
    asked = goal(step("c", at=place(19)), START)
    assert (
        explain(StepProgress(asked), attempt("b 19", START, stop(17, breakpoints=(row(1, 19),))), PROGRAM)
        is None
    )
    assert told(asked, attempt("n", START)).about == "stays"


def test_what_pdb_has_refused_it_has_explained() -> None:
    asked = goal(step("b 5", breakpoints=table(5)), START)
    refused = attempt("b 99", START, output="*** End of file\n")
    assert explain(StepProgress(asked), refused, PROGRAM) is None
    mistaken = attempt("b 9", START, stop(17, breakpoints=(row(1, 9),)))
    assert told(asked, mistaken).text.startswith("Breakpoints still missing")


@pytest.mark.parametrize(
    ("line", "after", "said"),
    [
        ("q", views(ended()), "You left the debugger: `main` has ended (exit 0)."),
        ("p x ;; q", views(ended()), "You left the debugger: `main` has ended (exit 0)."),
        (Key("ctrl-d"), views(ended()), "You left the debugger: `main` has ended (exit 0)."),
        (
            "exit(1)",
            views(ended(code=1)),
            "`main` has ended (exit 1), so there's no debugger left to type to.",
        ),
        ("c", views(ended(code=1)), "`main` has ended (exit 1), so there's no debugger left to type to."),
        (
            "c",
            views(ended(phase="zombie")),
            "`main` has ended (exit 0), so there's no debugger left to type to.",
        ),
    ],
    ids=["quit", "quit-last", "ctrl-d", "exit-call", "ran-to-the-end", "zombie"],
)
def test_the_program_has_ended(line: str | Key, after: Views, said: str) -> None:
    found = told(goal(step("n", at=place(18)), START), attempt(line, START, after))
    assert found == Explanation("ended", said, "lost")
    assert found.is_event


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param(attempt("run", START, stop(1), restarted=True), "has restarted from", id="by-hand"),
        pytest.param(attempt("n", START, stop(1), restarted=True), "The program ended", id="to-its-end"),
        pytest.param(attempt("c", START, stop(1), restarted=True), "only at breakpoints", id="by-continue"),
        pytest.param(
            attempt("n", looking_up(stop(5, "add_ticks", depth=3), 13, "report"), stop(1), restarted=True),
            "You were looking at `report`, so `n` continued there. The program ended",
            id="from-above",
        ),
        pytest.param(
            attempt("n", stop(19, event="post-mortem"), stop(1), restarted=True),
            "can't continue",
            id="wreck",
        ),
        pytest.param(
            attempt("n", stop(19, event="post-mortem"), stop(1)),
            "can't continue",
            id="wreck-unseen",
        ),
    ],
)
def test_the_program_has_begun_again(typed: Attempt, said: str) -> None:
    found = told(goal(step("n", at=place(18)), START), typed)
    assert (found.about, found.gravity) == ("restarted", "lost")
    assert said in found.text


def test_where_the_goal_is_the_beginning_nothing_is_lost() -> None:
    asked = goal(step("c", at=place(1)), START)
    assert told(asked, attempt("n", START, stop(19))).about == "beginning"
    again = told(asked, attempt("run", START, stop(1), restarted=True))
    assert (again.about, again.gravity) == ("beginning", "overshot")


def test_a_start_with_other_arguments_is_not_the_one() -> None:
    found = told(
        goal(step("run 7 8", at=place(1)), START), attempt("restart", START, stop(1), restarted=True)
    )
    assert (found.about, found.gravity) == ("beginning", "aside")
    assert "Check the arguments." in found.text


WRECK = stop(7, "add_ticks", event="post-mortem", raised=RaisedException("TypeError", "no"))


def test_a_crash_is_lost_and_looking_at_the_wreck_is_not_told_again() -> None:
    asked = goal(step("n", at=place(18)), START)
    found = told(asked, attempt("n", START, WRECK))
    assert (found.about, found.gravity) == ("crashed", "lost")
    assert "`TypeError: no`" in found.text
    assert explain(StepProgress(asked), attempt("p x", WRECK), PROGRAM) is None


def test_a_wreck_that_was_asked_for_is_none() -> None:
    asked = goal(step("c", at=place(7, event="post-mortem"), values={"x": "1"}), START)
    found = told(asked, attempt("c", START, WRECK))
    assert found.about == "value x"


TWO = views(START, stopped(IN_TICKS, "main.1"))


@pytest.mark.parametrize(
    ("main", "speaks"), [(stopped(START), True), (running(), False)], ids=["stopped", "running"]
)
def test_a_line_for_the_wrong_process(main: ProcessView, speaks: bool) -> None:
    both = views(main, stopped(IN_TICKS, "main.1"))
    found = told(goal(step("n", at=place(18)), TWO), attempt("n", both, process="main.1"))
    assert found.about == "process"
    assert "You typed that to `main.1`; this step is about `main`." in found.text
    assert ("`:in main`" in found.text) is speaks


def test_a_look_at_another_process_is_free_unless_something_is_to_be_shown() -> None:
    look = attempt("p x", TWO, process="main.1", output="6\n")
    assert explain(StepProgress(goal(step("n", at=place(18)), TWO)), look, PROGRAM) is None
    assert told(goal(step("p x", expect="6"), TWO), look).about == "process"


def test_a_goal_in_another_process() -> None:
    asked = goal(step("n", at=place(7, process="main.1")), TWO)
    assert told(asked, attempt("n", TWO, views(stop(18), stopped(IN_TICKS, "main.1")))).about == "elsewhere"
    gone = told(asked, attempt("n", TWO, views(stop(18), ended("main.1"))))
    assert (gone.about, gone.gravity) == ("ended", "lost")
    assert told(goal(step("n", at=place(7, process="main.2")), TWO), attempt("n", TWO)).about == "absent"


def test_a_process_that_has_not_come_back() -> None:
    found = told(goal(step("n", at=place(18)), START), attempt("c", START, views(running())))
    assert (found.about, found.gravity) == ("running", "aside")


@pytest.mark.parametrize(
    ("kind", "gravity"),
    [
        ("confirm", "aside"),
        ("commands", "aside"),
        ("interact", "aside"),
        ("nested", "aside"),
        ("program", "aside"),
        ("python", "overshot"),
    ],
)
def test_a_prompt_where_the_goal_cannot_be(kind: PromptKind, gravity: Gravity) -> None:
    after = views(stopped(START if kind == "nested" else None, prompt=kind))
    typed = attempt("x", START, after)
    found = told(goal(step("n", at=place(18)), START), typed)
    assert (found.about, found.gravity) == (f"prompt {kind}", gravity)
    there = goal(step("n", at=place(18)), START, leads_to=kind)
    wanted = explain(StepProgress(there), typed, PROGRAM)
    assert wanted is None or wanted.about != f"prompt {kind}"


def test_a_statement_that_is_not_complete() -> None:
    more = views(ProcessView("main", 1, "stopped", prompt=Prompt("pdb", "...   "), state=START))
    assert (
        told(goal(step("n", at=place(18)), START), attempt("for x in y:", START, more)).about == "prompt ..."
    )


AT_THE_RETURN = goal(
    step("p total", at=place(9), expect="6"),
    stop(9, "add_ticks", depth=3),
    needs=(place(9), Defined("total")),
)


def test_the_right_question_at_the_wrong_place_names_what_it_needs() -> None:
    found = told(AT_THE_RETURN, attempt("p total", IN_TICKS, output="0\n"))
    assert (found.about, found.gravity) == ("question", "overshot")
    assert found.text == "You're at line 5, in `add_ticks`. This step needs line 9."


def test_a_look_from_the_wrong_place_gets_no_comment() -> None:
    assert explain(StepProgress(AT_THE_RETURN), attempt("p ticks", IN_TICKS, output="[1]\n"), PROGRAM) is None


def test_a_move_that_pdb_has_refused_has_not_moved() -> None:
    at_9 = stop(9, "add_ticks", depth=3, local_values={"total": "6"})
    refused = attempt("j 15", at_9, output="*** Jump failed: line 15 comes after the current code block\n")
    assert explain(StepProgress(AT_THE_RETURN), refused, PROGRAM) is None
    assert told(AT_THE_RETURN, attempt("c", at_9)).text.startswith("This is another stop.")


def test_a_name_that_does_not_exist_is_named() -> None:
    at_9 = stop(9, "add_ticks", depth=3)
    found = told(
        AT_THE_RETURN, attempt("p total", at_9, output="*** NameError: name 'total' is not defined\n")
    )
    assert found.text.endswith("This step needs `total`, which doesn't exist here.")


def test_the_wrong_frame_is_left_by_going_back_to_the_right_one() -> None:
    above = looking_up(stop(9, "add_ticks", depth=3), 13, "report")
    found = told(AT_THE_RETURN, attempt("p total", above, output="*** NameError\n"))
    assert found.text.startswith("You're looking at line 13, in `report`.")
    assert found.gravity == "aside"


def test_another_frame_is_looked_at() -> None:
    up = looking_up(IN_TICKS, 13, "report")
    found = told(goal(step("u 2", focus=place(18)), IN_TICKS), attempt("u", IN_TICKS, up))
    assert "line 13, in `report`" in found.text
    assert "The goal is line 18." in found.text


@pytest.mark.parametrize(
    ("facts", "now", "said"),
    [
        pytest.param({"values": {"x": "1"}}, {}, "`x` doesn't exist here; at the goal, it's `1`.", id="no"),
        pytest.param(
            {"values": {"x": "1"}},
            {"local_values": {"x": "2"}},
            "`x` is `2` here; at the goal, it's `1`.",
            id="other",
        ),
        pytest.param(
            {"values": {"x": "undefined"}},
            {"local_values": {"x": "2"}},
            "at the goal, it doesn't exist",
            id="defined",
        ),
        pytest.param({"returns": "6"}, {}, "`6` is about to be returned", id="not-returning"),
        pytest.param(
            {"returns": "6"},
            {"event": "return", "returning": "7"},
            "returns `7`; at the goal, it returns `6`",
            id="returns-another",
        ),
        pytest.param({"raises": "KeyError"}, {}, "where `KeyError` was raised", id="raises"),
        pytest.param({"breakpoints": table(5)}, {}, "Breakpoints still missing", id="missing"),
        pytest.param(
            {"breakpoints": table()},
            {"breakpoints": (row(1, 9),)},
            "Breakpoints that shouldn't be there, or not like this",
            id="extra",
        ),
    ],
)
def test_what_differs_at_the_place(facts: dict[str, Any], now: dict[str, Any], said: str) -> None:
    start = stop(17, breakpoints=now.get("breakpoints", ()))
    asked = goal(step("n", at=place(18), **facts), start)
    assert said in told(asked, attempt("n", start, stop(18, **now))).text


@pytest.mark.parametrize(
    ("wanted", "now", "said"),
    [
        ("1", {}, "There's no global `x`; at the goal, it's `1`."),
        ("1", {"global_values": {"x": "2"}}, "The global `x` is `2`; at the goal, it's `1`."),
        ("undefined", {"global_values": {"x": "2"}}, "The global `x` is `2`; at the goal, it doesn't exist."),
        (
            "1",
            {"global_values": {"x": "2"}, "local_values": {"x": "1"}},
            "The global `x` is `2`; at the goal, it's `1`. A local variable `x` hides it here.",
        ),
    ],
    ids=["none", "another", "should-be-gone", "hidden"],
)
def test_a_global_is_not_as_it_should_be(wanted: str, now: dict[str, Any], said: str) -> None:
    asked = goal(step("global x; x = 1", values={"x": wanted}), IN_TICKS)
    assert told(asked, attempt("x = 1", IN_TICKS, replace(IN_TICKS, **now))).text == said


@pytest.mark.parametrize(
    ("wanted", "child", "gravity"),
    [
        pytest.param(Gone(), running("main.1"), "aside", id="runs-on"),
        pytest.param(Gone(), ended("main.1", "zombie"), "aside", id="zombie-on-its-way"),
        pytest.param(Running(), ended("main.1", "zombie"), "lost", id="zombie-that-should-run"),
        pytest.param(Exited(0), ended("main.1", code=1), "lost", id="ended-in-another-way"),
    ],
)
def test_another_process_is_not_as_it_should_be(wanted: Any, child: ProcessView, gravity: Gravity) -> None:
    before = views(START, running("main.1"))
    asked = goal(step("n", at=place(18), processes=statuses(main_1=wanted)), before)
    found = told(asked, attempt("n", before, views(stop(18), child)))
    assert found.about == f"status main.1 {child.phase}"
    assert found.gravity == gravity
