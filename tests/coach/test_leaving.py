from __future__ import annotations

import pytest
from coached import attempt, ended, stop, views

from pdbcoach.coach.leaving import leaves
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key

HERE = stop(17)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("q", True),
        ("n ;; exit", True),
        ("exit()", True),
        (Key("ctrl-d"), True),
        (Key("ctrl-c"), False),
        ("n", False),
        ("", False),
    ],
    ids=str,
)
def test_a_command_a_call_or_ctrl_d_leaves_the_debugger(typed: str | Key, expected: bool) -> None:
    assert leaves(attempt(typed, HERE, previous="q")) is expected


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [("pdb", True), ("nested", True), (None, True), ("commands", False), ("interact", False)],
)
def test_only_at_a_prompt_of_pdb_a_line_leaves_it(prompt: PromptKind | None, expected: bool) -> None:
    assert leaves(attempt("q", HERE, prompt=prompt)) is expected


def test_an_attribute_leaves_only_where_pdb_read_it_as_the_command() -> None:
    assert leaves(attempt("q.x", HERE, views(ended())))
    assert not leaves(attempt("q.x", HERE))
