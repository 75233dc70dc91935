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
from pdbcoach.coach.goal import Judged
from pdbcoach.facts.status import Exited, Gone
from pdbcoach.observation import DebuggerState
from pdbcoach.scenario.model import Key, Send, Step

START = stop(18)
NEXT = stop(19)
INSIDE = stop(7, "add_ticks", depth=3)
FRAMES = "  tally.py(18)<module>()\n> tally.py(13)report()"
LISTED = "  5 \t    total = 0\n  6 \t    for t in ticks:\n"
SIX = "  5 [..]\n  6 [..]"


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        pytest.param(step("n", at=place(19)), "state", id="leads-elsewhere"),
        pytest.param(step("n", at=place(18)), "moved", id="leads-to-the-same-place"),
        pytest.param(step("n", at=place(18), values={"x": "1"}), "state", id="same-place-another-value"),
        pytest.param(step("n", expect="hello"), "shown", id="a-move-of-which-only-output-is-known"),
        pytest.param(step("n"), "line", id="a-move-of-which-nothing-is-known"),
        pytest.param(step("p x", at=place(18)), "shown", id="a-question"),
        pytest.param(step("p x", at=place(19)), "shown", id="a-question-elsewhere"),
        pytest.param(step("w", expect=FRAMES), "shown", id="what-comes-is-known"),
        pytest.param(step("w", expect="..."), "line", id="anything-may-come"),
        pytest.param(step("u", focus=place(13)), "state", id="turns"),
        pytest.param(step("u", at=place(18), expect=FRAMES), "shown", id="turns-nowhere"),
        pytest.param(step("display x", expect="display x: 1"), "state", id="displays"),
        pytest.param(step("b 5", breakpoints=table(5)), "state", id="sets"),
        pytest.param(step("b 5", breakpoints=table()), "line", id="sets-what-is-there"),
        pytest.param(step("x = 1"), "line", id="changes-unseen"),
        pytest.param(step(Key("ctrl-c"), at=place(18)), "moved", id="key"),
    ],
)
def test_by_what_a_goal_is_judged(asked: Step, by: Judged) -> None:
    assert goal(asked, START).judged == by


@pytest.mark.parametrize("line", ["n", "s", "unt 19", "c", "b 19 ;; c", "", "j 19"])
def test_a_state_is_reached_by_whatever_line(line: str) -> None:
    asked = goal(step("n", at=place(19)), START)
    assert asked.reached(attempt(line, START, NEXT, previous="n"))
    assert not asked.reached(attempt(line, START, START, previous="n"))


@pytest.mark.parametrize("line", ["p x", "w", "l", "", "b 5", "x = 1"])
def test_facts_that_hold_at_the_start_are_not_ticked_for_doing_nothing(line: str) -> None:
    asked = goal(step("c", at=place(18)), START)
    assert asked.met(views(START)) == frozenset(asked.criteria)
    assert not asked.reached(attempt(line, START, START))


@pytest.mark.parametrize("line", ["c", "s", "n ;; p x"])
def test_a_move_back_to_the_same_place_is_one(line: str) -> None:
    assert goal(step("c", at=place(18)), START).reached(attempt(line, START, START))


def test_what_came_late_is_a_move_although_nothing_was_typed() -> None:
    asked = goal(step("c", at=place(18)), START)
    assert not asked.reached(attempt("", START))
    assert asked.reached(attempt("", START, late=True))


def test_a_move_to_the_same_place_has_to_show_what_it_should_at_some_time() -> None:
    asked = goal(step("c", at=place(18), expect="hello\n> tally.py(18)[..]"), START)
    last = attempt("n", START, START, "> tally.py(18)<module>()\n")
    assert not asked.reached(last)
    assert asked.reached(last, printed="hello\n> tally.py(17)<module>()\n")


@pytest.mark.parametrize(
    ("line", "does"), [("p x", False), ("w", False), ("l 5", False), ("whatis x", False), ("n", True)]
)
def test_looking_reaches_no_moving_goal_unless_its_facts_hold(line: str, does: bool) -> None:
    asked = goal(step("n", at=place(19)), START)
    assert asked.reached(attempt(line, START, NEXT if does else START, "> tally.py(19)<module>()\n")) is does


@pytest.mark.parametrize("line", ["p x", "pp x", "print(x)", "!x", "x", "!print(x)"])
@pytest.mark.parametrize(("output", "does"), [("6\n", True), ("7\n", False), ("*** NameError: x\n", False)])
def test_a_question_is_answered_in_any_spelling(line: str, output: str, does: bool) -> None:
    assert goal(step("p x", expect="6"), START).reached(attempt(line, START, output=output)) is does


def test_a_question_is_answered_by_a_display_too() -> None:
    asked = goal(step("p x", expect="6"), START)
    assert asked.reached(attempt("display x", START, output="display x: 6\n"))
    assert not asked.reached(attempt("display x", START, output="display x: 7\n"))


@pytest.mark.parametrize("line", ["p y", "p 6", "n", "f(6)", "", "p len(y)", "l"])
def test_another_line_that_prints_the_same_is_no_answer(line: str) -> None:
    assert not goal(step("p x", expect="6"), START).reached(attempt(line, START, output="6\n"))


@pytest.mark.parametrize(("output", "does"), [("6\n", True), ("7\n", False)])
def test_another_question_about_the_same_name_is_another_way(output: str, does: bool) -> None:
    assert goal(step("p x", expect="6"), START).reached(attempt("p abs(x)", START, output=output)) is does


def test_a_tuple_may_be_shown_piece_by_piece() -> None:
    asked = goal(step("p x, y", expect="(1, 2)"), START)
    first, second = attempt("p x", START, output="1\n"), attempt("!y", START, output="2\n")
    assert not asked.reached(first)
    assert not asked.reached(second)
    assert asked.reached(second, asked.shown_by(first))


def test_what_is_shown_counts_only_where_it_was_to_be_shown() -> None:
    asked = goal(step("p x", at=place(19), expect="6"), START)
    early, there = attempt("p x", START, output="6\n"), attempt("p x", NEXT, output="6\n")
    assert asked.questions_answered(early) == asked.wanted
    assert asked.shown_by(early) == frozenset()
    assert not asked.reached(early)
    assert asked.reached(there)


@pytest.mark.parametrize(
    ("line", "output", "does"),
    [
        pytest.param("l 5, 6", LISTED, True, id="itself"),
        pytest.param("ll", LISTED, True, id="another-command"),
        pytest.param("l 5, 6", "  5 \tx\n", False, id="too-few"),
        pytest.param("l", LISTED + "  7 \tx\n", False, id="too-many"),
        pytest.param("n", LISTED, False, id="printed-by-the-program"),
        pytest.param("work()", LISTED, False, id="printed-by-a-call"),
        pytest.param("p x", LISTED, False, id="no-listing"),
    ],
)
def test_a_listing_is_judged_by_the_numbers_of_its_lines(line: str, output: str, does: bool) -> None:
    assert goal(step("l 5, 6", expect=SIX), START).reached(attempt(line, START, output=output)) is does


def test_an_enter_that_moves_on_lists_nothing_whatever_the_program_prints() -> None:
    asked = goal(step("l 5, 6", expect=SIX), START)
    assert not asked.reached(attempt("", START, output=LISTED, previous="n"))
    assert asked.reached(attempt("", START, output=LISTED, previous="l"))


def test_a_plain_listing_may_show_more() -> None:
    asked = goal(step("l", expect=f"...\n{SIX}\n..."), START)
    assert asked.reached(attempt("ll", START, output=LISTED + "  7 \tx\n"))
    assert not asked.reached(attempt("ll", START, output="  7 \tx\n"))


@pytest.mark.parametrize(
    "line",
    ["n", "c", "s ;; n", f"p {FRAMES!r}", f"print({FRAMES!r})", "forge()", "!forge()", "p forged"],
)
@pytest.mark.parametrize(
    ("asked", "output"),
    [
        (step("w", expect=FRAMES), FRAMES),
        (step("p x", expect="6"), "6\n"),
        (step("l 5, 6", expect=SIX), LISTED),
        (step("a", expect="x = 6"), "x = 6\n"),
        (step("whatis x", expect="<class 'int'>"), "<class 'int'>\n"),
        (step("b 5", breakpoints=table(5)), "Breakpoint 1 at tally.py:5\n"),
        (step("u", focus=place(13)), FRAMES),
        (step("n", at=place(19)), "> /work/tally.py(19)<module>()\n-> print(reports)\n"),
    ],
    ids=["where", "value", "listing", "arguments", "type", "breakpoint", "frame", "place"],
)
def test_nothing_that_is_printed_forges_a_goal(asked: Step, output: str, line: str) -> None:
    assert not goal(asked, START).reached(attempt(line, START, START, output))


@pytest.mark.parametrize(
    ("line", "does"), [("x = 1", True), ("!x=1", True), ("x = 2", False), ("n", False), ("p x", False)]
)
def test_where_nothing_tells_the_line_itself_counts(line: str, does: bool) -> None:
    assert goal(step("x = 1"), START).reached(attempt(line, START)) is does


@pytest.mark.parametrize("asked", [step("x = 1"), step("p x", expect="6")], ids=["line", "shown"])
def test_what_is_typed_to_another_process_is_not_for_this_one(asked: Step) -> None:
    both = views(START, stopped(NEXT, "main.1"))
    line = asked.action.text if isinstance(asked.action, Send) else ""
    for process in ("main", "main.1"):
        typed = attempt(line, both, output="6\n", process=process)
        assert goal(asked, both).reached(typed) is (process == "main")


@pytest.mark.parametrize(
    ("asked", "typed", "does"),
    [
        pytest.param(step("n"), attempt("next", START), True, id="short-form"),
        pytest.param(step("n"), attempt("s", START), False, id="another"),
        pytest.param(step(""), attempt("  ", START, previous="n"), True, id="enter"),
        pytest.param(step(""), attempt("", START, previous="s"), False, id="enter-repeats-another"),
        pytest.param(
            step("x = 1", prompt="interact"), attempt("x=1", START, prompt="interact"), True, id="shell"
        ),
        pytest.param(step("x = 1", prompt="interact"), attempt("x = 1", START), False, id="another-prompt"),
        pytest.param(step("n", prompt="nested"), attempt("n", START), True, id="pdb-in-pdb"),
        pytest.param(
            step("c", prompt="commands"), attempt("cont", START, prompt="commands"), True, id="command-list"
        ),
        pytest.param(step("c", prompt="commands"), attempt("c", START), False, id="no-command-list-yet"),
        pytest.param(step(Key("ctrl-c")), attempt(Key("ctrl-c"), START), True, id="key"),
        pytest.param(step(Key("ctrl-c")), attempt(Key("ctrl-d"), START), False, id="another-key"),
        pytest.param(step(Key("ctrl-c")), attempt("n", START), False, id="line-for-key"),
    ],
)
def test_whether_it_is_the_steps_own_line(asked: Step, typed: Attempt, does: bool) -> None:
    assert goal(asked, START, previous="n").is_own_line(typed) is does


CHILD = statuses(main_1=Gone())


@pytest.mark.parametrize(
    ("facts", "now", "outlook"),
    [
        pytest.param({"at": place(19)}, views(NEXT), "met", id="there"),
        pytest.param({"at": place(19)}, views(START), "no", id="elsewhere"),
        pytest.param({"at": place(19)}, views(running()), "no", id="runs-itself"),
        pytest.param({"processes": CHILD}, views(NEXT, running("main.1")), "soon", id="child-runs-on"),
        pytest.param({"processes": CHILD}, views(NEXT, ended("main.1")), "met", id="child-has-ended"),
        pytest.param(
            {"processes": CHILD, "at": place(19)}, views(START, running("main.1")), "no", id="and-elsewhere"
        ),
        pytest.param(
            {"at": place(7, process="main.1")}, views(START, running("main.1")), "soon", id="other-runs"
        ),
        pytest.param(
            {"at": place(7, process="main.1")},
            views(START, stopped(NEXT, "main.1")),
            "no",
            id="other-stopped",
        ),
        pytest.param({"at": place(7, process="main.1")}, views(START), "no", id="other-not-there"),
        pytest.param(
            {"at": place(7, process="main.1")},
            views(START, stopped(INSIDE, "main.1")),
            "met",
            id="other-there",
        ),
    ],
)
def test_the_outlook(facts: dict[str, Any], now: Views, outlook: str) -> None:
    assert goal(step("n", **facts), views(START, running("main.1"))).outlook(now) == outlook


def test_an_end_is_judged_by_its_exit_status() -> None:
    asked = goal(step("q", ends=statuses(main=Exited(0))), START)
    assert asked.reached(attempt("q", START, views(ended())))
    assert not asked.reached(attempt("q", START, views(ended(code=1))))


def test_a_wreck_at_the_place_is_no_stop_there() -> None:
    wreck = stop(19, event="post-mortem")
    assert not goal(step("c", at=place(19)), START).reached(attempt("c", START, wreck))
    assert goal(step("c", at=place(19, event="post-mortem")), START).reached(attempt("c", START, wreck))
    asked = goal(step("u", focus=place(19), at=place(19)), wreck)
    assert asked.met(views(wreck)) == frozenset(asked.criteria)


@pytest.mark.parametrize(
    ("own", "line", "does"),
    [
        ("n", "run", False),
        ("run", "run", True),
        ("run", "restart", True),
        ("run a", "run a", True),
        ("run a", "run b", False),
        ("run a", "run", False),
    ],
)
def test_a_new_start_is_one_only_where_it_was_asked_for(own: str, line: str, does: bool) -> None:
    again = attempt(line, START, stop(1), restarted=True)
    assert goal(step(own, at=place(1)), START).reached(again) is does


def test_a_new_start_with_arguments_does_not_come_by_running_to_the_end() -> None:
    assert not goal(step("run a", at=place(1)), START).reached(attempt("c", START, stop(1), restarted=True))


BROKEN = stop(19, breakpoints=(row(1, 9), row(2, 19)))


@pytest.mark.parametrize("own", ["c", "b 9"], ids=["asks-for-none", "asks-for-breakpoints"])
def test_breakpoints_of_the_learners_own_do_no_harm(own: str) -> None:
    began = stop(18, breakpoints=(row(1, 9),))
    asked = goal(step(own, at=place(19), breakpoints=table(9)), began)
    assert asked.reached(attempt("c", began, BROKEN))
    assert asked.added(views(BROKEN)) == {2}


def test_breakpoints_of_the_learners_own_are_in_the_way_where_the_author_says_so() -> None:
    began = stop(18, breakpoints=(row(1, 9),))
    exact = replace(step("c", at=place(19), breakpoints=table(9)), exact_breakpoints=True)
    assert not goal(exact, began).reached(attempt("c", began, BROKEN))
    assert goal(exact, began).reached(attempt("c", began, stop(19, breakpoints=(row(1, 9),))))


def test_the_first_line_of_a_call_is_its_start_too_unless_the_author_says_exactly() -> None:
    at_call = step("s", at=place(4, function="add_ticks", event="call"))
    inside = attempt("c", stop(13, "report"), stop(5, "add_ticks", depth=3))
    assert goal(at_call, inside.before, program=PROGRAM).reached(inside)
    again = attempt("c", stop(6, "add_ticks", depth=3), stop(5, "add_ticks", depth=3))
    assert not goal(at_call, again.before, program=PROGRAM).reached(again)
    exactly = replace(at_call, exactly="call")
    assert not goal(exactly, inside.before, program=PROGRAM).reached(inside)


@pytest.mark.parametrize("own", ["clear 1", "b 9", "a"])
def test_a_line_after_one_that_only_looks_counts_as_itself(own: str) -> None:
    asked = goal(step(own), START)
    assert asked.reached(attempt(f"p 0 ;; {own}", START, output="0\n"))
    assert not asked.reached(attempt(f"s ;; {own}", START))


def test_a_restart_after_a_look_is_one() -> None:
    again = attempt("p 0 ;; run a", START, stop(1), restarted=True)
    assert goal(step("run a", at=place(1)), START).reached(again)


def test_a_list_with_a_breakpoint_of_the_learners_own_is_the_list() -> None:
    began = stop(18, breakpoints=(row(1, 9),))
    asked = goal(step("b", breakpoints=table(9), expect="1 breakpoint keep yes at tally.py:9"), began)
    shown = stop(18, breakpoints=(row(1, 9), row(2, 19)))
    assert asked.reached(attempt("b", shown, output="1 breakpoint...\n2 breakpoint...\n"))


def test_a_breakpoint_on_another_line_is_not_the_one_asked_for() -> None:
    asked = goal(step("b Counter.run", expect="Breakpoint [..] at [..]"), START)
    other = stop(17, breakpoints=(row(1, 18),))
    assert not asked.reached(attempt("b 18", START, other, "Breakpoint 1 at tally.py:18\n"))


def test_a_look_is_done_wherever_the_thing_is_shown() -> None:
    asked = goal(step("p total", at=place(9), expect="6"), INSIDE, needs=(place(9),))
    assert asked.reached(attempt("p total", INSIDE, output="6\n"))
    assert not asked.reached(attempt("p total", INSIDE, output="0\n"))


def test_a_move_away_does_not_change_what_was_to_be_changed_here() -> None:
    here = views(START, ended("main.1", "zombie"))
    asked = goal(step("!p.join()", processes=statuses(main_1=Gone())), here, needs=(place(18),))
    assert not asked.reached(attempt("n", here, views(NEXT, ended("main.1"))))
    assert asked.reached(attempt("!p.join()", here, views(START, ended("main.1"))))


def test_breakpoints_of_the_learners_own_from_before_do_no_harm_either() -> None:
    began = stop(18, breakpoints=(row(1, 9), row(2, 19)))
    asked = step("c", at=place(19), breakpoints=table(9))
    assert goal(asked, began, theirs=frozenset({2})).reached(attempt("c", began, BROKEN))
    assert not goal(asked, began).reached(attempt("c", began, BROKEN))


def test_a_frame_that_is_looked_at_is_reached_by_turning() -> None:
    up = looking_up(INSIDE, 13, "report")
    asked = goal(step("u", focus=place(13)), INSIDE)
    assert asked.reached(attempt("u", INSIDE, up))
    assert asked.reached(attempt("", INSIDE, up, previous="u"))
    assert not asked.reached(attempt("d", INSIDE))


@pytest.mark.parametrize(
    ("typed", "does"),
    [
        pytest.param(attempt("c", START, NEXT), True, id="own-line-at-the-start"),
        pytest.param(attempt("c", NEXT, NEXT), False, id="elsewhere"),
        pytest.param(attempt("n", START, NEXT), False, id="another-line"),
        pytest.param(attempt("cont", START, NEXT), False, id="another-spelling"),
    ],
)
def test_whether_the_lessons_own_line_has_come_out_differently(typed: Attempt, does: bool) -> None:
    assert goal(step("c", at=place(7)), START).has_come_out_differently(typed) is does


@pytest.mark.parametrize(
    ("asked", "does"),
    [(step("c", at=place(1)), True), (step("c", at=place(2)), False), (step("c"), False)],
    ids=["first-line", "another-line", "no-place"],
)
def test_the_beginning_of_the_program(asked: Step, does: bool) -> None:
    assert goal(asked, START).is_at_the_beginning(PROGRAM) is does


@pytest.mark.parametrize(("line", "does"), [("debug f()", True), ("debug g()", False), ("s", False)])
def test_which_call_a_second_debugger_runs_is_seen_from_the_line(line: str, does: bool) -> None:
    def at(state: DebuggerState) -> Views:
        return views(stopped(state, prompt="nested"))

    asked = goal(step("debug f()", at=place(5)), START, leads_to="nested")
    assert asked.reached(attempt(line, START, at(stop(5, "add_ticks")))) is does
