from __future__ import annotations

import pytest
from lessons import REFUSED, breakpoint_at, stopped, typed

from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.commands_misused import RULES, comparison, variable
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.observation import ExitStatus, ProcessView

GONE = {"main": ProcessView("main", 100, "gone", ExitStatus(code=0))}


def first(attempt: Attempt) -> Mistaken | None:
    line = attempt.text
    return next((one for rule in RULES if (one := rule(line, attempt)) is not None), None)


@pytest.mark.parametrize(
    ("line", "part", "misconception"),
    [
        pytest.param("b 7 if i > 3", "gdb's way. pdb wants a comma: `b 7, i > 3`", "M11", id="if"),
        pytest.param("tbreak f when n", "`tbreak f, n`", "M11", id="when"),
        pytest.param("b 7, if i > 3", "`b 7, i > 3`", "M11", id="a comma, and if as well"),
        pytest.param("b 7 i > 3", "stands a comma: `b 7, i > 3`", "M11", id="neither comma nor if"),
        pytest.param("condition 1, i > 3", "`condition 1 i > 3`", "", id="condition with a comma"),
        pytest.param("condition 1 if i > 3", "`condition 1 i > 3`", "", id="condition with if"),
        pytest.param("b 7, i = 3", "To compare: `b 7, i == 3`", "", id="a condition that assigns"),
        pytest.param("condition 1 i = 3", "`condition 1 i == 3`", "", id="condition that assigns"),
        pytest.param("b 7, 'i == 3'", "always true. Without quotes: `b 7, i == 3`", "", id="quotes"),
        pytest.param('condition 1 "i == 3"', "`condition 1 i == 3`", "", id="condition in quotes"),
        pytest.param("!sys.exit(1)", "pdb's own way out is `q`", "", id="sys.exit"),
        pytest.param("b i == 3", "`b LINE, i == 3`", "", id="a condition without a place"),
        pytest.param("b line 7", "The number alone will do: `b 7`", "", id="the word line"),
        pytest.param("until: 9", "`until 9`", "", id="a colon in front"),
        pytest.param("b ex.py 7", "`b ex.py:7`", "", id="file and line"),
        pytest.param("cl ex.py, 7", "`cl ex.py:7`", "", id="file, comma, line"),
        pytest.param("b7", "stands a blank: `b 7`", "", id="glued"),
        pytest.param("l1,5", "`l 1,5`", "", id="a glued range"),
        pytest.param("b double(3)", "without brackets: `b double`", "", id="a call as a place"),
        pytest.param("next()", "take no brackets: `next`", "", id="brackets"),
        pytest.param("until(9)", "take no brackets: `until 9`", "", id="a number in brackets"),
        pytest.param("exit()", "`exit()` is Python", "", id="exit()"),
        pytest.param("quit()", "pdb's own way out is `q`", "", id="quit()"),
        pytest.param("n = 5", "`n` is pdb's command `next`", "M06", id="an assignment to n"),
        pytest.param("c=5", "`!c = 5`", "M06", id="without blanks"),
        pytest.param("s.strip()", "As Python: `!s.strip()`", "M06", id="an attribute"),
        pytest.param("p total = 3", "`p` only shows", "", id="p assigns"),
        pytest.param("print total = 3", "`!total = 3`", "", id="print assigns"),
        pytest.param("p", "`p` wants to know what", "", id="p of nothing"),
        pytest.param("p print(a)", "`p a` is enough", "", id="print in p"),
        pytest.param("until n > 3", "`b LINE, n > 3`", "", id="until a condition"),
        pytest.param("l 3-9", "stands a comma: `l 3,9`", "", id="a range with a dash"),
        pytest.param("l 3 9", "`l 3,9`", "", id="a range with a blank"),
        pytest.param("n; p n", "two semicolons: `n;; p n`", "", id="one semicolon"),
        pytest.param("step 3", "`until LINE`", "M12", id="step with a count"),
        pytest.param("n 3", "`n` takes nothing after it", "", id="next with a count"),
        pytest.param("return 5", "`return` takes nothing after it", "", id="return with a value"),
        pytest.param("run", "`run` starts the program again", "", id="run"),
    ],
)  # fmt: skip
def test_what_pdb_takes_otherwise_is_told(line: str, part: str, misconception: str) -> None:
    found = first(typed(line, REFUSED))
    assert found is not None
    assert part in found.text
    assert found.misconception == misconception


@pytest.mark.parametrize(
    "line",
    [
        "b 7", "b 7, i > 3", "b 7, i == 3", "b ex.py:7", "b double", "tbreak 9", "b", "condition 1 i > 3",
        "condition 1", "until 9", "until", "l 3,9", "l 3", "l .", "p total == 3", "p total", "pp print",
        "n;; p n", "n", "step", "return", "c", "list(a)", "list()", "display(3)", "x = 5", "total.real", "q",
        "clear 1", "help(len)", "total == 5", "x = 1; y = 2",
    ],
)  # fmt: skip
def test_what_is_right_is_passed_over(line: str) -> None:
    assert first(typed(line)) is None


@pytest.mark.parametrize("line", ["b7", "b double(3)", "p total = 3", "p", "until n > 3", "s.strip()"])
def test_what_pdb_has_not_refused_is_passed_over(line: str) -> None:
    assert first(typed(line, REFUSED)) is not None
    assert first(typed(line, "fine\n")) is None


def test_a_count_is_told_even_where_it_has_led_to_the_goal() -> None:
    counted, run = first(typed("n 3")), first(typed("run"))
    assert counted is not None
    assert counted.even_if_right
    assert run is not None
    assert not run.even_if_right


def test_only_moves_are_told_how_to_get_further() -> None:
    further = "To get further at once"
    moved, shown = first(typed("c 3")), first(typed("return 3"))
    assert moved is not None
    assert further in moved.text
    assert shown is not None
    assert further not in shown.text


def test_run_that_has_ended_the_session_is_passed_over() -> None:
    assert first(typed("run", after=GONE)) is None


@pytest.mark.parametrize(
    ("output", "line", "is_told"),
    [
        pytest.param("", 7, False, id="nothing printed, nothing moved: it was assigned"),
        pytest.param("", 8, True, id="moved"),
        pytest.param("a = 1\n", 7, True, id="printed"),
        pytest.param(REFUSED, 7, True, id="refused"),
    ],
)
def test_an_assignment_that_python_took_is_passed_over(output: str, line: int, is_told: bool) -> None:
    assert (first(typed("n=5", output, before=stopped(7), after=stopped(line))) is not None) is is_told


def test_brackets_behind_a_variable_are_a_call() -> None:
    here = stopped(local_values={"n": "<function n>"})
    assert first(typed("n()", before=here)) is None


class TestVariablesNamedLikeCommands:
    @pytest.mark.parametrize(("line", "name"), [("n", "next"), ("a", "args"), ("list", "list")])
    def test_the_name_alone_is_the_command(self, line: str, name: str) -> None:
        found = variable(line, typed(line, before=stopped(local_values={line: "1"})))
        assert found is not None
        assert f"`{line}` alone is pdb's command `{name}`" in found.text
        assert found.misconception == "M06"
        assert found.is_guess

    @pytest.mark.parametrize("line", ["n", "total", "n + 1"])
    def test_without_such_a_variable_or_such_a_command_nothing_is_said(self, line: str) -> None:
        assert variable(line, typed(line, before=stopped(local_values={"total": "1"}))) is None


class TestClear:
    @pytest.mark.parametrize("line", ["clear 9", "cl 9", "clear line 9"])
    def test_by_line_is_told_the_number(self, line: str) -> None:
        found = first(typed(line, before=stopped(breakpoints=(breakpoint_at(9, 2),))))
        assert found is not None
        assert "The one at line 9 has the number 2: `clear 2`." in found.text
        assert found.misconception == "M10"

    @pytest.mark.parametrize(
        "breakpoints",
        [
            pytest.param((), id="no breakpoint there"),
            pytest.param((breakpoint_at(9, 1), breakpoint_at(3, 9)), id="one has that number"),
        ],
    )
    def test_by_number_is_right(self, breakpoints: tuple[object, ...]) -> None:
        assert first(typed("clear 9", before=stopped(breakpoints=breakpoints))) is None


@pytest.mark.parametrize(
    ("line", "wanted", "told"),
    [
        ("n == 5", "!n = 50", True),
        ("! n == 5", "n = 50", True),
        ("n == 5", "m = 50", False),
        ("n == 5", "p n == 5", False),
        ("n = 5", "n = 50", False),
    ],
)
def test_a_comparison_is_no_assignment(line: str, wanted: str, told: bool) -> None:
    found = comparison(line, typed(line), wanted)
    assert (found is not None) is told
    if found is not None:
        assert "`!n = 5`" in found.text
