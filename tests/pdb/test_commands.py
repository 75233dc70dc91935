from __future__ import annotations

import subprocess

import pytest

from pdbcoach.engine.interpreters import Interpreter, find_all
from pdbcoach.pdb.commands import COMMANDS, Command, find, spelled, those

PYTHONS = find_all()
_DO = "import pdb; print(*(name[3:] for name in dir(pdb.Pdb) if name.startswith('do_')))"
_OTHERWISE = {"!", ";;", "exec", "silent", "end"}
"""Names that are handled elsewhere in pdb than in a method of their own."""


def test_no_spelling_is_ambiguous() -> None:
    spellings = [word for command in COMMANDS.values() for word in command.spellings]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("python", PYTHONS, ids=lambda one: one.version_text)
def test_the_table_has_the_commands_of_each_python(python: Interpreter) -> None:
    command = [python.executable, "-I", "-c", _DO]
    known = set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    table = {
        word
        for row in COMMANDS.values()
        if row.since <= python.version[:2]
        for word in row.spellings
        if word not in _OTHERWISE | {"?"}
    }
    assert known == table


@pytest.mark.parametrize("word", ["nex", "!", ";;", "exec", "", "N"])
def test_a_word_that_is_no_command_is_not_found(word: str) -> None:
    assert find(word) is None


@pytest.mark.parametrize(("word", "name"), [("n", "next"), ("bt", "where"), ("?", "help"), ("EOF", "EOF")])
def test_a_command_is_found_by_each_spelling(word: str, name: str) -> None:
    assert find(word) is COMMANDS[name]


def test_a_set_of_commands_is_asked_of_the_table() -> None:
    assert those(lambda command: command.restarts) == {"run", "restart"}
    assert spelled(lambda command: command.leaves) == ("EOF", "exit", "q", "quit")
    assert "!" not in spelled(lambda command: command.purpose == "change")


@pytest.mark.parametrize("missing", [{"purpose": "look"}, {"since": (3, 9)}], ids=["since", "purpose"])
def test_a_row_needs_its_purpose_and_its_first_python(missing: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="Missing required argument"):
        Command("trace", **missing)  # type: ignore[call-arg, arg-type]


def test_confused_commands_have_a_short_form_to_type() -> None:
    others = [COMMANDS[row.confused_with] for row in COMMANDS.values() if row.confused_with is not None]
    assert others
    assert all(other.shorts for other in others)
