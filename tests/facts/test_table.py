from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.errors import Span
from pdbcoach.facts.table import ExpectedBreakpoint, compare_tables
from pdbcoach.observation import Breakpoint

SCRIPT = "tally.py"


def row(line: int, file: str = SCRIPT, **changes: Any) -> Breakpoint:
    attributes = {"temporary": False, "enabled": True, "condition": None, "ignore": 0, "hits": 0}
    return Breakpoint(1, file, line, **(attributes | changes))


def want(line: int, file: str | None = None, **changes: Any) -> ExpectedBreakpoint:
    return ExpectedBreakpoint(Span(Path("x.yaml"), 1, 1), line, file, **changes)


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param([], [], id="none"),
        pytest.param([want(5)], [row(5, hits=3, ignore=1)], id="only-what-is-given-counts"),
        pytest.param([want(5), want(6)], [row(6), row(5)], id="order-does-not-count"),
        pytest.param([want(5)], [row(5, "/w/tally.py")], id="script"),
        pytest.param([want(5, "stock.py")], [row(5, "stock.py")], id="another-file"),
        pytest.param([want(5, temporary=True)], [row(5, temporary=True)], id="temporary"),
        pytest.param([want(5, enabled=False)], [row(5, enabled=False)], id="disabled"),
        pytest.param([want(5, condition="x > 1")], [row(5, condition="x > 1")], id="condition"),
        pytest.param([want(5, condition="")], [row(5)], id="no-condition"),
        pytest.param([want(5, ignore=2, hits=1)], [row(5, ignore=2, hits=1)], id="counts"),
        pytest.param(
            [want(5), want(5, temporary=True)], [row(5, temporary=True), row(5)], id="a-vague-row-gives-way"
        ),
        pytest.param([want(5), want(5)], [row(5), row(5, temporary=True)], id="equal-rows"),
    ],
)
def test_equal_tables(expected: list[ExpectedBreakpoint], actual: list[Breakpoint]) -> None:
    assert compare_tables(expected, actual, SCRIPT) is None


@pytest.mark.parametrize(
    ("expected", "actual", "texts"),
    [
        pytest.param([want(5)], [], ("5", "none"), id="missing"),
        pytest.param([], [row(5)], ("none", "5"), id="too-many"),
        pytest.param([want(5), want(5)], [row(5)], ("5, 5", "5"), id="one-for-two"),
        pytest.param([want(5)], [row(6)], ("5", "6"), id="line"),
        pytest.param([want(5)], [row(5, "stock.py")], ("5", "stock.py:5"), id="file"),
        pytest.param([want(5, SCRIPT)], [row(6)], ("5", "6"), id="script-by-its-name"),
        pytest.param(
            [want(13, "stock.py", temporary=True), want(40), want(5)],
            [row(13, "stock.py", hits=2), row(5, condition="x", ignore=2), row(7, enabled=False)],
            ("5, 40, stock.py:13 (temporary)", "5 (if x, ignore 2), 7 (disabled), stock.py:13"),
            id="sorted",
        ),
        pytest.param(
            [want(5, hits=2), want(6, enabled=True, temporary=False, condition="", ignore=0)],
            [row(5, hits=1), row(6, temporary=True)],
            (
                "5 (2 hits), 6 (not temporary, enabled, no condition, ignore 0)",
                "5 (1 hit), 6 (temporary, 0 hits)",
            ),
            id="attributes",
        ),
    ],
)
def test_tables_that_differ(
    expected: list[ExpectedBreakpoint], actual: list[Breakpoint], texts: tuple[str, str]
) -> None:
    assert compare_tables(expected, actual, SCRIPT) == texts


def test_a_row_matches_any_file_if_there_is_no_script() -> None:
    assert compare_tables([want(5)], [row(5, "a.py")], None) is None
    assert compare_tables([want(5)], [row(6, "a.py")], None) == ("5", "a.py:6")


FLAGS = st.tuples(st.booleans(), st.booleans())


@given(st.lists(FLAGS, max_size=6), st.randoms(use_true_random=False), st.data())
def test_a_shuffled_and_shortened_table_still_matches(
    flags: list[tuple[bool, bool]], random: Any, data: st.DataObject
) -> None:
    actual = [row(5, temporary=temporary, enabled=enabled) for temporary, enabled in flags]
    expected = [
        want(
            5,
            temporary=data.draw(st.sampled_from([None, temporary])),
            enabled=data.draw(st.sampled_from([None, enabled])),
        )
        for temporary, enabled in flags
    ]
    random.shuffle(expected)
    assert compare_tables(expected, actual, SCRIPT) is None
