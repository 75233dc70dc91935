from __future__ import annotations

import pytest

from pdbcoach.pdb.commands import LONG_NAMES, SHORT_FORMS, long_name
from pdbcoach.pdb.line import resolve, resolve_all, split


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("n", "next"),
        ("next", "next"),
        ("  s  ", "step"),
        ("unt 10", "until"),
        ("until", "until"),
        ("cont", "continue"),
        ("c", "continue"),
        ("rv", "retval"),
        ("bt", "where"),
        ("w 3", "where"),
        ("cl 1", "clear"),
        ("clear", "clear"),
        ("ll", "longlist"),
        ("l .", "list"),
        ("l 1,3", "list"),
        ("b 15", "break"),
        ("b stock.py:13, x > 1", "break"),
        ("tbreak 5", "tbreak"),
        ("j 7", "jump"),
        ("h quit", "help"),
        ("?", "help"),
        ("? n", "help"),
        ("?n", "help"),
        ("p x", "p"),
        ("pp x", "pp"),
        ("a", "args"),
        ("run 7 8", "run"),
        ("restart", "restart"),
        ("q", "quit"),
        ("exit", "exit"),
        ("EOF", "EOF"),
        ("debug f(1)", "debug"),
        ("!x = 1", "!"),
        ("! n", "!"),
        ("x = 1", "exec"),
        ("total", "exec"),
        ("print(x)", "exec"),
        ("n = 5", "next"),
        ("c.a", "exec"),
        ("p.exitcode", "exec"),
        ("list(x)", "exec"),
        ("a[0]", "exec"),
        ("nexta", "exec"),
        ("(1, 2)", "exec"),
        ("silent", "exec"),
        ("end", "exec"),
        ("exec", "exec"),
        ("n ;; s", "next"),
        ("", None),
        ("   ", None),
    ],
    ids=repr,
)
def test_a_line_resolves_to_its_first_command(line: str, command: str | None) -> None:
    assert resolve(line) == command


@pytest.mark.parametrize(("line", "command"), [("silent", "silent"), ("end", "end"), ("p i", "p")])
def test_silent_and_end_are_commands_of_a_command_list(line: str, command: str) -> None:
    assert resolve(line, in_command_list=True) == command


@pytest.mark.parametrize(
    ("line", "commands"),
    [
        ("n ;; p x", ("next", ";;", "p")),
        ("n;;n;;n", ("next", ";;", "next", ";;", "next")),
        ("p 'a;;b'", ("p",)),
        ('p "a;;b" ;; s', ("p", ";;", "step")),
        ("p 'it' ;; p \"it's\" ;; n", ("p", ";;", "p", ";;", "next")),
        ("alias nn n ;; n", ("alias",)),
        ("!x = 1", ("!", "exec")),
        ("", ()),
    ],
    ids=repr,
)
def test_all_commands_of_a_line_are_resolved(line: str, commands: tuple[str, ...]) -> None:
    assert resolve_all(line) == commands


def test_splitting_loses_no_character() -> None:
    assert ";;".join(split("b 1 ;; c;;p 'x;;y'")) == "b 1 ;; c;;p 'x;;y'"


def test_no_short_form_is_ambiguous() -> None:
    shorts = [short for forms in SHORT_FORMS.values() for short in forms]
    assert len(shorts) == len(set(shorts))
    assert not LONG_NAMES & set(shorts)


@pytest.mark.parametrize("word", ["nex", "!", ";;", "exec", "", "N"])
def test_an_unknown_command_has_no_long_name(word: str) -> None:
    assert long_name(word) is None
