from __future__ import annotations

import pytest

from pdbcoach.pdb.commands import find
from pdbcoach.pdb.foreign import FOREIGN, foreign
from pdbcoach.pdb.line import Line


def test_no_words_are_in_two_rows() -> None:
    words = [one for row in FOREIGN for one in row.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row.words[0])
def test_a_row_is_found_by_its_words_and_names_a_real_command(row) -> None:
    for words in row.words:
        line = words.replace(" N", " 1 2").replace("...", "something")
        assert foreign(line.upper()) is row
    if row.here is not None:
        assert Line.parse(row.here).commands


@pytest.mark.parametrize("word", [one for row in FOREIGN for one in row.words if " " not in one])
def test_a_pdb_command_is_no_foreign_word(word: str) -> None:
    command = find(word)
    assert command is None or command.only_in_lists


@pytest.mark.parametrize("line", ["", "finish 3", "watch", "del total", "n", "total"])
def test_other_lines_are_in_no_row(line: str) -> None:
    assert foreign(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "thread 1",
        "info threads",
        "frame 2",
        "set follow-fork-mode child",
        "finish",
        "x/4x &total",
        "info line",
    ],
)
def test_a_word_without_an_equivalent_gets_no_translation(line: str) -> None:
    found = foreign(line)
    assert found is not None
    assert found.here is None


@pytest.mark.parametrize(
    ("line", "here"),
    [
        ("set x = 3", "!NAME = VALUE"),
        ("set var x = 3", "!NAME = VALUE"),
        ("tb 5", "tbreak LINE"),
        ("delete", "clear"),
    ],
)
def test_a_word_that_means_the_same_is_translated(line: str, here: str) -> None:
    found = foreign(line)
    assert found is not None
    assert found.here == here
