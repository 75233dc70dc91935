from __future__ import annotations

import pytest

from pdbcoach.pdb.literals import elements, kind, same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        pytest.param("[1, 2]", "[1,2]", True, id="equal values"),
        pytest.param("'a'", '"a"', True, id="quotes"),
        pytest.param("Line 7 ", "line 7", True, id="equal words"),
        pytest.param("1", "'1'", False, id="a number is no text"),
        pytest.param("1", "True", False, id="a number is no truth value"),
        pytest.param("7", "8", False, id="other values"),
        pytest.param("(" * 500, "7", False, id="what Python cannot read"),
    ],
)
def test_answers_are_equal_by_value_or_as_text(one: str, other: str, is_same: bool) -> None:
    assert same(one, other) is is_same
    assert same(other, one) is is_same


@pytest.mark.parametrize(
    ("text", "found"),
    [("7", float), ("7.5", float), ("None", type(None)), ("'no'", str), ("no", None), ("line 7", None)],
)
def test_words_are_no_value(text: str, found: type | None) -> None:
    assert kind(text) == found


def test_a_list_has_elements_and_a_number_none() -> None:
    assert (list(elements("(4, 'a')")), list(elements("4"))) == (["4", "'a'"], [])
