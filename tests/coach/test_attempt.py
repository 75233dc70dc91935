from __future__ import annotations

import pytest
from coached import attempt, ended, running, stop, stopped, views

from pdbcoach.coach.attempt import observation, state_of
from pdbcoach.observation import Outcome, ProcessView
from pdbcoach.scenario.model import Key

HERE = stop(17)


@pytest.mark.parametrize(
    ("typed", "previous", "line"),
    [("n", "p x", "n"), ("", "p x", "p x"), ("  ", "p x", "p x"), ("", "", ""), (Key("ctrl-c"), "n", "n")],
    ids=["typed", "enter", "blanks", "nothing-yet", "key"],
)
def test_the_line_of_a_bare_enter_is_the_one_it_repeats(typed: str | Key, previous: str, line: str) -> None:
    assert attempt(typed, HERE, previous=previous).line.text == line


def test_the_text_of_an_attempt_is_exactly_what_was_typed() -> None:
    assert attempt("", HERE, previous="n").text == ""
    assert attempt("", HERE, previous="n").used == ""
    assert attempt("p  x", HERE).used == "p  x"
    assert attempt(Key("ctrl-c"), HERE).text == ""
    assert attempt(Key("ctrl-c"), HERE).used == "ctrl-c"


@pytest.mark.parametrize(
    ("typed", "previous", "restarted", "theirs"),
    [
        pytest.param("run", "", True, True, id="run"),
        pytest.param("restart a b", "", True, True, id="restart"),
        pytest.param("", "run", True, True, id="enter"),
        pytest.param("c", "", True, False, id="ran-to-the-end"),
        pytest.param("run", "", False, False, id="did-not"),
    ],
)
def test_a_restart_counts_only_if_the_line_asked_for_it(
    typed: str, previous: str, restarted: bool, theirs: bool
) -> None:
    assert attempt(typed, HERE, previous=previous, restarted=restarted).started_again is theirs


@pytest.mark.parametrize(
    ("view", "outcome"),
    [
        (stopped(HERE), "prompt"),
        (running(), "blocked"),
        (ended(phase="zombie"), "ended"),
        (ended(), "ended"),
        (ended("main.1"), "absent"),
    ],
    ids=["stopped", "running", "zombie", "gone", "another"],
)
def test_each_phase_has_its_outcome(view: ProcessView, outcome: Outcome) -> None:
    seen = observation("main", views(view), "text")
    assert (seen.process, seen.outcome, seen.output) == ("main", outcome, "text")
    assert seen.state == (view.state if outcome == "prompt" else None)
    assert dict(seen.processes) == {view.name: view}


@pytest.mark.parametrize(
    ("view", "there"),
    [(stopped(HERE), True), (stopped(None), False), (running(), False), (ended("main.1"), False)],
    ids=["stopped", "no-debugger", "running", "another"],
)
def test_a_debugger_has_a_state_only_at_its_prompt(view: ProcessView, there: bool) -> None:
    assert state_of("main", views(view)) == (HERE if there else None)


def test_a_running_process_has_no_state() -> None:
    left = ProcessView("main", 1, "running", state=HERE)
    assert state_of("main", views(left)) is None
