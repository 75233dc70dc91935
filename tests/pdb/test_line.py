from __future__ import annotations

import pytest

from pdbcoach.pdb.line import Line


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
def test_the_first_command_of_a_line_has_its_long_name(line: str, command: str | None) -> None:
    assert Line.parse(line).first.name == command


@pytest.mark.parametrize(("line", "command"), [("silent", "silent"), ("end", "end"), ("p i", "p")])
def test_silent_and_end_are_commands_of_a_command_list(line: str, command: str) -> None:
    assert Line.parse(line, "commands").first.name == command


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
def test_a_line_names_all_its_commands_in_order(line: str, commands: tuple[str, ...]) -> None:
    assert Line.parse(line).names == commands


def test_parts_keep_every_character_but_the_spaces_around_them() -> None:
    line = Line.parse("b 1 ;; c;;p 'x;;y'")
    assert [part.text for part in line.parts] == ["b 1", "c", "p 'x;;y'"]
    assert line.text == "b 1 ;; c;;p 'x;;y'"


@pytest.mark.parametrize(
    ("line", "argument"),
    [
        pytest.param("b  7,  x > 1", "7, x > 1", id="words are separated by single spaces"),
        pytest.param("p 'a  b'", "'a  b'", id="code stays as it is"),
        pytest.param("! x = 1", "x = 1", id="a statement without its mark"),
        pytest.param("x = 1", "x = 1", id="a statement"),
        pytest.param("n", "", id="nothing"),
        pytest.param("", "", id="a bare Enter"),
    ],
)
def test_the_argument_is_what_follows_the_name(line: str, argument: str) -> None:
    assert Line.parse(line).first.argument == argument


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ("q", True), ("exit", True), ("EOF", True), ("n ;; q", True), ("exit()", True),
        ("! sys.exit(3)", True), ("n", False), ("p quit", False), ("q.x", False),
        ("exiting()", False), ("", False),
    ],
)  # fmt: skip
def test_a_line_leaves_by_a_command_or_by_a_call(line: str, leaves: bool) -> None:
    assert Line.parse(line).leaves is leaves


@pytest.mark.parametrize(("line", "calls"), [("sys.exit(1)", True), ("!quit()", True), ("quit", False)])
def test_a_call_of_exit_is_told_from_a_command(line: str, calls: bool) -> None:
    assert Line.parse(line).calls_exit is calls


@pytest.mark.parametrize(
    ("line", "restarts"), [("run 7", True), ("restart", True), ("p 1 ;; run", True), ("n", False)]
)
def test_a_line_restarts_by_any_of_its_commands(line: str, restarts: bool) -> None:
    assert Line.parse(line).restarts is restarts


@pytest.mark.parametrize(
    ("line", "name"),
    [("q.x", "quit"), ("c(1)", "continue"), ("total", None), ("q", None), ("!q.x", None), ("(1)", None)],
)
def test_a_statement_knows_the_command_that_older_pythons_read(line: str, name: str | None) -> None:
    command = Line.parse(line).first.before_313
    assert (command.name if command is not None else None) == name


def test_a_text_is_parsed_once_for_each_kind_of_prompt() -> None:
    assert Line.parse("silent") is Line.parse("silent", "pdb")
    assert Line.parse("silent", "commands") is not Line.parse("silent")
