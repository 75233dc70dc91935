"""Wrong variants of what an author expects: each differs in one thing, and none may still be right."""

from __future__ import annotations

from pathlib import Path

import fabricated as made
import pytest
from authoring.lessons import write_lesson

from pdbcoach.authoring.wrong import wrong_answers, wrong_expects, wrong_facts
from pdbcoach.matching import transcript
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Expect, Predict, Step

OUTPUT = "one\ntwo 2\nthree"
EXPECTS = {
    "lines": "      - |\n        one\n        two 2\n        three\n",
    "patterns": "      - |\n        one\n        two [..]\n        ...\n",
    "regular-expression": "      - {re: 'one\\n.*\\nthree'}\n",
    "any-order": "      - any_order: [three, one, two 2]\n",
    "for-a-python": "      - {python: '>=3.11', then: \"one\\ntwo 2\\nthree\"}\n",
}


def step(folder: Path, keys: str) -> Step:
    return load(write_lesson(folder, f"  - send: n\n{keys}"))[0].steps[0]


def matches(expect: Expect, output: str) -> bool:
    return isinstance(transcript.match(expect, output, {}, "3.13.0"), transcript.Matched)


@pytest.mark.parametrize("written", EXPECTS.values(), ids=EXPECTS.keys())
def test_no_wrong_expectation_matches_what_came(tmp_path: Path, written: str) -> None:
    expect = step(tmp_path, f"    expect:\n{written}").expect
    assert expect is not None
    assert matches(expect, OUTPUT)
    wrong = list(wrong_expects(expect, "3.13.0"))
    assert wrong
    assert [line for line, _, other in wrong if matches(other, OUTPUT)] == []
    assert all(other != expect for _, _, other in wrong)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("      - ...\n", id="any-lines"),
        pytest.param("      - optional: [one]\n", id="optional"),
        pytest.param("      - not: one\n", id="must-not-occur"),
        pytest.param("      - {python: '<3.10', then: one}\n", id="another-python"),
    ],
)
def test_what_may_make_no_difference_has_no_wrong_variant(tmp_path: Path, written: str) -> None:
    expect = step(tmp_path, f"    expect:\n{written}").expect
    assert expect is not None
    assert list(wrong_expects(expect, "3.13.0")) == []


def test_no_output_has_some_output_for_its_wrong_variant(tmp_path: Path) -> None:
    expect = step(tmp_path, '    expect: ""\n').expect
    assert expect is not None
    ((line, _, other),) = wrong_expects(expect, "3.13.0")
    assert line == "(nothing)"
    assert not matches(other, "")


def test_each_part_of_a_fact_is_wrong_once(tmp_path: Path) -> None:
    facts = step(tmp_path, "    at: {line: 2, function: double, depth: 2}\n    values: {n: '4'}\n").facts
    found = {what: other for what, _, other in wrong_facts(facts)}
    assert {"at.line", "at.function", "at.depth", "values.n"} <= set(found)
    assert all(other != facts for other in found.values())
    assert len(set(map(repr, found.values()))) == len(found)


def question(answer: str, *choices: str) -> Predict:
    return Predict(made.span(), "What comes?", answer, choices)


class TestAnswers:
    def test_other_values_of_the_same_kind_are_wrong_answers(self) -> None:
        texts = {"expect.0": "(4, 'a', 7)"}
        found = [what for what, _ in wrong_answers(question("4"), texts, "3.13.0")]
        assert found == ["answer `7`"]

    def test_the_other_choices_are_wrong_answers(self) -> None:
        found = [what for what, _ in wrong_answers(question("4", "4", "5"), {"returns": "4"}, "3.13.0")]
        assert found == ["answer `5`"]

    def test_another_spelling_of_the_value_is_no_wrong_answer(self) -> None:
        found = [
            what for what, _ in wrong_answers(question("'a'", '"a"', "'b'"), {"returns": "'a'"}, "3.13.0")
        ]
        assert found == ["answer `'b'`"]

    def test_words_say_nothing_about_values(self) -> None:
        assert list(wrong_answers(question("yes", "yes", "no"), {"returns": "4"}, "3.13.0")) == []

    def test_what_the_answer_rests_on_is_made_wrong(self, tmp_path: Path) -> None:
        asked = "{ask: Where?, choices: [here, there], answer: here, when: {line: 2}}"
        keys = f"    predict: {asked}\n    at: {{line: 2}}\n"
        predict = step(tmp_path, keys).prose.predict
        assert predict is not None
        found = list(wrong_answers(predict, {}, "3.13.0"))
        assert found
        assert all(other.answer == "here" and other.when != predict.when for _, other in found)
