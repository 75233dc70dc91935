"""Which lines of a step's output are worth expecting."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.relevance import is_look, is_move, worthwhile
from pdbcoach.matching.pattern import ANY_LINES
from pdbcoach.pdb.words import PromptKind

STOP = ["> prog.py(3)f()", "-> return 1"]


def kept(
    line: str | None, *lines: str, kind: PromptKind | None = "pdb", moved: bool = False
) -> list[str] | None:
    """Return the lines of the block to expect; None if nothing is worth it."""
    text = worthwhile(line, kind, moved, lines)
    return None if text is None else text.splitlines()


@pytest.mark.parametrize(
    ("line", "moves"),
    [
        pytest.param("n", True, id="short"),
        pytest.param("continue", True, id="long"),
        pytest.param("p 1 ;; s", True, id="the-last-of-two"),
        pytest.param("p n", False, id="a-look-at-a-name-like-a-command"),
        pytest.param("b 3", False, id="a-breakpoint"),
        pytest.param("x = 1", False, id="a-statement"),
        pytest.param("", False, id="enter"),
    ],
)
def test_a_move_runs_the_program(line: str, moves: bool) -> None:
    assert is_move(line) is moves


@pytest.mark.parametrize(
    ("line", "looks"),
    [
        pytest.param("p x", True, id="p"),
        pytest.param("w", True, id="where"),
        pytest.param("x = 1", True, id="a-statement-prints-nothing"),
        pytest.param("p x ;; w", True, id="both-of-two"),
        pytest.param("p x ;; h", False, id="one-of-two"),
        pytest.param("h", False, id="help-differs-between-pythons"),
        pytest.param("n", False, id="a-move"),
        pytest.param("", False, id="enter"),
    ],
)
def test_a_look_prints_the_same_on_every_python(line: str, looks: bool) -> None:
    assert is_look(line) is looks


class TestMoves:
    def test_where_the_program_stopped_is_not_expected(self) -> None:
        assert kept("n", *STOP, moved=True) is None

    def test_what_the_program_prints_is_expected(self) -> None:
        assert kept("n", "hello", *STOP, moved=True) == ["hello", ANY_LINES]

    def test_a_gap_stands_for_any_number_of_lines_of_pdb(self) -> None:
        lines = ["--Call--", *STOP, "between", "--Return--", *STOP]
        assert kept("c", *lines, moved=True) == [ANY_LINES, "between", ANY_LINES]

    @pytest.mark.parametrize(
        "line",
        [
            "Breakpoint 1 at prog.py:3",
            "Deleted breakpoint 2 at prog.py:4",
            "The program finished and will be restarted",
            "The program exited via sys.exit(). Exit status: 3",
            "Uncaught exception. Entering post mortem debugging",
            "Post mortem debugger finished. The prog.py will be restarted",
            "--KeyboardInterrupt--",
            "display x: 4  [old: 3]",
        ],
    )
    def test_messages_of_pdb_are_not_expected(self, line: str) -> None:
        assert kept("c", line, moved=True) is None
        assert kept("c", line, "mine", moved=True) == [ANY_LINES, "mine"]

    def test_a_traceback_is_not_expected_but_its_last_line_is(self) -> None:
        lines = ["Traceback (most recent call last):", '  File "prog.py"', "    f()", "ValueError: no", *STOP]
        assert kept("c", *lines, moved=True) == [ANY_LINES, "ValueError: no", ANY_LINES]

    def test_an_empty_line_before_a_message_of_pdb_belongs_to_it(self) -> None:
        assert kept("c", "one", "", "Program interrupted. (Use 'cont' to resume).", moved=True) == [
            "one",
            ANY_LINES,
        ]
        assert kept("c", "one", "", "two", moved=True) == ["one", "", "two"]

    def test_a_key_counts_as_a_move(self) -> None:
        assert kept(None, "hello", *STOP) == ["hello", ANY_LINES]


class TestLooks:
    def test_everything_is_expected(self) -> None:
        assert kept("p x", "21") == ["21"]

    def test_no_output_is_an_expectation(self) -> None:
        assert kept("x = 1") == []

    @pytest.mark.parametrize("line", ["h", "b", "alias", "disable 1"])
    def test_commands_that_differ_between_pythons_are_left_out(self, line: str) -> None:
        assert kept(line, "anything") is None

    def test_nothing_is_expected_within_a_list_of_commands(self) -> None:
        assert kept("p x", "21", kind="commands") is None

    @pytest.mark.parametrize("kind", ["python", "interact", "confirm"])
    def test_everything_is_expected_at_other_prompts(self, kind: PromptKind) -> None:
        assert kept("x", "21", kind=kind) == ["21"]

    def test_at_the_programs_own_prompt_its_words_count(self) -> None:
        assert kept("me", "hello me", *STOP, kind="program") == ["hello me", ANY_LINES]

    def test_where_keeps_the_frames_of_the_program(self) -> None:
        lines = ["  [path](600)run()", "-> exec(cmd)", "  <string>(1)<module>()", *STOP]
        assert kept("w", *lines) == [ANY_LINES, *STOP]


class TestErrors:
    @pytest.mark.parametrize(
        ("line", "expected"),
        [
            pytest.param(
                "*** NameError: name 'x' is not defined",
                "*** NameError: name 'x' is not defined[..]",
                id="advice",
            ),
            pytest.param("*** SyntaxError: invalid syntax", "*** SyntaxError: [..]", id="syntax"),
            pytest.param("*** NameError: name [..]", "*** NameError: name [..]", id="already-open"),
            pytest.param("<module 'os' from '/usr/lib/os.py'>", "<module 'os'[..]>", id="a-module"),
            pytest.param("plain", "plain", id="plain"),
        ],
    )
    def test_what_newer_pythons_word_otherwise_is_left_open(self, line: str, expected: str) -> None:
        assert kept("p x", line) == [expected]


LINES = st.lists(st.sampled_from(["mine", "", *STOP, "--Call--", ANY_LINES]))


@given(LINES)
def test_a_block_after_a_move_has_no_two_gaps_in_a_row_and_no_word_of_pdb(lines: list[str]) -> None:
    block = kept("n", *lines, moved=True)
    if block is None:
        assert "mine" not in lines
        return
    assert (ANY_LINES, ANY_LINES) not in pairwise(block)
    assert not {*STOP, "--Call--"} & set(block)
    assert block.count("mine") == lines.count("mine")
