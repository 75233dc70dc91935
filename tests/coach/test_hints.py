from __future__ import annotations

import pytest
from fabricated import step
from msgspec.structs import replace

from pdbcoach.coach.hints import answer, hints
from pdbcoach.scenario.model import Action, Key, Look, Prose, Send, Step


def of(action: Action, **changes: object) -> Step:
    return replace(step(), action=action, **changes)  # type: ignore[arg-type]


def test_the_authors_hints_come_first_then_the_command_then_the_line() -> None:
    climbed = hints(of(Send("b 7"), prose=Prose(hints=("Stop it.", "At its line."))))
    assert climbed == (
        "Stop it.",
        "At its line.",
        "The command is `break`, short `b`.",
        "Type `b 7`.",
    )


@pytest.mark.parametrize(
    ("line", "rung"),
    [
        pytest.param("n", "The command is `next`, short `n`.", id="with a short form"),
        pytest.param("tbreak 9", "The command is `tbreak`.", id="without one"),
        pytest.param("!n = 3", "Type a line of Python at the prompt.", id="Python with its mark"),
        pytest.param("n2 = 3", "Type a line of Python at the prompt.", id="Python without it"),
    ],
)
def test_the_last_but_one_hint_names_the_command(line: str, rung: str) -> None:
    assert hints(of(Send(line))) == (rung, f"Type `{line}`.")


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(of(Key("ctrl-c")), id="a key"),
        pytest.param(of(Send("")), id="Enter"),
        pytest.param(of(Send("n"), prompt="python"), id="Python's own shell"),
        pytest.param(of(Send("y"), prompt="confirm"), id="a question of pdb"),
    ],
)
def test_a_step_without_a_command_has_no_such_hint(one: Step) -> None:
    assert hints(one) == (answer(one),)


def test_silent_is_a_command_in_a_command_list() -> None:
    assert hints(of(Send("silent"), prompt="commands"))[0] == "The command is `silent`."


@pytest.mark.parametrize(
    ("action", "text"),
    [
        pytest.param(Send("n"), "Type `n`.", id="a line"),
        pytest.param(Send(""), "Just press Enter.", id="Enter"),
        pytest.param(Key("ctrl-c"), "Press Ctrl-C.", id="Ctrl-C"),
        pytest.param(Key("ctrl-d"), "Press Ctrl-D.", id="Ctrl-D"),
        pytest.param(Look(), "", id="nothing to type"),
    ],
)
def test_the_answer_says_what_to_type(action: Action, text: str) -> None:
    assert answer(of(action)) == text


def test_the_answer_names_another_process() -> None:
    assert answer(of(Send("c"), process="main.1")) == "Type `c`. It goes to `main.1`."
