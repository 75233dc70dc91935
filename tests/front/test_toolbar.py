"""The toolbar below the prompt."""

from __future__ import annotations

import pytest

from pdbcoach.front.editor import toolbar
from pdbcoach.front.reader import Ask

WORDS = (":hint", ":quit", ":help")


@pytest.mark.parametrize(
    ("ask", "width", "expected"),
    [
        pytest.param(Ask("", words=WORDS), 80, " :hint  :quit  :help", id="words"),
        pytest.param(Ask("", words=WORDS), 19, " :hint  :quit", id="as-many-as-fit"),
        pytest.param(
            Ask("", enter="Enter skips", words=WORDS), 80, " Enter skips  :hint  :quit  :help", id="enter"
        ),
        pytest.param(
            Ask("", enter="Enter " + "x" * 80, words=WORDS), 80, " :hint  :quit  :help", id="too-long"
        ),
        pytest.param(Ask("", enter="回车跳过", words=WORDS), 16, " 回车跳过  :hint", id="wide-characters"),
        pytest.param(
            Ask("", running=True, words=WORDS), 40, " Ctrl-C stops the program  :hint  :quit", id="running"
        ),
        pytest.param(Ask("", running=True, enter="Enter skips", words=WORDS), 5, "", id="no-room"),
        pytest.param(Ask(""), 80, "", id="nothing"),
    ],
)
def test_the_toolbar_has_what_fits(ask: Ask, width: int, expected: str) -> None:
    assert toolbar(ask, width) == expected
