from __future__ import annotations

from typing import Any

import pytest
from fabricated import step
from lessons import FILE, REFUSED, breakpoint_at, stopped, typed
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.goal import make_goal
from pdbcoach.coach.misuse import Misuse
from pdbcoach.coach.misuse_rules import misuse
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.observation import ExitStatus, ProcessView
from pdbcoach.pdb.words import PromptKind

PROGRAM = SourceOutline({FILE: "total = 1\nlater = 2\n"})
GONE = {"main": ProcessView("main", 100, "gone", ExitStatus(code=0))}
RUNNING = {"main": ProcessView("main", 100, "running")}


def unknown(name: str = "it") -> str:
    return f"*** NameError: name '{name}' is not defined\n"


def judged(attempt: Attempt, own: str = "b 9") -> Misuse | None:
    """What is said of an attempt at a step whose own line is ``own``."""
    return misuse(attempt, PROGRAM, make_goal(step(own), FILE, "3.13.0", stopped()))


def found(line: str, output: str = REFUSED, *, own: str = "b 9", **more: Any) -> Misuse | None:
    return judged(typed(line, output, **more), own)


def said(line: str, output: str = REFUSED, **more: Any) -> str | None:
    one = found(line, output, **more)
    return one.text if one is not None else None


def here(**local_values: str) -> Views:
    return stopped(local_values=local_values)


# --- words of other debuggers, of the coach and of the shell


@pytest.mark.parametrize(
    ("line", "ours"),
    [
        pytest.param("info b", "b", id="gdb: info b"),
        pytest.param("info  Locals", "p locals()", id="gdb: spaces and capitals"),
        pytest.param("backtrace", "w", id="gdb: backtrace"),
        pytest.param("delete 2", "clear NUMBER", id="gdb: delete"),
        pytest.param("del breakpoints 1 2", "clear NUMBER", id="gdb: several"),
        pytest.param("set n = 3", "!NAME = VALUE", id="gdb: set"),
        pytest.param("advance 9", "until LINE", id="gdb: advance"),
        pytest.param("tb 9", "tbreak LINE", id="gdb: tb"),
        pytest.param("br 9", "b LINE", id="lldb: br"),
        pytest.param("breakpoint list", "b", id="lldb: breakpoint list"),
        pytest.param("clearall", "clear", id="delve: clearall"),
        pytest.param("repl", "interact", id="node: repl"),
        pytest.param("stepin", "s", id="other debuggers: stepin"),
        pytest.param("goto 9", "j LINE", id="other debuggers: goto"),
        pytest.param("bye", "q", id="habit: bye"),
        pytest.param("stop 9", "b LINE", id="habit: stop at a line"),
        pytest.param("step over", "n", id="a menu: step over"),
    ],
)
def test_a_word_of_another_debugger_is_answered_with_pdbs_word(line: str, ours: str) -> None:
    assert said(line, unknown()) == f"pdb doesn't call it `{line}`; it's `{ours}` here."


@pytest.mark.parametrize(
    "line", ["reverse-step", "thread 1", "info registers", "context 5", "rewind", "x/4 n"]
)
def test_what_pdb_lacks_is_said_to_be_missing(line: str) -> None:
    assert said(line, unknown()) == f"pdb has nothing like `{line}`."


def test_what_comes_nearest_is_named_but_not_called_the_same() -> None:
    assert said("finish", unknown()) == (
        "pdb has nothing like `finish`. "
        "The nearest is `r`: it stops where the function returns, still inside it."
    )


def test_foreign_words_after_a_pdb_command_are_explained_even_if_pdb_took_the_line() -> None:
    assert said("step over", "> lesson_prog.py(8)<module>()\n") is not None


@pytest.mark.parametrize(
    ("line", "output"),
    [
        pytest.param("stack", "[1, 2]\n", id="a value of Python"),
        pytest.param("del total", "", id="a statement of Python"),
        pytest.param("watch", unknown(), id="a first word that nothing follows"),
        pytest.param("n", "", id="a command"),
        pytest.param("goal", "'a variable'\n", id="a word of the coach that is a value"),
        pytest.param("until", "", id="a command that is no word of the coach"),
        pytest.param("print(total)", "7\n", id="print with parentheses"),
        pytest.param("ls", "3\n", id="a word of the shell that is a value"),
        pytest.param("pythonic", unknown(), id="not the shell's python"),
    ],
)
def test_an_accepted_or_unknown_word_gets_no_comment(line: str, output: str) -> None:
    assert said(line, output) is None


@pytest.mark.parametrize("line", ["stack", "finish", "goal", "ls", "watch total", "rewind"])
def test_a_variable_with_a_foreign_name_is_not_explained(line: str) -> None:
    assert said(line, unknown()) is not None
    assert said(line, unknown(), before=here(**{line.split()[0]: "1"})) is None


@pytest.mark.parametrize("line", ["hint", "undo", "undo 2"])
def test_a_word_of_the_coach_needs_its_colon(line: str) -> None:
    assert said(line, unknown()) == f"That went to pdb. Words for the coach start with a colon: `:{line}`."


@pytest.mark.parametrize("line", ["list", "quit"])
def test_a_word_that_pdb_and_the_coach_share_belongs_to_pdb(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("what", ["total, n", "total == n"])
def test_print_without_parentheses_is_answered_with_p(what: str) -> None:
    assert said(f"print {what}") == f"`print` needs parentheses. Shorter: `p {what}`."


@pytest.mark.parametrize("line", ["ls", "ls -l", "cd ..", "cat x.py", "python3 x.py", "pip install x"])
def test_a_shell_command_is_at_the_wrong_prompt(line: str) -> None:
    assert said(line) == "This is pdb's prompt, not the shell's. It takes pdb commands and Python."


def test_without_a_prompt_before_no_variable_is_known() -> None:
    assert said("finish", unknown(), before=RUNNING) is not None


# --- commands with arguments that pdb reads differently


@pytest.mark.parametrize(
    ("line", "part", "misconception"),
    [
        pytest.param("b 7 if i > 3", "pdb uses a comma: `b 7, i > 3`", "M11", id="if"),
        pytest.param("tbreak f when n", "`tbreak f, n`", "M11", id="when"),
        pytest.param("b 7, if i > 3", "`b 7, i > 3`", "M11", id="a comma, and if as well"),
        pytest.param("b 7 i > 3", "Put a comma between", "M11", id="neither comma nor if"),
        pytest.param("condition 1, i > 3", "`condition 1 i > 3`", "", id="condition with a comma"),
        pytest.param("condition 1 if i > 3", "`condition 1 i > 3`", "", id="condition with if"),
        pytest.param("b 7, i = 3", "To compare, use two: `b 7, i == 3`", "", id="a condition that assigns"),
        pytest.param("condition 1 i = 3", "`condition 1 i == 3`", "", id="condition that assigns"),
        pytest.param("b 7, 'i == 3'", "always true. Leave out the quotes: `b 7, i == 3`", "", id="quotes"),
        pytest.param('condition 1 "i == 3"', "`condition 1 i == 3`", "", id="condition in quotes"),
        pytest.param("!sys.exit(1)", "To leave pdb, type `q`", "", id="sys.exit"),
        pytest.param("b i == 3", "`b LINE, i == 3`", "", id="a condition without a place"),
        pytest.param("b line 7", "Just the number: `b 7`", "", id="the word line"),
        pytest.param("until: 9", "`until 9`", "", id="a colon before the number"),
        pytest.param("b ex.py 7", "`b ex.py:7`", "", id="file and line"),
        pytest.param("cl ex.py, 7", "`cl ex.py:7`", "", id="file, comma, line"),
        pytest.param("b7", "Put a space between the command and the number: `b 7`", "", id="glued"),
        pytest.param("l1,5", "`l 1,5`", "", id="a glued range"),
        pytest.param("b double(3)", "without parentheses: `b double`", "", id="a call as a place"),
        pytest.param("next()", "take no parentheses: `next`", "", id="parentheses"),
        pytest.param("until(9)", "take no parentheses: `until 9`", "", id="a number in parentheses"),
        pytest.param("q()", "take no parentheses: `q`", "", id="q()"),
        pytest.param("exit()", "`exit()` is Python", "", id="exit()"),
        pytest.param("quit()", "To leave pdb, type `q`", "", id="quit()"),
        pytest.param("exit('done')", "`exit('done')` is Python", "", id="exit with a message"),
        pytest.param("n = 5", "`n` is pdb's command `next`", "M06", id="an assignment to n"),
        pytest.param("c=5", "`!c = 5`", "M06", id="without spaces"),
        pytest.param("s.strip()", "To run it as Python: `!s.strip()`", "M06", id="an attribute"),
        pytest.param("p total = 3", "`p` only shows", "", id="p assigns"),
        pytest.param("print total = 3", "`!total = 3`", "", id="print assigns"),
        pytest.param("p", "`p` needs something to show", "", id="p of nothing"),
        pytest.param("p print(a)", "`p a` is enough", "", id="print in p"),
        pytest.param("until n > 3", "`b LINE, n > 3`", "", id="until a condition"),
        pytest.param("l 3-9", "last line: `l 3,9`", "", id="a range with a dash"),
        pytest.param("l 3 9", "`l 3,9`", "", id="a range with a space"),
        pytest.param("n; p n", "two semicolons: `n;; p n`", "", id="one semicolon"),
        pytest.param("step 3", "`until LINE`", "M12", id="step with a count"),
        pytest.param("step x", "`step` takes no argument", "M12", id="step with an argument"),
        pytest.param("n 3", "`n` takes no argument", "", id="next with a count"),
        pytest.param("return 5", "`return` takes no argument", "", id="return with a value"),
        pytest.param("rv x", "`rv` takes no argument", "", id="retval with an argument"),
        pytest.param("run", "`run` restarts the program", "", id="run"),
    ],
)  # fmt: skip
def test_a_misused_command_is_explained(line: str, part: str, misconception: str) -> None:
    one = found(line)
    assert one is not None
    assert part in one.text
    assert one.misconception == misconception


@pytest.mark.parametrize(
    "line",
    [
        "b 7", "b 7, i > 3", "b 7, i == 3", "b ex.py:7", "b double", "tbreak 9", "b", "condition 1 i > 3",
        "condition 1", "until 9", "until", "l 3,9", "l 3", "l .", "p total == 3", "p total", "pp print",
        "n;; p n", "n", "step", "return", "c", "list(a)", "list()", "display(3)", "x = 5", "total.real", "q",
        "clear 1", "help(len)", "total == 5", "x = 1; y = 2",
    ],
)  # fmt: skip
def test_a_correct_line_gets_no_comment(line: str) -> None:
    assert said(line, "") is None


@pytest.mark.parametrize("line", ["b7", "b double(3)", "p total = 3", "p", "until n > 3", "s.strip()"])
def test_a_line_that_pdb_accepted_gets_no_comment(line: str) -> None:
    assert said(line) is not None
    assert said(line, "fine\n") is None


def test_a_needless_argument_is_explained_even_if_the_line_reached_the_goal() -> None:
    counted, run = found("n 3"), found("run")
    assert counted is not None
    assert counted.even_if_right
    assert run is not None
    assert not run.even_if_right


@pytest.mark.parametrize(("line", "is_told"), [("c 3", True), ("step 3", True), ("return 3", False)])
def test_only_a_repeat_count_is_answered_with_until(line: str, is_told: bool) -> None:
    assert ("To move further in one go" in str(said(line))) is is_told


def test_run_gets_no_comment_once_the_session_is_over() -> None:
    assert said("run", "", after=GONE) is None


@pytest.mark.parametrize(
    ("output", "line", "is_told"),
    [
        pytest.param("", 7, False, id="nothing printed, nothing moved: it was assigned"),
        pytest.param("", 8, True, id="moved"),
        pytest.param("a = 1\n", 7, True, id="printed"),
        pytest.param(REFUSED, 7, True, id="refused"),
    ],
)
def test_an_assignment_that_python_accepted_gets_no_comment(output: str, line: int, is_told: bool) -> None:
    assert (said("n=5", output, before=stopped(7), after=stopped(line)) is not None) is is_told


def test_parentheses_after_a_variable_are_a_call() -> None:
    assert said("n()", "", before=here(n="<function n>")) is None


class TestClear:
    @pytest.mark.parametrize("line", ["clear 9", "cl 9", "clear line 9"])
    def test_a_line_number_is_answered_with_the_breakpoints_number(self, line: str) -> None:
        one = found(line, "", before=stopped(breakpoints=(breakpoint_at(9, 2),)))
        assert one is not None
        assert "The breakpoint on line 9 has number 2: `clear 2`." in one.text
        assert one.misconception == "M10"

    @pytest.mark.parametrize(
        "breakpoints",
        [
            pytest.param((), id="no breakpoint there"),
            pytest.param((breakpoint_at(9, 1), breakpoint_at(3, 9)), id="one has that number"),
        ],
    )
    def test_a_breakpoints_number_gets_no_comment(self, breakpoints: tuple[object, ...]) -> None:
        assert said("clear 9", "", before=stopped(breakpoints=breakpoints)) is None


# --- variables and commands of one name


class TestVariablesNamedLikeCommands:
    @pytest.mark.parametrize(("line", "name"), [("n", "next"), ("a", "args"), ("list", "list")])
    def test_the_bare_name_is_the_command(self, line: str, name: str) -> None:
        one = found(line, "", before=here(**{line: "1"}))
        assert one is not None
        assert f"a bare `{line}` is pdb's command `{name}`" in one.text
        assert one.misconception == "M06"
        assert one.is_guess

    @pytest.mark.parametrize("line", ["n", "total", "n_1"])
    def test_without_such_a_variable_or_command_there_is_no_comment(self, line: str) -> None:
        assert said(line, "", before=here(total="1")) is None

    @pytest.mark.parametrize(("own", "is_told"), [("p n", True), ("b 9", True), ("c", False)])
    def test_where_the_step_moves_the_command_is_meant(self, own: str, is_told: bool) -> None:
        assert (found("n", "", own=own, before=here(n="1")) is not None) is is_told


@pytest.mark.parametrize(
    ("line", "own", "is_told"),
    [
        ("n == 5", "!n = 50", True),
        ("! n == 5", "n = 50", True),
        ("n == 5", "m = 50", False),
        ("n == 5", "p n == 5", False),
        ("n = 5", "n = 50", False),
    ],
)
def test_a_comparison_where_the_step_assigns_is_explained(line: str, own: str, is_told: bool) -> None:
    one = found(line, "", own=own)
    assert ("`==` compares" in one.text if one is not None else False) is is_told
    if is_told:
        assert one is not None
        assert "`!n = 5`" in one.text


# --- typing errors


@pytest.mark.parametrize(
    ("line", "part"),
    [
        pytest.param("(Pdb) n", "Type only what follows it: `n`", id="pdb's prompt"),
        pytest.param(">>> total", "`total`", id="Python's prompt"),
        pytest.param("-> a = 1", "`a = 1`", id="the arrow"),
        pytest.param("`b 7`", "without them: `b 7`", id="backquotes"),
        pytest.param("! n = 3", "No space after the exclamation mark: `!n = 3`", id="a space after the mark"),
        pytest.param("B 7", "lowercase: `b 7`", id="a capital"),
        pytest.param("NEXT", "lowercase: `next`", id="capitals"),
        pytest.param("contineu", "Did you mean `continue`?", id="letters swapped"),
        pytest.param("brek 7", "Did you mean `break`?", id="a letter missing"),
    ],
)
def test_a_typing_error_is_explained(line: str, part: str) -> None:
    assert part in str(said(line))


@pytest.mark.parametrize("line", ["n", "p n", "total", "xyzzy", "brek + 7", "Total = 7"])
def test_a_line_without_a_typing_error_gets_no_comment(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("line", ["! n = 3", "B 7", "contineu"])
def test_a_typing_error_that_pdb_accepted_gets_no_comment(line: str) -> None:
    assert said(line, "") is None


def test_a_misspelt_word_before_something_counts_only_if_python_cannot_read_it() -> None:
    assert said("brek (7)", unknown("brek")) is None
    assert said("brek", unknown("brek")) is not None


class TestNames:
    def said(self, line: str, name: str, wanted: str = "b 9") -> str | None:
        at = stopped(local_values={"ticks": "1"}, global_values={"report": "2"})
        return said(line, unknown(name), own=wanted, before=at)

    @pytest.mark.parametrize(
        ("name", "near"),
        [
            pytest.param("tiks", "ticks", id="a local one"),
            pytest.param("reprot", "report", id="a global one"),
            pytest.param("TICKS", "ticks", id="capitals"),
        ],
    )
    def test_an_unknown_name_is_answered_with_a_close_one(self, name: str, near: str) -> None:
        assert self.said(f"p {name}", name) == f"There's no `{name}`. Did you mean `{near}`?"

    def test_a_name_of_the_step_comes_before_a_closer_one(self) -> None:
        assert self.said("p tickz", "tickz", "p tick") == "There's no `tickz`. Did you mean `tick`?"

    def test_a_known_misuse_comes_before_a_close_name(self) -> None:
        assert self.said("print tiks", "tiks") == "`print` needs parentheses. Shorter: `p tiks`."

    def test_an_error_of_the_program_itself_gets_no_comment(self) -> None:
        assert self.said("n", "tiks") is None

    def test_a_name_of_the_program_only_does_not_exist_yet(self) -> None:
        assert self.said("p later", "later") is None

    @pytest.mark.parametrize("line", ["x = walrus", "f(walrus)", "d[walrus]", "f(1, walrus)"])
    def test_a_name_in_the_place_of_a_string_may_need_quotes(self, line: str) -> None:
        assert self.said(line, "walrus") == (
            'There\'s no `walrus` here. If you meant a string, put it in quotes: `"walrus"`.'
        )

    @pytest.mark.parametrize("wanted", ['x = "tiks"', "f('tiks')"])
    def test_a_string_of_the_step_needs_quotes_whatever_name_is_close(self, wanted: str) -> None:
        assert "If you meant a string" in str(self.said("x = tiks", "tiks", wanted))

    def test_a_name_with_nothing_close_gets_no_comment(self) -> None:
        assert self.said("p walrus", "walrus") is None

    def test_a_name_that_pdb_accepted_gets_no_comment(self) -> None:
        assert said("p tiks", "1\n", before=here(ticks="1")) is None


# --- prompts


@pytest.mark.parametrize("line", ["  finish  ", "finish;; p a"])
def test_only_the_first_command_counts_without_its_spaces(line: str) -> None:
    assert "`finish`" in str(said(line))


@pytest.mark.parametrize("line", ["", "  ", "p a;; finish"])
def test_an_empty_line_and_later_commands_get_no_comment(line: str) -> None:
    assert said(line) is None


@pytest.mark.parametrize("prompt", ["commands", "confirm", "program"])
def test_at_other_prompts_there_is_no_comment(prompt: PromptKind) -> None:
    assert said("finish", prompt=prompt) is None


def test_a_second_debugger_is_a_debugger() -> None:
    assert said("finish", prompt="nested") is not None


def test_a_bare_enter_is_not_the_line_that_it_repeats() -> None:
    assert judged(replace(typed(""), previous="finish")) is None


class TestInAShell:
    @pytest.mark.parametrize("prompt", ["python", "interact"])
    @pytest.mark.parametrize(("line", "word"), [("n", "n"), ("continue", "continue"), ("!n", "!")])
    def test_a_pdb_command_is_answered_with_the_way_out(
        self, line: str, word: str, prompt: PromptKind
    ) -> None:
        text = str(said(line, "NameError: it\n", prompt=prompt))
        assert f"`{word}` is a pdb command. Press Ctrl-D" in text

    @pytest.mark.parametrize(
        ("line", "output"),
        [
            pytest.param("n", "3\n", id="a value"),
            pytest.param("exit()", "SystemError: it\n", id="a call"),
            pytest.param("total", "NameError: it\n", id="no command"),
            pytest.param("finish", "NameError: it\n", id="a word of another debugger"),
            pytest.param("1 / 0", "ZeroDivisionError: it\n", id="no word"),
        ],
    )
    def test_python_gets_no_comment(self, line: str, output: str) -> None:
        assert said(line, output, prompt="interact") is None
