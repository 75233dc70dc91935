from __future__ import annotations

import pytest
from coached import attempt, ended, step, stop, views
from fabricated import scenario, span
from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.moves import Effect, counted, effect, effect_of, is_question, par, prepares
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Look, Step


@pytest.mark.parametrize(
    "line",
    [
        "w",
        "where",
        "l 1, 5",
        "ll",
        "u",
        "down 2",
        "p x",
        "pp x",
        "whatis x",
        "a",
        "h step",
        "?",
        "source f",
        "display x",
        "undisplay",
        "retval",
        "b",
        "break",
        "tbreak",
        "alias",
        "x",
        "x.y[0] + 1",
        "!x",
        "! x",
        "len(x)",
        "!print(x)",
        "sorted(d)",
        "p x ;; w",
        "x == 1",
        "p ';; n'",
        "list(d)",
        "(yes, no)",
    ],
)
def test_a_looking_line_has_the_purpose_look(line: str) -> None:
    assert effect_of(line) == "look"


@pytest.mark.parametrize(
    "line",
    [
        "b 3",
        "tbreak f",
        "cl 1",
        "disable 1",
        "commands 1",
        "condition 1 x",
        "alias n p 1",
        "unalias n",
        "x = 1",
        "!x = 1",
        "x += 1",
        "del x",
        "items.append(1)",
        "work()",
        "(y := 1)",
        "import os",
        "interact",
        "p x ;; b 3",
        "print(items.pop())",
    ],
)
def test_a_changing_line_has_the_purpose_change(line: str) -> None:
    assert effect_of(line) == "change"


@pytest.mark.parametrize(
    "line",
    [
        "n",
        "s",
        "c",
        "cont",
        "continue",
        "r",
        "unt 5",
        "j 3",
        "run",
        "restart a",
        "q",
        "exit",
        "EOF",
        "debug f()",
        "p x ;; n",
        "n ;; p x",
        "x = 1 ;; s",
        "b 3 ;; c ;; p x",
    ],
)
def test_a_moving_line_has_the_purpose_move(line: str) -> None:
    assert effect_of(line) == "move"


@pytest.mark.parametrize(
    ("line", "effect"),
    [
        pytest.param("n = 1", "move", id="pdb-takes-the-command"),
        pytest.param("!n", "look", id="a-variable-called-n"),
        pytest.param("!n = 1", "change", id="an-assignment-to-n"),
        pytest.param("c.a", "look", id="an-attribute-of-c"),
    ],
)
def test_a_variable_named_like_a_command_is_the_command(line: str, effect: Effect) -> None:
    assert effect_of(line) == effect


@pytest.mark.parametrize(
    ("previous", "effect"),
    [("n", "move"), ("p x", "look"), ("b 3", "change"), ("", "look"), ("p x ;; c", "move")],
    ids=["moved", "looked", "changed", "nothing-yet", "several"],
)
@pytest.mark.parametrize("line", ["", "   "], ids=["enter", "blanks"])
def test_a_bare_enter_has_the_purpose_of_the_previous_line(line: str, previous: str, effect: Effect) -> None:
    assert effect_of(line, previous=previous) == effect


@pytest.mark.parametrize(
    ("body", "effect"),
    [("p %1", "look"), ("n", "move"), ("x = 1", "change"), ("p x ;; s", "move"), ("go x", "change")],
    ids=["looks", "moves", "changes", "several", "itself"],
)
def test_an_alias_has_the_purpose_of_its_body(body: str, effect: Effect) -> None:
    assert effect_of("go x", aliases={"go": body}) == effect


@pytest.mark.parametrize(
    ("prompt", "line", "effect"),
    [
        ("nested", "n", "move"),
        ("nested", "", "look"),
        ("interact", "x", "look"),
        ("interact", "n = 1", "change"),
        ("interact", "", "look"),
        ("python", "len(x)", "look"),
        ("commands", "p x", "change"),
        ("confirm", "y", "change"),
        ("program", "n", "change"),
    ],
)
def test_each_other_prompt_has_its_own_rule(prompt: PromptKind, line: str, effect: Effect) -> None:
    assert effect_of(line, prompt=prompt) == effect


def test_a_bare_enter_in_a_shell_repeats_nothing() -> None:
    assert effect_of("", prompt="interact", previous="n") == "look"


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("x", True),
        ("len(x)", True),
        ("f(x)", False),
        ("x.pop()", False),
        ("x = 1", False),
        ("x +", False),
        ("(y := 1)", False),
        ("lambda: (yield)", False),
        ("[len(a) for a in b]", True),
        ("", False),
    ],
)
def test_questions_change_nothing(code: str, is_one: bool) -> None:
    assert is_question(code) is is_one


@pytest.mark.parametrize(
    ("line", "purpose", "does"),
    [
        ("b 3", "change", True),
        ("x = 1", "change", True),
        ("work()", "change", False),
        ("!work()", "change", False),
        ("n", "move", False),
        ("p x", "look", False),
    ],
)
def test_a_mere_call_prepares_nothing(line: str, purpose: Effect, does: bool) -> None:
    assert prepares(attempt(line, stop(17), stop(18) if purpose == "move" else None)) is does


@pytest.mark.parametrize(
    ("line", "aliases", "effect"),
    [
        ("two", {"one": "b 7", "two": "one"}, "change"),
        ("two", {"one": "n", "two": "p 1 ;; one"}, "move"),
        ("do n", {"do": "%1"}, "move"),
        ("do b 7", {"do": "%*"}, "change"),
        ("n", {"n": "n;; p x"}, "move"),
        ("l", {"l": "b 7 ;; l"}, "change"),
        ("one", {"one": "two", "two": "one"}, "look"),
    ],
    ids=["chain", "chain-behind", "word", "words", "own-name", "own-name-behind", "circle"],
)
def test_an_alias_may_use_another_alias(line: str, aliases: dict[str, str], effect: Effect) -> None:
    assert effect_of(line, aliases=aliases) == effect


def test_par_counts_what_moves_or_changes() -> None:
    steps = (
        step("n"),
        step(""),
        step("p x"),
        step(""),
        step("b 3"),
        step("y", prompt="confirm"),
        step(""),
        step(Key("ctrl-c")),
        Step(span(), Look()),
    )
    assert counted(scenario(*steps)) == (True, True, False, False, True, True, True, True, False)


def test_par_is_the_number_of_the_lessons_own_moves_and_changes() -> None:
    lines = ["b 3", "c", "p x", "", "n", "", "", "w", ""]
    assert par(scenario(*map(step, lines))) == 5  # Enter goes on with what was typed last


def test_par_knows_aliases() -> None:
    lines = ["alias sz p len(%1)", "sz x", "alias go n", "go", "", "unalias sz", "sz x"]
    assert counted(scenario(*map(step, lines))) == (True, False, True, True, True, True, True)


def test_enter_repeats_in_par_what_was_typed_at_the_same_process() -> None:
    steps = (step("n"), step("l", process="main.1"), step("", process="main.1"), step(""))
    assert counted(scenario(*steps)) == (True, False, False, True)


class TestEffectOfAnAttempt:
    HERE = stop(17, aliases={"go": "n"})

    @pytest.mark.parametrize(
        ("typed", "expected"), [("p x", "look"), ("b 5", "change"), ("go", "move"), (Key("ctrl-c"), "move")]
    )
    def test_where_nothing_has_moved_the_line_tells(self, typed: str | Key, expected: Effect) -> None:
        assert effect(attempt(typed, self.HERE)) == expected

    @pytest.mark.parametrize("after", [views(stop(18)), views(ended())], ids=["elsewhere", "ended"])
    def test_a_line_after_which_the_process_is_elsewhere_has_moved_it(self, after: Views) -> None:
        assert effect(attempt("c.a", self.HERE, after)) == "move"

    def test_another_traceback_of_a_crashed_program_is_no_move(self) -> None:
        one, other = (stop(line, event="post-mortem") for line in (7, 8))
        assert effect(attempt("exceptions 1", one, other)) == "look"

    def test_ctrl_c_that_only_brings_the_process_back_counts_as_looking(self) -> None:
        pressed = attempt(Key("ctrl-c"), self.HERE, stop(18))
        assert effect(replace(pressed, brought_back=True)) == "look"
