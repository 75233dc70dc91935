from __future__ import annotations

import pytest
from coached import step
from fabricated import scenario, span

from pdbcoach.coach.moves import Effect, counts, effect_of, is_question, par, prepares
from pdbcoach.engine.observation import PromptKind
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
def test_looks(line: str) -> None:
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
def test_changes(line: str) -> None:
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
def test_moves(line: str) -> None:
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
def test_names_of_variables_that_are_commands(line: str, effect: Effect) -> None:
    assert effect_of(line) == effect


@pytest.mark.parametrize(
    ("previous", "effect"),
    [("n", "move"), ("p x", "look"), ("b 3", "change"), ("", "look"), ("p x ;; c", "move")],
    ids=["moved", "looked", "changed", "nothing-yet", "several"],
)
@pytest.mark.parametrize("line", ["", "   "], ids=["enter", "blanks"])
def test_a_bare_enter_does_what_was_done_before(line: str, previous: str, effect: Effect) -> None:
    assert effect_of(line, previous=previous) == effect


@pytest.mark.parametrize(
    ("body", "effect"),
    [("p %1", "look"), ("n", "move"), ("x = 1", "change"), ("p x ;; s", "move"), ("go x", "change")],
    ids=["looks", "moves", "changes", "several", "itself"],
)
def test_an_alias_does_what_it_stands_for(body: str, effect: Effect) -> None:
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
def test_other_prompts(prompt: PromptKind, line: str, effect: Effect) -> None:
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
    ("line", "effect", "does"),
    [
        ("b 3", "change", True),
        ("x = 1", "change", True),
        ("work()", "change", False),
        ("!work()", "change", False),
        ("n", "move", False),
        ("p x", "look", False),
    ],
)
def test_a_mere_call_prepares_nothing(line: str, effect: Effect, does: bool) -> None:
    assert prepares(line, effect) is does


@pytest.mark.parametrize(
    ("one", "previous", "does"),
    [
        (step("n"), "", True),
        (step("b 3"), "", True),
        (step("p x"), "", False),
        (step(""), "n", True),
        (step(""), "p x", False),
        (step("y", prompt="confirm"), "", True),
        (step(Key("ctrl-c")), "", True),
        (Step(span(), Look()), "n", False),
    ],
    ids=["move", "change", "look", "enter-moves", "enter-looks", "answer", "key", "nothing-typed"],
)
def test_par_counts_what_moves_or_changes(one: Step, previous: str, does: bool) -> None:
    assert counts(one, previous) is does


def test_par_is_the_number_of_moves_of_the_lessons_own_road() -> None:
    lines = ["b 3", "c", "p x", "", "n", "", "", "w", ""]
    assert par(scenario(*map(step, lines))) == 5  # Enter goes on with what was typed last
