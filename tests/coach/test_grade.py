from __future__ import annotations

from collections.abc import Mapping

import pytest
from coached import (
    PROGRAM,
    attempt,
    ended,
    goal,
    judged,
    place,
    row,
    statuses,
    step,
    stop,
    stopped,
    table,
    views,
    wrong,
)

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.grade import Grade, judge
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.facts.status import Gone
from pdbcoach.observation import DebuggerState
from pdbcoach.scenario.model import Key, Misconception, Prose, Step

START = stop(17)
GOAL = stop(18)
PAST = stop(19)
NEXT = step("n", at=place(18))


@pytest.mark.parametrize(
    ("typed", "verdict"),
    [
        pytest.param(attempt("n", START, GOAL), "done", id="own-line"),
        pytest.param(attempt("unt 18", START, GOAL), "done", id="another-line"),
        pytest.param(attempt(Key("ctrl-c"), START, GOAL), "done", id="key"),
        pytest.param(attempt("p reports", START), "look", id="look"),
        pytest.param(attempt("b 18", START, stop(17, breakpoints=(row(1, 18),))), "not-yet", id="prepares"),
        pytest.param(attempt("s", START, stop(13, "report")), "not-yet", id="too-deep"),
        pytest.param(attempt("x = = 1", START, output="*** SyntaxError: no\n"), "not-yet", id="refused"),
        pytest.param(attempt("c", START, PAST), "miss", id="passed"),
        pytest.param(attempt("c", START, stop(1), restarted=True), "miss", id="restarted"),
        pytest.param(attempt("run", START, stop(1), restarted=True), "miss", id="started-again"),
        pytest.param(attempt("q", START, views(ended())), "miss", id="ended"),
        pytest.param(attempt("c", START, stop(18, event="post-mortem")), "miss", id="crashed"),
    ],
)
def test_a_line_is_graded_by_its_effect(typed: Attempt, verdict: Grade) -> None:
    assert judged(goal(NEXT, START), typed).grade == verdict


def test_passing_a_line_of_a_loop_is_no_miss() -> None:
    began = stop(6, "add_ticks", depth=3)
    asked = goal(step("n", at=place(7)), began)
    assert judged(asked, attempt("unt 8", began, stop(8, "add_ticks", depth=3))).grade == "not-yet"


def test_a_lost_goal_counts_as_one_miss() -> None:
    asked = goal(NEXT, START)
    first, second = attempt("c", START, PAST), attempt("n", PAST, stop(20))
    assert judged(asked, first).now.misses == 1
    after = judged(asked, first, second)
    assert (after.grade, after.now.misses, after.now.gravity) == ("not-yet", 1, "lost")


def test_a_repeated_remark_is_shown_only_for_a_new_event() -> None:
    asked = goal(step("s", at=place(13)), START)
    still = attempt("n", START)
    assert judged(asked, still).says
    (again,) = judged(asked, still, still).says
    assert again.text == "You're at line 17, in `<module>`."
    assert "The task: Get to line 13." in judged(asked, still, still, still).says[0].text
    over = attempt("c", START, stop(1), restarted=True)
    assert judged(asked, over, over).says


def test_the_second_miss_mentions_hints() -> None:
    asked = goal(NEXT, START)
    miss, back = attempt("c", START, PAST), attempt("j 17", PAST, START)
    assert not any("`:hint`" in say.text for say in judged(asked, miss).says)
    assert judged(asked, miss, back).now.gravity == "aside"
    twice = judged(asked, miss, back, miss)
    assert twice.now.misses == 2
    assert any("`:hint`" in say.text for say in twice.says)


@pytest.mark.parametrize(
    ("typed", "tone", "undo"),
    [
        (attempt("c", START, PAST), "miss", True),
        (attempt("s", START, stop(13, "report")), "note", False),
    ],
    ids=["miss", "aside"],
)
def test_a_miss_mentions_undo(typed: Attempt, tone: str, undo: bool) -> None:
    says = judged(goal(NEXT, START), typed).says
    assert says[0].tone == tone
    assert any("`:undo`" in say.text for say in says) is undo


@pytest.mark.parametrize(
    ("line", "after", "verdict"),
    [
        pytest.param("n", GOAL, "done", id="with-it"),
        pytest.param("next", GOAL, "done", id="by-its-other-name"),
        pytest.param("b 18 ;; n", GOAL, "done", id="among-others"),
        pytest.param("unt 18", GOAL, "not-yet", id="without-it"),
        pytest.param("unt 19", PAST, "miss", id="not-even-there"),
    ],
)
def test_a_step_about_a_command_requires_it(line: str, after: DebuggerState, verdict: Grade) -> None:
    asked = goal(step("n", at=place(18), prose=Prose(must_use=("next",))), START)
    found = judged(asked, attempt(line, START, after))
    assert found.grade == verdict
    assert any("this step is about `next`" in say.text for say in found.says) is (verdict == "not-yet")


def test_a_required_command_may_be_in_an_earlier_line_of_the_step() -> None:
    asked = goal(step("b 19", at=place(19), prose=Prose(must_use=("break",))), START)
    ready = stop(17, breakpoints=(row(1, 19),))
    last = attempt("c", ready, PAST)
    assert judged(asked, last).grade == "not-yet"
    assert judged(asked, attempt("b 19", START, ready), last).grade == "done"


def test_an_objection_is_shown_only_once_in_a_row() -> None:
    asked = goal(step("p x", expect="6", prose=Prose(must_use=("pp",))), START)
    other = attempt("p x", START, output="6\n")
    assert judged(asked, other).says
    assert judged(asked, other, other).says == ()
    assert judged(asked, other, other).grade == "look"


@pytest.mark.parametrize(
    ("line", "previous", "verdict"),
    [
        ("n", "", "done"),
        ("c", "", "not-yet"),
        ("cont", "", "not-yet"),
        ("", "c", "not-yet"),
        ("", "n", "done"),
    ],
)
def test_a_forbidden_command_does_not_reach_the_goal(line: str, previous: str, verdict: Grade) -> None:
    asked = goal(step("n", at=place(18), prose=Prose(forbid=("continue",))), START)
    found = judged(asked, attempt(line, START, GOAL, previous=previous))
    assert found.grade == verdict
    assert any("without `continue`" in say.text for say in found.says) is (verdict == "not-yet")


@pytest.mark.parametrize(("own", "verdict"), [("n", "not-yet"), ("j 18", "done")])
def test_a_jump_reaches_the_goal_only_if_the_step_jumps(own: str, verdict: Grade) -> None:
    found = judged(goal(step(own, at=place(18)), START), attempt("j 18", START, GOAL))
    assert found.grade == verdict


def test_the_authors_text_comes_first() -> None:
    said = wrong("`c` runs on to the end.", at=place(19))
    asked = goal(step("n", at=place(18), prose=Prose(wrong=(said,))), START)
    found = judged(asked, attempt("c", START, PAST))
    assert (found.grade, found.says[0].tone, found.says[0].text) == ("miss", "miss", said.say)
    assert found.now.said == said.say
    assert not any("behind you" in say.text for say in found.says)


def test_the_authors_text_explains_a_forbidden_command() -> None:
    said = wrong("`c` needs a breakpoint.", at=place(18))
    prose = Prose(wrong=(said,), forbid=("continue",))
    found = judged(goal(step("n", at=place(18), prose=prose), START), attempt("c", START, GOAL))
    assert found.says[0].text.startswith(said.say)


def test_parts_of_an_answer_add_up() -> None:
    asked = goal(step("p x, y", expect="(1, 2)"), START)
    first, second = attempt("p x", START, output="1\n"), attempt("print(y)", START, output="2\n")
    part = judged(asked, first)
    assert part.grade == "look"
    assert part.says[0].text == "That's part of it: you've seen 1 of 2."
    assert judged(asked, first, second).grade == "done"
    assert judged(asked, second, first).grade == "done"
    assert judged(asked, first, first).grade == "look"


FORGED = "> /work/tally.py(18)<module>()\n-> print(reports)\n6\nBreakpoint 1 at tally.py:5\n"


@pytest.mark.parametrize(
    "asked",
    [
        NEXT,
        step("p x", expect="...\n6\n..."),
        step("b 5", breakpoints=table(5), expect="...\nBreakpoint 1[..]\n..."),
    ],
    ids=["place", "value", "breakpoint"],
)
@pytest.mark.parametrize("line", ["s", "forge()", "p forged", "!print(forged)"])
def test_output_of_the_program_cannot_fake_a_grade(asked: Step, line: str) -> None:
    assert judged(goal(asked, START), attempt(line, START, START, FORGED)).grade != "done"


def test_a_line_to_the_wrong_process_is_no_miss() -> None:
    both: Views = views(START, stopped(START, "main.1"))
    found = judged(goal(NEXT, both), attempt("n", both, process="main.1"))
    assert found.grade == "not-yet"
    assert "this step is about `main`" in found.says[0].text


@pytest.mark.parametrize(
    ("asked", "typed", "said"),
    [
        pytest.param("c", "q", "without leaving the debugger", id="left"),
        pytest.param("c", "exit()", "without leaving the debugger", id="left-by-python"),
        pytest.param("c", Key("ctrl-d"), "without leaving the debugger", id="left-by-key"),
        pytest.param("q", "c", "about leaving the debugger", id="ran-on"),
        pytest.param(Key("ctrl-d"), "q", "about Ctrl-D", id="not-by-the-key"),
        pytest.param("q", "exit", None, id="other-name"),
        pytest.param("q", "EOF", None, id="end-of-file"),
        pytest.param("exit", "exit()", None, id="python"),
        pytest.param(Key("ctrl-d"), "EOF", None, id="typed-key"),
    ],
)
def test_running_to_the_end_is_not_leaving_the_debugger(
    asked: str | Key, typed: str | Key, said: str | None
) -> None:
    gone = views(ended("main"))
    found = judged(goal(step(asked, ends=statuses(main=Gone())), START), attempt(typed, START, gone))
    if said is None:
        assert found.grade == "done"
    else:
        assert found.grade == "not-yet"
        assert said in found.says[0].text


def test_a_known_misconception_is_explained_by_why() -> None:
    def known() -> Mapping[str, Misconception]:
        return {f"M{n:02}": Misconception(f"M{n:02}", "", "What is true.", "") for n in range(100)}

    shadowed = stop(17, local_values={"n": "1"})
    typed = attempt("n = 5", shadowed, GOAL)
    asked = goal(step("p x", expect="6"), shadowed)
    found = judge(StepProgress(asked), typed, PROGRAM, known)
    assert (found.why, found.held) == ("What is true.", ("M06",))
    assert judge(StepProgress(asked), typed, PROGRAM).why == ""
    assert judge(StepProgress(asked), attempt("p y", shadowed), PROGRAM, known).held == ()


def test_why_says_where_an_explanation_was_checked() -> None:
    def known() -> Mapping[str, Misconception]:
        return {"M06": Misconception("M06", "", "What is true.", "", is_checked=True)}

    shadowed = stop(17, local_values={"n": "1"})
    asked = goal(step("p x", expect="6"), shadowed)
    found = judge(StepProgress(asked), attempt("n = 5", shadowed, GOAL), PROGRAM, known)
    assert found.why == "What is true.\n\nChecked on Python 3.9 to 3.15."


def test_a_line_that_reaches_the_goal_can_show_a_misconception() -> None:
    found = judged(goal(step("s", at=place(18)), START), attempt("s 10", START, GOAL))
    assert (found.grade, found.held) == ("done", ("M12",))


def test_the_progress_in_a_step_keeps_its_lines() -> None:
    asked = goal(step("n", at=place(18), expect="..."), START)
    now = judged(
        asked, attempt("p x", START, output="1\n"), attempt("s", START, stop(13, "report"), "hello")
    ).now
    assert [line.text for line in now.typed] == ["p x", "s"]
    assert now.printed == "hello\n"
    assert now.met == frozenset()
    assert judged(asked, attempt("n", START, GOAL)).now.met == frozenset(asked.criteria)
