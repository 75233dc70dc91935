from __future__ import annotations

import pytest
from coached import text

from pdbcoach.coach import questions
from pdbcoach.coach.questions import bounds, is_refusal, says_something
from pdbcoach.pdb.line import Line
from pdbcoach.scenario.model import Expect

LISTING = "  4 \tdef f():\n  5 B->\t    x = 1\n  6 \t    return x\n"


def parts(line: str, expect: Expect | None = None) -> frozenset[str]:
    return questions.parts(Line.parse(line), expect)


def answered(line: str, output: str) -> frozenset[str]:
    return questions.answered(Line.parse(line), output)


def argument(line: str) -> list[tuple[tuple[str, ...], str]]:
    return questions.argument(Line.parse(line))


def expressions(line: str) -> tuple[str, ...]:
    return questions.expressions(Line.parse(line))


@pytest.mark.parametrize("line", ["p x", "pp x", "print(x)", "!x", "!print(x)", "x", "p  x", "p (x)", "! x"])
def test_every_spelling_of_a_question_is_the_same_answer(line: str) -> None:
    assert answered(line, "1\n") == parts("p x")
    assert len(parts("p x")) == 1


@pytest.mark.parametrize(
    ("one", "another"),
    [("p x", "p y"), ("p x", "p 'x'"), ("p x", "whatis x"), ("p x.a", "p x"), ("p f(1)", "p f(2)")],
)
def test_other_questions_are_other_answers(one: str, another: str) -> None:
    assert not answered(another, "1\n") & parts(one)


def test_whatis_is_the_question_for_the_type() -> None:
    assert answered("p type(x)", "<class 'int'>\n") == parts("whatis x") != frozenset()


@pytest.mark.parametrize("line", ["p x, y", "p (y, x)", "print(x, y)", "pp [x][0], x, y", "p x ;; p y"])
def test_each_element_of_a_tuple_is_a_thing_of_its_own(line: str) -> None:
    assert answered(line, "1\n") >= parts("p x, y")
    assert len(parts("p x, y")) == 2


def test_the_elements_may_be_shown_over_several_lines() -> None:
    first, second = answered("p x", "1\n"), answered("!y", "2\n")
    assert not first >= parts("p x, y")
    assert first | second == parts("p x, y")


@pytest.mark.parametrize("line", ["p x", "print(x)", "x", "p x, y"])
def test_what_pdb_refuses_has_shown_nothing(line: str) -> None:
    assert answered(line, "*** NameError: name 'x' is not defined\n") == frozenset()


@pytest.mark.parametrize("line", ["n", "c", "p", "w", "display x", "p x +", "b 3"])
def test_lines_of_which_it_cannot_be_told_what_they_show(line: str) -> None:
    assert parts(line) == frozenset()


@pytest.mark.parametrize("line", ["l", "ll", "l 4, 6", "source f", "", "l .", "list 4,6"])
def test_a_listing_is_judged_by_its_lines_numbers(line: str) -> None:
    assert answered(line, LISTING) == {"line 4", "line 5", "line 6"}


def test_the_lines_wanted_are_those_expected_to_come() -> None:
    assert parts("l 4, 6", text("  4 [..]\n  5 B->[..]\n  6 [..]")) == answered("ll", LISTING)


def test_where_anything_may_come_no_line_is_wanted() -> None:
    assert parts("l", text("...\n  7 [..]\n...")) == {"line 7"}


def test_arguments_are_those_that_are_shown() -> None:
    wanted = parts("a", text("ticks = [..]\nbonus = 0"))
    assert len(wanted) == 2
    assert answered("a", "ticks = [1]\nbonus = 0\n") == wanted
    assert answered("p ticks, bonus", "([1], 0)\n") == wanted
    assert answered("p ticks", "[1]\n") < wanted


@pytest.mark.parametrize(
    ("line", "just_these"),
    [("ll", True), ("source f", True), ("l 4, 6", True), ("l", False), ("l 4", False), ("p x, y", False)],
)
def test_which_listings_are_of_certain_lines(line: str, just_these: bool) -> None:
    assert questions.lists_just_these(Line.parse(line)) is just_these


def test_the_bounds_of_a_listing_are_numbers_and_not_text() -> None:
    assert bounds(frozenset({"line 9", "line 10", "line 11"})) == (9, 11)
    assert bounds(parts("p x")) is None


@pytest.mark.parametrize(
    ("output", "is_one"),
    [("*** NameError: x\n", True), ("1\n*** Blank or comment\n", True), ("'*** x'\n", False), ("", False)],
)
def test_refusals(output: str, is_one: bool) -> None:
    assert is_refusal(output) is is_one


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("b  3", "break 3"),
        ("x=1", "!x = 1"),
        ("n ;; p x", "next;;p  x"),
        ("! x", "x"),
        ("unt 5", "until  5"),
    ],
)
def test_commands_are_compared_without_their_spelling(one: str, another: str) -> None:
    assert argument(one) == argument(another)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("b 3", "b 4"),
        ("b 3", "tbreak 3"),
        ("x = 1", "x = 2"),
        ("n", "n ;; n"),
        ("p x", "x"),
        ("p 'a  b'", "p 'a b'"),
    ],
)
def test_commands_that_differ(one: str, another: str) -> None:
    assert argument(one) != argument(another)


def test_expressions_of_one_output() -> None:
    assert len(expressions("p x, y")) == 2
    assert expressions("p x, y") != expressions("p y, x")
    assert expressions("print(x)") == expressions("p x")
    assert expressions("print(x, y)") == ()
    assert expressions("p x ;; p y") == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [("p a + b.c", {"a", "b"}), ("x", {"x"}), ("n", set()), ("p x +", set()), ("whatis y", {"type", "y"})],
)
def test_names_that_a_line_speaks_of(line: str, found: set[str]) -> None:
    assert questions.names(Line.parse(line)) == found


@pytest.mark.parametrize(
    ("pattern", "does"),
    [("...", False), ("[..]", False), ("[n:..]\n...", False), ("x [..]", True), ("", False)],
)
def test_a_pattern_of_wildcards_says_nothing(pattern: str, does: bool) -> None:
    assert says_something(text(pattern)) is does
