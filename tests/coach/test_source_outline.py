from __future__ import annotations

from pathlib import Path

import pytest
from coached import PROGRAM, SCRIPT
from fabricated import scenario

from pdbcoach.coach.source_outline import MODULE, SourceOutline
from pdbcoach.scenario.model import SourceFile


def of(*lines: str, **others: str) -> SourceOutline:
    """A program of these lines in ``a.py``, and of other modules."""
    return SourceOutline({"a.py": "\n".join(lines), **{f"{name}.py": code for name, code in others.items()}})


@pytest.mark.parametrize(
    ("wanted", "now", "is_passed"),
    [
        pytest.param(18, 19, True, id="above"),
        pytest.param(19, 18, False, id="ahead"),
        pytest.param(18, 18, False, id="the-same"),
        pytest.param(7, 8, False, id="in-one-loop"),
        pytest.param(6, 8, False, id="head-of-the-loop"),
        pytest.param(7, 9, True, id="the-loop-is-over"),
        pytest.param(5, 7, True, id="above-the-loop"),
    ],
)
def test_a_line_is_passed_after_it_and_outside_its_loop(wanted: int, now: int, is_passed: bool) -> None:
    assert PROGRAM.passed(SCRIPT, wanted, now) is is_passed


@pytest.mark.parametrize("loop", ["while x:", "for x in y:"])
def test_a_line_in_any_kind_of_loop_can_be_reached_again(loop: str) -> None:
    program = of("y = []", loop, "    a = 1", "    b = 2", "c = 3")
    assert not program.passed("a.py", 3, 4)
    assert program.passed("a.py", 3, 5)


def test_a_line_of_an_earlier_loop_is_passed() -> None:
    program = of("for x in y:", "    a = 1", "for x in y:", "    b = 1")
    assert program.passed("a.py", 2, 4)


@pytest.mark.parametrize("code", ["x = = 1", "\0"], ids=["no-python", "null"])
def test_a_file_that_does_not_parse_tells_nothing(code: str) -> None:
    program = SourceOutline({"a.py": code})
    assert not program.passed("a.py", 1, 2)
    assert program.may_be_called("f", "a.py", 2)
    assert program.function_at("a.py", 1) is None
    assert program.first_line("a.py") is None


def test_an_unknown_file_tells_nothing() -> None:
    assert not PROGRAM.passed("other.py", 1, 2)
    assert PROGRAM.may_be_called("f", "other.py", 99)
    assert PROGRAM.name_of("other.py") is None


@pytest.mark.parametrize(
    ("line", "function"), [(5, "add_ticks"), (9, "add_ticks"), (13, "report"), (17, MODULE), (4, MODULE)]
)
def test_the_function_of_a_line_has_it_in_its_body(line: int, function: str) -> None:
    assert PROGRAM.function_at(SCRIPT, line) == function


def test_the_function_of_a_line_is_the_innermost_one() -> None:
    program = of("def outer():", "    def inner():", "        x = 1", "    y = 2")
    assert [program.function_at("a.py", line) for line in (3, 4)] == ["inner", "outer"]


@pytest.mark.parametrize(
    ("function", "now", "may"),
    [
        pytest.param("report", 19, True, id="this-line"),
        pytest.param("add_ticks", 19, True, id="through-another"),
        pytest.param("report", 20, False, id="no-more"),
        pytest.param("add_ticks", 20, False, id="no-more-through-another"),
        pytest.param("nobody", 17, False, id="never"),
    ],
)
def test_a_function_may_be_called_until_its_last_mention_is_passed(
    function: str, now: int, may: bool
) -> None:
    assert PROGRAM.may_be_called(function, SCRIPT, now) is may


def test_a_call_in_a_loop_at_module_level_may_come_again() -> None:
    program = of("def f(): pass", "for x in y:", "    f()", "    a = 1", "b = 1")
    assert program.may_be_called("f", "a.py", 4)
    assert not program.may_be_called("f", "a.py", 5)


@pytest.mark.parametrize(
    ("lines", "once"),
    [
        pytest.param(["def f(): pass", "f()"], True, id="once"),
        pytest.param(["def f(): pass", "f()", "f()"], False, id="twice"),
        pytest.param(["def f(): pass", "for x in y:", "    f()"], False, id="loop"),
        pytest.param(["def f():", "    f()"], False, id="by-itself"),
        pytest.param(["def f(): pass", "def g():", "    f()", "g()"], True, id="through-one-call"),
        pytest.param(["def f(): pass", "def g():", "    f()", "g()", "g()"], False, id="through-two-calls"),
        pytest.param(["def f():", "    g()", "def g():", "    f()"], False, id="by-one-another"),
        pytest.param(["class C:", "    def f(self): pass", "C().f()"], True, id="method"),
        pytest.param(["def f(): pass"], False, id="not-told"),
    ],
)
def test_a_function_with_one_call_outside_loops_is_called_once(lines: list[str], once: bool) -> None:
    assert of(*lines).called_once("f") is once


def test_a_call_in_another_file_counts() -> None:
    assert not of("def f(): pass", "f()", b="import a\na.f()").called_once("f")


def test_the_first_stop_is_at_the_first_statement() -> None:
    assert PROGRAM.first_line(SCRIPT) == 1
    assert of("# nothing", "", "x = 1").first_line("a.py") == 3
    assert of("# nothing").first_line("a.py") is None


def test_a_file_is_found_by_the_debuggers_name() -> None:
    assert PROGRAM.has("/work/tally.py")
    assert PROGRAM.name_of("/work/tally.py") == SCRIPT
    assert not PROGRAM.has("/work/rally.py")


@pytest.mark.parametrize(
    ("name", "does"), [("add_ticks", True), ("ticks", True), ("tick", False), ("x", False)]
)
def test_a_name_is_found_only_as_a_whole_word(name: str, does: bool) -> None:
    assert PROGRAM.speaks_of(name) is does


def test_the_names_of_a_line_are_those_it_mentions() -> None:
    assert PROGRAM.names_at(SCRIPT, 13) == {"total", "add_ticks", "ticks"}
    assert PROGRAM.names_at(SCRIPT, 18) == {"reports", "append", "report"}
    assert PROGRAM.names_at("other.py", 18) == frozenset()


def test_a_missing_file_has_no_outline(tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.write_text("x = 1\n", encoding="utf-8")
    files = (SourceFile("lib/a.py", there), SourceFile("b.py", tmp_path / "nowhere"))
    assert SourceOutline.of(scenario(files=files)).texts == {"lib/a.py": "x = 1\n"}
