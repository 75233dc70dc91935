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
def test_every_spelling_shows_the_same_part(line: str) -> None:
    assert answered(line, "1\n") == parts("p x")
    assert len(parts("p x")) == 1


@pytest.mark.parametrize(
    ("one", "another"),
    [("p x", "p y"), ("p x", "p 'x'"), ("p x", "whatis x"), ("p x.a", "p x"), ("p f(1)", "p f(2)")],
)
def test_other_expressions_are_other_parts(one: str, another: str) -> None:
    assert not answered(another, "1\n") & parts(one)


def test_whatis_shows_the_type_of_an_expression() -> None:
    assert answered("p type(x)", "<class 'int'>\n") == parts("whatis x") != frozenset()


@pytest.mark.parametrize("line", ["p x, y", "p (y, x)", "print(x, y)", "pp [x][0], x, y", "p x ;; p y"])
def test_each_element_of_a_tuple_is_a_part_of_its_own(line: str) -> None:
    assert answered(line, "1\n") >= parts("p x, y")
    assert len(parts("p x, y")) == 2


def test_the_elements_may_be_shown_over_several_lines() -> None:
    first, second = answered("p x", "1\n"), answered("!y", "2\n")
    assert not first >= parts("p x, y")
    assert first | second == parts("p x, y")


@pytest.mark.parametrize("line", ["p x", "print(x)", "x", "p x, y"])
def test_a_refused_line_shows_nothing(line: str) -> None:
    assert answered(line, "*** NameError: name 'x' is not defined\n") == frozenset()


@pytest.mark.parametrize("line", ["n", "c", "p", "w", "display x", "p x +", "b 3"])
def test_a_line_without_an_expression_has_no_parts(line: str) -> None:
    assert parts(line) == frozenset()


@pytest.mark.parametrize("line", ["l", "ll", "l 4, 6", "source f", "", "l .", "list 4,6"])
def test_the_parts_of_a_listing_are_its_line_numbers(line: str) -> None:
    assert answered(line, LISTING) == {"line 4", "line 5", "line 6"}


def test_the_lines_wanted_come_from_the_expected_output() -> None:
    assert parts("l 4, 6", text("  4 [..]\n  5 B->[..]\n  6 [..]")) == answered("ll", LISTING)


def test_a_wildcard_in_a_listing_wants_no_line() -> None:
    assert parts("l", text("...\n  7 [..]\n...")) == {"line 7"}


def test_the_parts_of_args_are_the_arguments() -> None:
    wanted = parts("a", text("ticks = [..]\nbonus = 0"))
    assert len(wanted) == 2
    assert answered("a", "ticks = [1]\nbonus = 0\n") == wanted
    assert answered("p ticks, bonus", "([1], 0)\n") == wanted
    assert answered("p ticks", "[1]\n") < wanted


@pytest.mark.parametrize(
    ("line", "just_these"),
    [("ll", True), ("source f", True), ("l 4, 6", True), ("l", False), ("l 4", False), ("p x, y", False)],
)
def test_a_range_or_a_whole_function_lists_just_these_lines(line: str, just_these: bool) -> None:
    assert questions.lists_just_these(Line.parse(line)) is just_these


def test_the_bounds_of_a_listing_are_compared_as_numbers() -> None:
    assert bounds(frozenset({"line 9", "line 10", "line 11"})) == (9, 11)
    assert bounds(parts("p x")) is None


@pytest.mark.parametrize(
    ("output", "is_one"),
    [("*** NameError: x\n", True), ("1\n*** Blank or comment\n", True), ("'*** x'\n", False), ("", False)],
)
def test_a_line_of_three_asterisks_is_a_refusal(output: str, is_one: bool) -> None:
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
def test_spellings_of_one_command_have_the_same_argument(one: str, another: str) -> None:
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
def test_different_commands_have_different_arguments(one: str, another: str) -> None:
    assert argument(one) != argument(another)


def test_expressions_are_those_of_a_single_value() -> None:
    assert len(expressions("p x, y")) == 2
    assert expressions("p x, y") != expressions("p y, x")
    assert expressions("print(x)") == expressions("p x")
    assert expressions("print(x, y)") == ()
    assert expressions("p x ;; p y") == ()


@pytest.mark.parametrize(
    ("line", "found"),
    [("p a + b.c", {"a", "b"}), ("x", {"x"}), ("n", set()), ("p x +", set()), ("whatis y", {"type", "y"})],
)
def test_the_names_of_a_line_are_those_in_its_python(line: str, found: set[str]) -> None:
    assert questions.names(Line.parse(line)) == found


@pytest.mark.parametrize(
    ("pattern", "does"),
    [("...", False), ("[..]", False), ("[n:..]\n...", False), ("x [..]", True), ("", False)],
)
def test_a_pattern_of_wildcards_says_nothing(pattern: str, does: bool) -> None:
    assert says_something(text(pattern)) is does
