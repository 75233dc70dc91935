from __future__ import annotations

import pytest
from fabricated import step
from lessons import FILE, REFUSED, stopped, typed
from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.goal import make_goal
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.coach.spellings import mistaken
from pdbcoach.pdb.words import PromptKind

PROGRAM = SourceOutline({FILE: "a = 1\n"})


def found(
    line: str,
    output: str = "",
    *,
    own: str = "p a",
    prompt: PromptKind = "pdb",
    before: Views | None = None,
) -> Mistaken | None:
    """What is said of ``line`` where the step's own line is ``own``."""
    goal = make_goal(step(own), FILE, "3.13.0", stopped())
    return mistaken(typed(line, output, prompt=prompt, before=before), PROGRAM, goal)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        pytest.param("finish", "is not pdb's word", id="foreign words"),
        pytest.param("b 7 if i > 3", "wants a comma", id="commands misused"),
        pytest.param("B 7", "small letters", id="slips"),
        pytest.param("  finish  ", "`finish`", id="blanks around"),
        pytest.param("finish;; p a", "`finish`", id="the first of several commands"),
    ],
)
def test_all_that_is_known_is_looked_through(line: str, part: str) -> None:
    one = found(line, REFUSED)
    assert one is not None
    assert part in one.text


@pytest.mark.parametrize("line", ["", "  ", "n", "p a", "b 9", "p a;; finish"])
def test_of_a_right_line_nothing_is_said(line: str) -> None:
    assert found(line) is None


def test_what_is_known_for_sure_comes_before_a_name_that_is_near() -> None:
    one = found("print aa", "*** NameError: name 'aa' is not defined\n")
    assert one is not None
    assert one.text == "`print` wants brackets. Shorter: `p aa`."


def test_a_misspelt_name_may_be_one_that_the_step_speaks_of() -> None:
    one = found("p ticsk", "*** NameError: name 'ticsk' is not defined\n", own="p ticks")
    assert one is not None
    assert one.text == "There is no `ticsk`. Did you mean `ticks`?"


@pytest.mark.parametrize(("own", "is_told"), [("p n", True), ("b 9", True), ("c", False)])
def test_a_command_is_meant_as_one_where_the_step_moves(own: str, is_told: bool) -> None:
    here = stopped(local_values={"n": "1"})
    assert (found("n", own=own, before=here) is not None) is is_told


@pytest.mark.parametrize("prompt", ["commands", "confirm", "program"])
def test_at_other_prompts_pdbs_words_are_nobodys(prompt: PromptKind) -> None:
    assert found("finish", REFUSED, prompt=prompt) is None


def test_a_second_debugger_is_a_debugger() -> None:
    assert found("finish", REFUSED, prompt="nested") is not None


@pytest.mark.parametrize("prompt", ["python", "interact"])
def test_in_a_shell_only_pdbs_commands_are_told(prompt: PromptKind) -> None:
    assert found("finish", "NameError: it\n", prompt=prompt) is None
    assert found("next", "NameError: it\n", prompt=prompt) is not None


def test_a_key_is_no_spelling() -> None:
    goal = make_goal(step("n"), FILE, "3.13.0", stopped())
    assert mistaken(replace(typed(""), previous="finish"), PROGRAM, goal) is None
