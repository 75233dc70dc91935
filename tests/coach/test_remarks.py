from __future__ import annotations

import pytest
from coached import attempt, goal, place, row, step, stop, stopped, views, wrong
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.explanation import Explanation
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.misuse import Misuse
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.remarks import remarks
from pdbcoach.scenario.model import Prose

START = stop(17)
PAST = stop(19)
SAID = wrong("Too far.", at=place(19))
THEIRS = goal(step("n", at=place(18), prose=Prose(wrong=(SAID,))), START)
PLAIN = goal(step("n", at=place(18)), START)
PASSED = Explanation("passed", "Line 18 is behind you.", "lost")
MEANT = Misuse("`go` is `c` here.")
GUESS = replace(MEANT, is_guess=True)
MOVED = attempt("c", START, PAST)


def texts(
    asked: Goal,
    typed: Attempt,
    explained: Explanation | None = None,
    foreign: Misuse | None = None,
    *,
    said: str = "",
    shown: frozenset[str] = frozenset(),
) -> list[str]:
    """What is said of an attempt, after ``said`` was said and ``shown`` was shown."""
    now = StepProgress(asked, said=said, shown=shown)
    after = replace(now, shown=shown | asked.shown_by(typed))
    return [remark.text for remark in remarks(now, after, typed, explained, foreign)]


@pytest.mark.parametrize(
    ("asked", "explained", "foreign", "said"),
    [
        pytest.param(PLAIN, None, None, [], id="nothing"),
        pytest.param(PLAIN, PASSED, None, [PASSED.text], id="explanation"),
        pytest.param(PLAIN, None, MEANT, [MEANT.text], id="mistaken"),
        pytest.param(PLAIN, PASSED, MEANT, [MEANT.text], id="mistaken-says-more"),
        pytest.param(PLAIN, PASSED, GUESS, [GUESS.text], id="guess"),
        pytest.param(THEIRS, PASSED, None, ["Too far."], id="author"),
        pytest.param(THEIRS, None, None, ["Too far."], id="author-alone"),
        pytest.param(THEIRS, PASSED, MEANT, ["Too far.", MEANT.text], id="author-first"),
        pytest.param(THEIRS, PASSED, GUESS, ["Too far."], id="author-and-no-guess"),
        pytest.param(
            PLAIN,
            Explanation("ended", "Over.", "lost"),
            MEANT,
            [MEANT.text, "Over."],
            id="the-end-is-told-too",
        ),
    ],
)
def test_the_best_fitting_remark_is_chosen(
    asked: Goal, explained: Explanation | None, foreign: Misuse | None, said: list[str]
) -> None:
    assert texts(asked, MOVED, explained, foreign) == said


def test_the_authors_text_is_not_repeated() -> None:
    assert texts(THEIRS, MOVED, PASSED, said=SAID.say) == [PASSED.text]


def test_the_authors_text_about_a_place_has_the_places_subject() -> None:
    now = StepProgress(THEIRS)
    (theirs,) = remarks(now, now, MOVED, PASSED, None)
    assert (theirs.about, theirs.is_authors) == ("passed", True)
    (alone,) = remarks(now, now, MOVED, None, None)
    assert alone.about == SAID.say
    (ours,) = remarks(StepProgress(PLAIN), StepProgress(PLAIN), MOVED, PASSED, None)
    assert (ours.about, ours.is_authors) == ("passed", False)


@pytest.mark.parametrize("kind", ["...", "commands", "confirm"])
def test_an_unexpected_prompt_is_explained_instead_of_the_authors_text(kind: str) -> None:
    prompt = Explanation(f"prompt {kind}", "Another prompt.")
    assert texts(THEIRS, MOVED, prompt) == ["Another prompt."]


def test_the_reason_for_a_refusal_comes_before_the_authors_text() -> None:
    refused = attempt("go", START, PAST, "*** NameError: name 'go' is not defined\n")
    assert texts(THEIRS, refused, PASSED, MEANT) == [MEANT.text]


PARTS = step("p x, y, z", expect="(1, 2, 3)")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param(
            attempt("p x", START, output="1\n"), ["That's part of it: you've seen 1 of 3."], id="one"
        ),
        pytest.param(
            attempt("p z, x", START, output="(3, 1)\n"),
            ["That's part of it: you've seen 2 of 3."],
            id="two",
        ),
        pytest.param(attempt("p a", START, output="1\n"), [], id="none"),
        pytest.param(attempt("p x", START, output="*** NameError: x\n"), [], id="refused"),
        pytest.param(attempt("n", START, output="1\n"), [], id="moved"),
    ],
)
def test_a_part_of_the_answer_is_counted(typed: Attempt, said: list[str]) -> None:
    assert texts(goal(PARTS, START), typed) == said


def test_earlier_parts_count_unless_the_step_requires_a_command() -> None:
    asked = goal(PARTS, START)
    earlier = asked.shown_by(attempt("p y", START, output="2\n"))
    typed = attempt("p x", START, output="1\n")
    assert texts(asked, typed, shown=earlier) == ["That's part of it: you've seen 2 of 3."]
    strict = goal(replace(PARTS, prose=Prose(must_use=("p",))), START)
    assert texts(strict, typed) == []


def test_the_lessons_own_line_with_another_effect_is_explained() -> None:
    (said,) = texts(PLAIN, attempt("n", START, PAST), Explanation("elsewhere", "Elsewhere."))
    assert said.startswith("That's the line this lesson uses")
    assert texts(PLAIN, attempt("n", START, PAST), PASSED) == [PASSED.text]


@pytest.mark.parametrize(
    ("own", "typed", "is_said"),
    [
        ("x = 1", "x = 2", True),
        ("x = 1", "!x = 2", True),
        ("b 5", "tbreak 5", True),
        ("x = 1", "b 5", False),
        ("x = 1", "p x", False),
        ("debug f()", "debug g()", True),
    ],
)
def test_a_change_of_the_same_kind_is_not_what_the_step_asks(own: str, typed: str, is_said: bool) -> None:
    said = texts(goal(step(own), START), attempt(typed, START))
    assert said == (["That isn't what this step asks for. Type `:hint` for help."] if is_said else [])


@pytest.mark.parametrize("typed", ["x = 6", "p x", "end"])
def test_any_other_line_of_a_command_list_is_not_what_the_step_asks(typed: str) -> None:
    asked = goal(step("silent", prompt="commands"), START)
    said = texts(asked, attempt(typed, START, prompt="commands"))
    assert said == ["That isn't what this step asks for. Type `:hint` for help."]


def test_a_change_that_facts_judge_gets_no_such_remark() -> None:
    both = views(stopped(START))
    asked = goal(step("x = 1", at=place(18)), both)
    assert texts(asked, attempt("x = 2", both, views(stop(17, breakpoints=(row(1, 5),))))) == []
