from __future__ import annotations

import pytest
from lessons import REFUSED, stopped, typed

from pdbcoach.coach.slips import RULES, in_the_shell, name_misspelt
from pdbcoach.coach.source_outline import SourceOutline

PROGRAM = SourceOutline({"lesson_prog.py": "total = 1\nlater = 2\n"})


def said(line: str, output: str = REFUSED) -> str | None:
    attempt = typed(line, output)
    found = next((one for rule in RULES if (one := rule(line, attempt)) is not None), None)
    return found.text if found is not None else None


def unknown(name: str) -> str:
    return f"*** NameError: name '{name}' is not defined\n"


@pytest.mark.parametrize(
    ("line", "part"),
    [
        pytest.param("(Pdb) n", "Only what follows it: `n`", id="pdb's prompt"),
        pytest.param(">>> total", "`total`", id="Python's prompt"),
        pytest.param("-> a = 1", "`a = 1`", id="the arrow"),
        pytest.param("`b 7`", "without them: `b 7`", id="backquotes"),
        pytest.param("! n = 3", "no blank: `!n = 3`", id="a blank after the mark"),
        pytest.param("B 7", "small letters: `b 7`", id="a capital"),
        pytest.param("NEXT", "small letters: `next`", id="capitals"),
        pytest.param("contineu", "Did you mean `continue`?", id="letters swapped"),
        pytest.param("brek 7", "Did you mean `break`?", id="a letter missing"),
    ],
)
def test_slips_of_the_fingers_are_told(line: str, part: str) -> None:
    text = said(line)
    assert text is not None
    assert part in text


@pytest.mark.parametrize("line", ["n", "p n", "total", "xyzzy", "brek + 7", "Total = 7"])
def test_what_is_no_slip_is_passed_over(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("line", ["! n = 3", "B 7", "contineu"])
def test_what_was_not_refused_is_passed_over(line: str) -> None:
    assert said(line, "") is None


def test_a_misspelt_word_before_something_is_one_only_where_python_cannot_read_it() -> None:
    assert said("brek (7)", unknown("brek")) is None
    assert said("brek", unknown("brek")) is not None


class TestInTheShell:
    @pytest.mark.parametrize(("line", "word"), [("n", "n"), ("continue", "continue"), ("!n", "!")])
    def test_pdbs_commands_are_told_the_way_out(self, line: str, word: str) -> None:
        found = in_the_shell(typed(line, "NameError: it\n", prompt="interact"))
        assert found is not None
        assert f"`{word}` is pdb's. Ctrl-D" in found.text

    @pytest.mark.parametrize(
        ("line", "output"),
        [
            pytest.param("n", "3\n", id="a value"),
            pytest.param("exit()", "SystemError: it\n", id="a call"),
            pytest.param("total", "NameError: it\n", id="no command"),
            pytest.param("1 / 0", "ZeroDivisionError: it\n", id="no word"),
        ],
    )
    def test_python_is_at_home_there(self, line: str, output: str) -> None:
        assert in_the_shell(typed(line, output, prompt="interact")) is None


class TestNames:
    def said(self, line: str, name: str, wanted: str = "") -> str | None:
        here = stopped(local_values={"ticks": "1"}, global_values={"report": "2"})
        found = name_misspelt(line, typed(line, unknown(name), before=here), PROGRAM, wanted)
        return found.text if found is not None else None

    @pytest.mark.parametrize(
        ("name", "near"),
        [
            pytest.param("tiks", "ticks", id="a local one"),
            pytest.param("reprot", "report", id="a global one"),
            pytest.param("TICKS", "ticks", id="capitals"),
        ],
    )
    def test_one_that_nothing_has_is_told_what_is_near(self, name: str, near: str) -> None:
        assert self.said(f"p {name}", name) == f"There is no `{name}`. Did you mean `{near}`?"

    def test_what_the_step_speaks_of_comes_first(self) -> None:
        assert self.said("p tickz", "tickz", "p tick") == "There is no `tickz`. Did you mean `tick`?"

    def test_an_error_of_the_program_itself_is_no_slip(self) -> None:
        assert self.said("n", "tiks") is None

    def test_one_of_the_program_is_only_not_there_yet(self) -> None:
        assert self.said("p later", "later") is None

    @pytest.mark.parametrize("line", ["x = walrus", "f(walrus)", "d[walrus]", "f(1, walrus)"])
    def test_one_where_a_text_may_stand_may_want_quotes(self, line: str) -> None:
        assert self.said(line, "walrus") == (
            'Without quotes `walrus` is a variable, and there is none. A text is `"walrus"`.'
        )

    @pytest.mark.parametrize("wanted", ['x = "tiks"', "f('tiks')"])
    def test_a_text_of_the_step_wants_quotes_whatever_is_near(self, wanted: str) -> None:
        assert "A text is" in str(self.said("x = tiks", "tiks", wanted))

    def test_one_that_is_near_nothing_is_passed_over(self) -> None:
        assert self.said("p walrus", "walrus") is None

    def test_a_line_that_was_taken_is_passed_over(self) -> None:
        here = stopped(local_values={"ticks": "1"})
        assert name_misspelt("p tiks", typed("p tiks", "1\n", before=here), PROGRAM, "") is None
