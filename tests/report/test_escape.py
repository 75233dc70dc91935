from __future__ import annotations

import pytest

from pdbcoach.report.escape import lines, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("plain -> text", "plain -> text", id="plain"),
        pytest.param("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", id="colour"),
        pytest.param("\x1b]0;title\x07", r"\x1b]0;title\x07", id="title"),
        pytest.param("a\x00b\x7fc", r"a\x00b\x7fc", id="nul-and-del"),
        pytest.param("\x9b2J", r"\x9b2J", id="c1-control-sequence-introducer"),
        pytest.param("over\rwritten", r"over\x0dwritten", id="carriage-return"),
        pytest.param("\u202edesrever", r"\u202edesrever", id="right-to-left-override"),
        pytest.param("zero\u200bwidth", r"zero\u200bwidth", id="zero-width"),
        pytest.param("a\u2028b", r"a\u2028b", id="line-separator"),
        pytest.param("\udcff", r"\udcff", id="lone-surrogate"),
        pytest.param("\U000e0001", r"\U000e0001", id="tag"),
        pytest.param("子进程 é ✓ 🐍", "子进程 é ✓ 🐍", id="other-scripts-stay"),
        pytest.param("a\u3000b\u00a0c", "a\u3000b\u00a0c", id="blanks-stay"),
        pytest.param("a\tb", "a       b", id="tab"),
        pytest.param("one\ntwo", "one\ntwo", id="newline-stays"),
    ],
)
def test_invisible_characters_are_escaped(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("one\r\ntwo\r\n", ["one", "two"], id="terminal-newlines"),
        pytest.param("one\n\n", ["one", ""], id="empty-last-line"),
        pytest.param("torn", ["torn"], id="no-newline"),
        pytest.param("\n", [""], id="one-empty-line"),
    ],
)
def test_output_is_split_into_visible_lines(output: str, expected: list[str]) -> None:
    assert lines(output) == expected
