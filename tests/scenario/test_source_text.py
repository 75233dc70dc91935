"""The text of programs, compared with what Python's own linecache and compiler make of them."""

from __future__ import annotations

import ast
import linecache
from pathlib import Path

import pytest
from scenario.author import Author

from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.scenario import source_text

NO_LINE_BREAKS = ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
"""Characters at which ``str.splitlines`` splits, and Python's tokenizer doesn't."""

PROGRAMS = {
    **{f"U+{ord(one):04X}": f"s = '''a{one}b'''\nx = 1\n".encode() for one in NO_LINE_BREAKS},
    "form feed before a line": b"a = 1\n\fx = 1\n",
    "no newline at the end": b"a = 1\nx = 1",
    "CR LF": b"a = 1\r\nx = 1\r\n",
    "CR": b"a = 1\rx = 1\r",
    "empty lines at the end": b"a = 1\nx = 1\n\n\n",
    "empty": b"",
    "byte order mark": "\ufeffa = 'é'\nx = 1\n".encode(),
    "latin-1": "# -*- coding: latin-1 -*-\na = 'é'\nx = 1\n".encode("latin-1"),
    "latin-1 with NEL": "# coding: latin-1\na = 'é\x85'\nx = 1\n".encode("latin-1"),
    "second line": "#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\na = 'да'\nx = 1\n".encode("koi8-r"),
    "shift_jis": "# coding: shift_jis\na = '表'\nx = 1\n".encode("shift_jis"),
    "utf-8 and CR LF": "# coding: utf-8\r\na = 'é'\r\nx = 1\r\n".encode(),
    "the word coding elsewhere": "a = 'coding: latin-1 é'\nx = 1\n".encode(),
}


@pytest.fixture(params=PROGRAMS.values(), ids=PROGRAMS.keys())
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "prog.py"
    path.write_bytes(request.param)
    return path


def test_lines_are_those_that_pdb_lists(program: Path) -> None:
    listed = [line.rstrip("\n") for line in linecache.getlines(str(program))]
    linecache.clearcache()
    assert source_text.lines(source_text.read(program)) == listed


def test_a_text_means_what_the_file_means(program: Path) -> None:
    assert ast.dump(ast.parse(source_text.read(program))) == ast.dump(ast.parse(program.read_bytes()))


@pytest.mark.parametrize(
    "data",
    [
        b"x = '\xff'\n",
        b"# coding: latin-1\n\xef\xbb\xbf",
        b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
        b"# coding: no-such-codec\nx = '\xff'\n",
        b"# coding: rot13\nx = 1\n",
        b"# coding: idna\nx = 1\n",
        b"# coding: hex\nx = 1\n",
        b"# coding: undefined\nx = 1\n",
        b"# coding: utf-8\n\xff = 1\n",
    ],
)
def test_a_broken_program_has_a_text_all_the_same(data: bytes) -> None:
    assert source_text.lines(source_text.decoded(data))


def test_a_slow_codec_is_not_used() -> None:
    data = b"# coding: punycode\nx = 1\n"
    assert source_text.decoded(data) == data.decode()


@pytest.mark.parametrize("character", NO_LINE_BREAKS)
def test_a_mark_below_a_character_that_breaks_no_line_has_the_right_line(
    author: Author, tmp_path: Path, character: str
) -> None:
    (tmp_path / "tally.py").write_text(f"s = '''a{character}b'''\nhere = 1\n", encoding="utf-8")
    assert author.load("marks: {here: here = 1}\n").marks["here"].line == 2


def test_a_mark_is_found_in_the_declared_encoding(author: Author, tmp_path: Path) -> None:
    (tmp_path / "tally.py").write_text("# coding: latin-1\nname = 'Zoë'\n", encoding="latin-1")
    assert author.load("marks: {here: \"'Zoë'\"}\n").marks["here"].line == 2


def test_the_coach_knows_the_functions_of_a_file_in_another_encoding(author: Author, tmp_path: Path) -> None:
    source = "# coding: latin-1\n\f\ndef größe():\n    return 'a\x85b'\n"
    (tmp_path / "tally.py").write_text(source, encoding="latin-1")
    assert SourceOutline.of(author.load()).function_at("tally.py", 4) == "größe"
