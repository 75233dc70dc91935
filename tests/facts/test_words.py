from __future__ import annotations

import pytest
from coached import place

from pdbcoach.coach.source_outline import MODULE
from pdbcoach.facts import At as Place
from pdbcoach.facts.words import place_text, sort_text
from pdbcoach.pdb.words import EventName


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (place(5), "line 5"),
        (place(5, file="tally.py"), "line 5"),
        (place(5, file="stock.py"), "line 5 of stock.py"),
        (place(5, function="f"), "line 5, in `f`"),
        (place(5, function=MODULE), "line 5"),
        (place(5, event="line"), "line 5"),
        (place(5, event="call", function="f"), "line 5, in `f`, where the call starts"),
        (place(5, event="return"), "line 5, where it returns"),
        (place(5, event="exception"), "line 5, where the exception is raised"),
        (place(5, event="post-mortem"), "line 5, after the crash"),
        (place(event="call", function="f"), "the start of a call of `f`"),
        (place(event="return", function="f"), "where `f` returns"),
        (place(event="exception", function="f"), "a stop where an exception was raised"),
        (place(event="post-mortem"), "a post-mortem stop, after a crash"),
        (place(function="f"), "a stop in `f`"),
        (place(function="f", event="line"), "a stop in `f`"),
        (place(function=MODULE), "the module level"),
        (place(function=MODULE, file="stock.py"), "the module level of stock.py"),
        (place(file="stock.py"), "a stop in stock.py"),
        (place(event="return"), "the end of a call, where it returns"),
        (place(), "another stop"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_a_place_is_described(where: Place, said: str) -> None:
    assert place_text(where, "/work/tally.py") == said


def test_a_file_is_named_if_the_reader_is_not_looking_at_it() -> None:
    assert place_text(place(5, file="tally.py")) == "line 5 of tally.py"


def test_every_kind_of_stop_has_its_own_words() -> None:
    events: tuple[EventName, ...] = ("line", "call", "return", "exception", "post-mortem")
    assert len({sort_text(event) for event in events}) == len(events)
