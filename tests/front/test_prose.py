"""The Markdown of lessons, as paragraphs of lines."""

from __future__ import annotations

import io

import pytest

from pdbcoach.coach.message import Message
from pdbcoach.front.prose import paragraphs
from pdbcoach.front.screen import InteractiveScreen
from pdbcoach.report.screen import Screen


def drawn(markdown: str, tone: str = "prose") -> str:
    file = io.StringIO()
    InteractiveScreen(Screen(file, color=False)).say(Message(tone, markdown))  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("One\nline.", "One line.\n", id="a-paragraph"),
        pytest.param("One.\n\nTwo.", "One.\n\nTwo.\n", id="two-paragraphs"),
        pytest.param("Hard  \nbreak", "Hard\nbreak\n", id="a-hard-break"),
        pytest.param("`p x` and *more* **now**", "`p x` and more now\n", id="set-off"),
        pytest.param("A:\n\n    x = 1\n      y\n", "A:\n\n    x = 1\n      y\n", id="code"),
        pytest.param("```python\nx = 1\n```", "    x = 1\n", id="a-fence"),
        pytest.param("A list:\n\n* one\n* two", "A list:\n* one\n* two\n", id="a-list"),
        pytest.param("1. one\n2. two", "1. one\n2. two\n", id="numbers"),
        pytest.param("* one\n  * inner\n* two", "* one\n  * inner\n* two\n", id="a-list-in-a-list"),
        pytest.param("<b> & [a](b) ![c](d)", "<b> & [a](b) ![c](d)\n", id="what-means-nothing-here"),
        pytest.param("a\x1b[31mb", "a\\x1b[31mb\n", id="controls"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_markdown_is_drawn_as_plain_lines(markdown: str, expected: str) -> None:
    assert drawn(markdown) == expected


def test_later_lines_are_indented_like_the_first() -> None:
    assert drawn("One.\n\nTwo:\n\n* three", "good") == "ok One.\n\n   Two:\n   * three\n"


def test_code_does_not_wrap() -> None:
    (paragraph,) = paragraphs("    x = 1\n    y = 2\n")
    assert not paragraph.wraps
    assert [line.plain for line in paragraph.lines] == ["x = 1", "y = 2"]
