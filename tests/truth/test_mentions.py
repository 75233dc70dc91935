"""Numbers and values of the author's, on a road where they are not so."""

from __future__ import annotations

import coached as made
import pytest

from pdbcoach.truth.mentions import differing, literal
from pdbcoach.truth.tries import Heard

OWN = made.views(made.stop(5, breakpoints=(made.row(1, 9),), local_values={"bonus": "0", "ticks": "[1, 2]"}))
SAME = OWN
OTHER = made.views(
    made.stop(5, breakpoints=(made.row(1, 7), made.row(2, 9)), local_values={"bonus": "4", "ticks": "[3]"})
)


@pytest.mark.parametrize(
    ("sentence", "rule", "observed"),
    [
        pytest.param("It has number 1.", "number", "it is number 2", id="number"),
        pytest.param("Delete it: `clear 1`.", "number", "it is number 2", id="command"),
        pytest.param("So `bonus` has its default, 0.", "value", "`bonus` is 4", id="named-value"),
        pytest.param("Nothing but `[1, 2]` was passed.", "value", "`ticks` is [3]", id="unnamed-value"),
    ],
)
def test_what_is_so_only_on_the_own_road_is_found(sentence: str, rule: str, observed: str) -> None:
    (found,) = differing(sentence, "main", [OTHER], [OWN])
    assert (found.rule, found.observed) == (rule, observed)
    assert not list(differing(sentence, "main", [SAME], [OWN]))


@pytest.mark.parametrize("sentence", ["Is `bonus` 0?", "`bonus` is on line 0.", "`p bonus` prints it."])
def test_a_sentence_that_claims_no_value_is_let_pass(sentence: str) -> None:
    assert not list(differing(sentence, "main", [OTHER], [OWN]))


def test_a_sentence_with_a_placeholder_is_not_literal() -> None:
    own = (Heard("why", "It has number 1. The program hasn't moved."),)
    assert list(literal("It has number 2. The program hasn't moved.", own)) == ["The program hasn't moved."]
