from __future__ import annotations

import pytest
from lessons import REFUSED, stopped, typed

from pdbcoach.coach.foreign import RULES
from pdbcoach.observation import ProcessView

UNDEFINED = "*** NameError: name 'it' is not defined\n"


def said(line: str, output: str = UNDEFINED, **values: str) -> str | None:
    """What the first rule that minds says where variables of these ``values`` are."""
    attempt = typed(line, output, before=stopped(local_values=values))
    found = next((one for rule in RULES if (one := rule(line, attempt)) is not None), None)
    return found.text if found is not None else None


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        pytest.param("finish", "r", id="gdb: finish"),
        pytest.param("info b", "b", id="gdb: info b"),
        pytest.param("info  Locals", "p locals()", id="gdb: blanks and capitals"),
        pytest.param("info registers", "help", id="gdb: any other info"),
        pytest.param("backtrace", "w", id="gdb: backtrace"),
        pytest.param("delete 2", "clear NUMBER", id="gdb: delete"),
        pytest.param("del breakpoints 1 2", "clear NUMBER", id="gdb: several"),
        pytest.param("watch total", "display EXPRESSION", id="gdb: watch"),
        pytest.param("set n = 3", "!NAME = VALUE", id="gdb: set"),
        pytest.param("advance 9", "until LINE", id="gdb: advance"),
        pytest.param("tb 9", "tbreak LINE", id="gdb: tb"),
        pytest.param("br 9", "b LINE", id="lldb: br"),
        pytest.param("breakpoint list", "b", id="lldb: breakpoint list"),
        pytest.param("thread step-over", "w", id="lldb: thread"),
        pytest.param("stepin", "s", id="other debuggers: stepin"),
        pytest.param("goto 9", "j LINE", id="other debuggers: goto"),
        pytest.param("bye", "q", id="habit: bye"),
        pytest.param("stop", "q", id="habit: stop alone leaves"),
        pytest.param("stop 9", "b LINE", id="habit: stop at a line"),
        pytest.param("step over", "n", id="in words: step over"),
        pytest.param("step out", "r", id="in words: step out"),
    ],
)
def test_what_others_call_it_is_told_in_pdbs_words(line: str, ours: str) -> None:
    assert said(line) == f"`{line}` is not pdb's word for it. Here it is `{ours}`."


def test_a_command_of_pdb_with_foreign_words_is_told_even_if_pdb_took_it() -> None:
    assert said("step over", "> lesson_prog.py(8)<module>()\n") is not None


@pytest.mark.parametrize(
    ("line", "output"),
    [
        pytest.param("stack", "[1, 2]\n", id="a value of Python"),
        pytest.param("del total", "", id="a statement of Python"),
        pytest.param("watch", UNDEFINED, id="a first word that nothing follows"),
        pytest.param("n", "", id="a command"),
        pytest.param("goal", "'a variable'\n", id="a word of the coach that is a value"),
        pytest.param("until", "", id="a command that is no word of the coach"),
        pytest.param("print(total)", "7\n", id="print with brackets"),
        pytest.param("ls", "3\n", id="a word of the shell that is a value"),
        pytest.param("pythonic", UNDEFINED, id="not the shell's python"),
    ],
)
def test_what_is_right_or_unknown_is_passed_over(line: str, output: str) -> None:
    assert said(line, output) is None


@pytest.mark.parametrize("line", ["stack", "finish", "goal", "ls", "watch total"])
def test_a_variable_of_that_name_is_meant(line: str) -> None:
    assert said(line) is not None
    assert said(line, **{line.split()[0]: "1"}) is None


@pytest.mark.parametrize(("line", "word"), [("hint", "hint"), ("undo", "undo"), ("undo 2", "undo 2")])
def test_a_word_of_the_coach_wants_its_colon(line: str, word: str) -> None:
    assert said(line) == f"That went to pdb. The coach's words begin with a colon: `:{word}`."


def test_list_and_quit_are_pdbs_own() -> None:
    assert said("list", REFUSED) is None
    assert said("quit", REFUSED) is None


def test_print_without_brackets_is_p() -> None:
    assert said("print total, n", REFUSED) == "`print` wants brackets. Shorter: `p total, n`."
    assert said("print total == n", REFUSED) == "`print` wants brackets. Shorter: `p total == n`."
    assert said("print total = 3", REFUSED) is None  # it is an assignment that was meant


@pytest.mark.parametrize("line", ["ls", "ls -l", "cd ..", "cat x.py", "python3 x.py", "pip install x"])
def test_a_command_of_the_shell_is_at_the_wrong_prompt(line: str) -> None:
    assert said(line, REFUSED) == ("This is pdb's prompt, not the shell's. It takes pdb commands and Python.")


def test_without_a_debugger_no_variable_is_known() -> None:
    attempt = typed("finish", UNDEFINED, before={"main": ProcessView("main", 100, "running")})
    assert any(rule("finish", attempt) is not None for rule in RULES)
