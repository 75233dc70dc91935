from __future__ import annotations

from typing import get_args

import pytest

from pdbcoach.coach.words import RECORDING_WORDS, WORDS, Name, NoWord, Word, explained, read


@pytest.mark.parametrize("word", WORDS)
def test_each_word_is_read_as_itself(word: str) -> None:
    assert read(f":{word}") == Word(word)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        pytest.param(":q", Word("quit"), id="q"),
        pytest.param(":h", Word("hint"), id="h is a hint, not help"),
        pytest.param(":u 2", Word("undo", "2"), id="u with a number"),
        pytest.param(":g", Word("goal"), id="g"),
        pytest.param(":?", Word("help"), id="question mark"),
        pytest.param("  :hint  ", Word("hint"), id="blanks around"),
        pytest.param(": hint", Word("hint"), id="blank behind the colon"),
        pytest.param(":HINT", Word("hint"), id="capitals"),
        pytest.param(":Q", Word("quit"), id="a short form in capitals"),
        pytest.param(":goto  basics/One ", Word("goto", "basics/One"), id="what follows keeps its letters"),
        pytest.param(":predict off", Word("predict", "off"), id="predict"),
    ],
)
def test_short_forms_spaces_and_capitals_do_not_matter(line: str, word: Word) -> None:
    assert read(line) == word


@pytest.mark.parametrize("line", ["", "hint", "q", "n", "p x[:hint]", "a: int = 3", "?"])
def test_a_line_without_a_colon_is_for_the_debugger(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    ("line", "near"),
    [
        pytest.param(":hnt", "hint", id="a letter missing"),
        pytest.param(":intrrupt", "interrupt", id="a long one"),
        pytest.param(":undoo 3", "undo", id="a letter too many"),
        pytest.param(":xyzzy", "", id="nothing near"),
        pytest.param(":", "", id="a colon alone"),
    ],
)
def test_an_unknown_word_suggests_a_close_one(line: str, near: str) -> None:
    assert read(line) == NoWord(line, near)


def test_the_tables_have_every_name_once() -> None:
    names = [name for group in get_args(Name) for name in get_args(group)]
    of_recordings = {word.name for word in RECORDING_WORDS} - set(WORDS)
    assert sorted((*WORDS, *of_recordings)) == sorted(names)


def test_help_explains_every_word() -> None:
    assert [name.split()[0] for name, _what in explained()] == [f":{word}" for word in WORDS]
