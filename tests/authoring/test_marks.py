"""Names for source lines: the author's own, and new ones."""

from __future__ import annotations

import builtins
import keyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.marks import MarkBook
from pdbcoach.scenario.model import Mark, SourceFile

PROGRAM = "total = add(ticks)\nfor t in ticks:\n    total += t\n\nprint(total)\nprint(total)\nx\n"


def book(folder: Path, program: str = PROGRAM, *, invent: bool = True, **known: Mark) -> MarkBook:
    path = folder / "prog.py"
    path.write_bytes(program.encode())
    return MarkBook([SourceFile("prog.py", path)], "prog.py", known, invent)


def test_the_authors_own_name_comes_first(tmp_path: Path) -> None:
    marks = book(tmp_path, call=Mark("call", "prog.py", 1))
    assert marks.name("prog.py", 1) == "call"
    assert marks.texts == {}


def test_without_invention_other_lines_have_no_name(tmp_path: Path) -> None:
    marks = book(tmp_path, invent=False, call=Mark("call", "prog.py", 1))
    assert marks.name("prog.py", 2) is None


def test_an_invented_name_comes_from_the_words_of_the_line(tmp_path: Path) -> None:
    marks = book(tmp_path)
    assert marks.name("prog.py", 1) == "total_add_ticks"
    assert marks.name("prog.py", 2) == "for_t_in_ticks"
    assert marks.texts["total_add_ticks"] == ("prog.py", "total = add(ticks)")


def test_a_line_keeps_its_name(tmp_path: Path) -> None:
    marks = book(tmp_path)
    assert marks.name("prog.py", 3) == marks.name("prog.py", 3) == "total_t"
    assert len(marks.texts) == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(5, "its text is there twice", id="twice"),
        pytest.param(4, "it is empty", id="empty"),
        pytest.param(7, "one character is in too many lines", id="short"),
        pytest.param(0, "there is no such line", id="zero"),
        pytest.param(99, "there is no such line", id="past-the-end"),
    ],
)
def test_a_line_that_no_text_can_name_has_no_name(tmp_path: Path, line: int, why: str) -> None:
    assert book(tmp_path).name("prog.py", line) is None, why


def test_a_text_within_another_line_names_nothing(tmp_path: Path) -> None:
    marks = book(tmp_path, "return a\nreturn a + b\n")
    assert marks.name("prog.py", 1) is None
    assert marks.name("prog.py", 2) == "return_a_b"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("if (", "if_2", id="a-keyword"),
        pytest.param("print()", "print_2", id="a-builtin"),
        pytest.param("Rate = 2  # per cent", "rate", id="lower-case-and-no-comment"),
        pytest.param("99 + 1", "line", id="no-word"),
        pytest.param("extraordinarily_long_name = 1", "extraordinarily", id="long"),
    ],
)
def test_a_name_is_no_word_of_python_and_not_long(tmp_path: Path, text: str, name: str) -> None:
    assert book(tmp_path, f"{text}\n").name("prog.py", 1) == name


def test_names_are_numbered_where_lines_have_the_same_words(tmp_path: Path) -> None:
    marks = book(tmp_path, "a = 1\na = 2\na = 3\n", a_2=Mark("a_2", "prog.py", 99))
    assert [marks.name("prog.py", line) for line in (1, 2, 3)] == ["a", "a_3", "a_4"]


def test_an_unknown_or_unreadable_file_has_no_lines(tmp_path: Path) -> None:
    marks = book(tmp_path)
    assert marks.lines("other.py") == []
    (tmp_path / "prog.py").unlink()
    assert marks.lines("prog.py") == []
    assert marks.name("prog.py", 1) is None


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_python_does(tmp_path: Path, newline: str) -> None:
    text = f"\ufeffone{newline}two\x0c{newline}three"
    assert book(tmp_path, text).lines("prog.py") == ["one", "two\x0c", "three"]


WORDS = st.text(st.sampled_from("abcifor_ =()1#"), min_size=1, max_size=25)


@given(program=st.lists(WORDS, min_size=1, max_size=6))
def test_every_name_leads_back_to_its_line(
    tmp_path_factory: pytest.TempPathFactory, program: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("marks")
    marks = book(folder, "\n".join(program))
    names = [marks.name("prog.py", line) for line in range(1, len(program) + 1)]
    given_names = [name for name in names if name is not None]
    assert len(set(given_names)) == len(given_names)
    for line, name in enumerate(names, 1):
        if name is not None:
            file, text = marks.texts[name]
            assert [at for at, one in enumerate(program, 1) if text in one] == [line]
            assert file == "prog.py"
            assert not keyword.iskeyword(name)
            assert not hasattr(builtins, name)
