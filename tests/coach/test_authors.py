from __future__ import annotations

from typing import Any

import pytest
from coached import (
    attempt,
    ended,
    goal,
    looking_up,
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

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.authors import authors_word
from pdbcoach.coach.goal import Goal
from pdbcoach.facts.status import Exited
from pdbcoach.scenario.model import Prose, Wrong

START = stop(17)
OVER = stop(19)
INSIDE = stop(5, "add_ticks", depth=3)


def asking(*said: Wrong, line: str = "s", **facts: Any) -> Goal:
    return goal(step(line, prose=Prose(wrong=said), **(facts or {"at": place(13)})), START)


def test_the_first_fitting_text_is_chosen() -> None:
    asked = asking(wrong("One.", at=place(18)), wrong("Two.", at=place(19)), wrong("Three.", at=place(19)))
    assert authors_word(asked, attempt("n", START, OVER)) == "Two."
    assert authors_word(asked, attempt("n", START, stop(20))) is None


@pytest.mark.parametrize(
    ("say", "line", "is_said"),
    [
        pytest.param("`n` went over it.", "n", True, id="names-it"),
        pytest.param("`n` went over it.", "next", True, id="names-it-by-another-name"),
        pytest.param("`n` went over it.", "c", False, id="names-another"),
        pytest.param("`n` or `s` took you there.", "s", True, id="one-of-two"),
        pytest.param("`n` went over it. Try `s`.", "s", False, id="only-the-first-sentence"),
        pytest.param("It is over.", "c", True, id="names-none"),
        pytest.param("`total` is wrong.", "c", True, id="names-no-command"),
        pytest.param("`n` ran on.", "b 19 ;; n", True, id="among-several"),
        pytest.param("`q` has left.", "exit", True, id="leaving-is-leaving"),
    ],
)
def test_a_text_that_starts_with_a_command_needs_that_command(say: str, line: str, is_said: bool) -> None:
    said = authors_word(asking(wrong(say, at=place(19))), attempt(line, START, OVER))
    assert said == (say if is_said else None)


def test_a_bare_enter_counts_as_the_command_it_repeats() -> None:
    asked = asking(wrong("`n` went over it.", at=place(19)))
    assert authors_word(asked, attempt("", START, OVER, previous="n")) is not None
    assert authors_word(asked, attempt("", START, OVER, previous="s")) is None


@pytest.mark.parametrize(
    ("say", "is_said"),
    [
        pytest.param("Nothing has moved.", False, id="no-command"),
        pytest.param("`c` came around to it again.", True, id="that-command"),
    ],
)
def test_a_move_that_comes_back_is_not_taken_for_none(say: str, is_said: bool) -> None:
    again = stop(17, depth=2)
    assert authors_word(asking(wrong(say, at=place(17))), attempt("c", START, again)) == (
        say if is_said else None
    )
    assert authors_word(asking(wrong(say, at=place(17))), attempt("c", OVER, again)) == say


ENDED = wrong("The program ran to its end.", at=place(17))


@pytest.mark.parametrize(
    ("typed", "new_run", "is_said"),
    [
        pytest.param(attempt("c", OVER, START, restarted=True), False, True, id="it-ends"),
        pytest.param(attempt("c", OVER, START, restarted=True), True, True, id="it-ends-again"),
        pytest.param(attempt("s", START), True, False, id="it-was-restarted-before"),
        pytest.param(attempt("s", START), False, True, id="no-new-run"),
    ],
)
def test_a_text_about_a_place_is_about_the_run_in_which_the_step_began(
    typed: Attempt, new_run: bool, is_said: bool
) -> None:
    said = authors_word(asking(ENDED), typed, new_run=new_run)
    assert said == (ENDED.say if is_said else None)


@pytest.mark.parametrize(
    ("say", "line", "is_said"),
    [
        pytest.param("That was one line.", "s", False, id="jump"),
        pytest.param("`j` ran nothing in between.", "s", True, id="about-the-jump"),
        pytest.param("That was the wrong line.", "j 13", True, id="the-step-jumps"),
    ],
)
def test_a_jump_has_run_no_line_that_a_text_could_tell_of(say: str, line: str, is_said: bool) -> None:
    said = authors_word(asking(wrong(say, at=place(19)), line=line), attempt("j 19", START, OVER))
    assert said == (say if is_said else None)


HERE = wrong("Still here.", at=place(17))


@pytest.mark.parametrize(
    ("typed", "is_said"),
    [
        pytest.param(attempt("c", START), True, id="move"),
        pytest.param(attempt("b 5", START, stop(17, breakpoints=(row(1, 5),))), False, id="prepares"),
        pytest.param(attempt("work()", START), True, id="mere-call"),
        pytest.param(attempt("p x", START), False, id="look"),
        pytest.param(attempt("h s", START), False, id="help"),
        pytest.param(attempt("run", START, restarted=True), False, id="new-start"),
    ],
)
def test_a_preparing_line_gets_no_text_before_a_move(typed: Attempt, is_said: bool) -> None:
    assert authors_word(asking(HERE), typed) == (HERE.say if is_said else None)


def test_a_look_gets_a_text_if_the_step_wants_something_shown() -> None:
    asked = goal(step("p x", expect="6", prose=Prose(wrong=(wrong("It is 7.", values={"x": "7"}),))), START)
    assert authors_word(asked, attempt("p y", stop(17, local_values={"x": "7"}))) == "It is 7."


def test_selecting_a_frame_gets_a_text_and_looking_there_does_not() -> None:
    up = looking_up(INSIDE, 13, "report")
    said = wrong("One frame too few.", focus=place(13))
    asked = goal(step("u 2", focus=place(18), prose=Prose(wrong=(said,))), INSIDE)
    assert authors_word(asked, attempt("u", INSIDE, up)) == said.say
    assert authors_word(asked, attempt("p x", up)) is None


def test_a_text_about_the_stop_is_not_used_for_a_look_in_another_frame() -> None:
    up = looking_up(INSIDE, 13, "report")
    at, focus = wrong("Standing.", at=place(5)), wrong("Looking.", focus=place(13))
    asked = goal(step("u 2", focus=place(18), prose=Prose(wrong=(at, focus))), INSIDE)
    assert authors_word(asked, attempt("u", INSIDE, up)) == "Looking."


TWO = views(START, stopped(INSIDE, "main.1"))


@pytest.mark.parametrize(
    ("said", "is_said"),
    [
        pytest.param(wrong("Where this stands.", at=place(17)), False, id="about-this-one"),
        pytest.param(wrong("Not the child.", at=place(5, process="main.1")), True, id="about-the-other"),
    ],
)
def test_a_line_to_another_process_needs_a_text_about_that_process(said: Wrong, is_said: bool) -> None:
    typed = attempt("n", TWO, process="main.1")
    assert authors_word(asking(said), typed) == (said.say if is_said else None)


def test_a_text_can_be_about_an_ended_process() -> None:
    asked = asking(wrong("It is over.", ends=statuses(main=Exited(0))))
    assert authors_word(asked, attempt("c", START, views(ended()))) == "It is over."
    assert authors_word(asked, attempt("c", START, views(ended(code=1)))) is None


def test_a_text_can_be_about_breakpoints() -> None:
    asked = asking(wrong("In the wrong line.", breakpoints=table(9)), line="b 5", breakpoints=table(5))
    assert authors_word(asked, attempt("b 9", START, stop(17, breakpoints=(row(1, 9),)))) is not None
    assert authors_word(asked, attempt("b 8", START, stop(17, breakpoints=(row(1, 8),)))) is None
