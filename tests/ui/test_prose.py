from __future__ import annotations

import pytest

from pdbcoach.ui.prose import passages


def shown(markdown: str) -> list[tuple[str, list[str]]]:
    return [(one.first, [line.plain for line in one.lines]) for one in passages(markdown)]


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        pytest.param("One.\n\nTwo.", [("", ["One."]), ("", ["Two."])], id="paragraphs"),
        pytest.param("One\ntwo.", [("", ["One two."])], id="a line that goes on"),
        pytest.param("One  \ntwo.", [("", ["One", "two."])], id="a hard break"),
        pytest.param("* a\n* b", [("* ", ["a"]), ("* ", ["b"])], id="a list"),
        pytest.param("3. a\n4. b", [("3. ", ["a"]), ("4. ", ["b"])], id="numbers from where they begin"),
        pytest.param("* a\n\n  b", [("* ", ["a"]), ("  ", ["b"])], id="two paragraphs of an item"),
        pytest.param("* a\n  * b\n* c", [("* ", ["a"]), ("  * ", ["b"]), ("* ", ["c"])], id="in a list"),
        pytest.param("1. a\n   * b", [("1. ", ["a"]), ("   * ", ["b"])], id="under a number"),
        pytest.param("```\na = 1\n  b\n```", [("    ", ["a = 1", "  b"])], id="code"),
        pytest.param("* a\n\n      code", [("* ", ["a"]), ("      ", ["code"])], id="code of an item"),
        pytest.param("Type `n`.", [("", ["Type `n`."])], id="backquotes stay"),
        pytest.param("**Now** *here*", [("", ["Now here"])], id="marks of weight go"),
        pytest.param("<b>x</b> &amp;", [("", ["<b>x</b> &amp;"])], id="no HTML"),
        pytest.param("[a](b)", [("", ["[a](b)"])], id="no links"),
        pytest.param("", [], id="nothing"),
    ],
)  # fmt: skip
def test_markdown_becomes_lines(markdown: str, lines: list[tuple[str, list[str]]]) -> None:
    assert shown(markdown) == lines


@pytest.mark.parametrize(
    ("markdown", "style"),
    [("`n`", "bold"), ("**n**", "bold"), ("*n*", "italic"), ("***n***", "italic bold")],
)
def test_words_are_set_off_by_weight_not_by_colour(markdown: str, style: str) -> None:
    (one,) = passages(markdown)
    assert [str(span.style) for span in one.lines[0].spans] == [style]


@pytest.mark.parametrize(("markdown", "wraps"), [("a b", True), ("* a", True), ("```\na\n```", False)])
def test_only_code_stays_as_it_is(markdown: str, wraps: bool) -> None:
    (one,) = passages(markdown)
    assert one.wraps is wraps


@pytest.mark.parametrize("markdown", ["a\x1b[2Jb", "`a\x1b[2Jb`", "```\na\x1b[2Jb\n```"])
def test_controls_of_the_terminal_are_shown_and_not_obeyed(markdown: str) -> None:
    (one,) = passages(markdown)
    assert "\x1b" not in one.lines[0].plain
    assert "[2J" in one.lines[0].plain
