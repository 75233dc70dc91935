"""Texts that quote a value which has changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.lessons import write_lesson

from pdbcoach.authoring.quotes import changed_values, quotes
from pdbcoach.scenario.loader import load

STEPS = """\
  - send: p m
    expect: "{value}"
    say: It prints **4**.
    ask: Print `m`.
    why: "`m` is `4`, not `8`."
    wrong:
      - {{when: {{line: 3}}, say: "You saw `4`."}}
"""


def changes(folder: Path, old: str, new: str) -> dict[str, str]:
    path = write_lesson(folder, STEPS.format(value=old))
    return changed_values(load(path), load(path, text=path.read_text().replace(old, new, 1)), "3.13.0")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        pytest.param("5", "6", {"5": "6"}, id="a-value"),
        pytest.param("(5, 6)", "(5, 7)", {"(5, 6)": "(5, 7)", "6": "7"}, id="an-element"),
        pytest.param("[5, 6]", "[5]", {"[5, 6]": "[5]", "6": "gone"}, id="an-element-less"),
        pytest.param("5", "5", {}, id="nothing"),
    ],
)
def test_a_change_is_one_of_the_whole_and_of_its_elements(
    tmp_path: Path, old: str, new: str, changed: dict[str, str]
) -> None:
    assert changes(tmp_path, old, new) == changed


def test_texts_that_quote_the_old_value_are_found_with_their_lines(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, STEPS.format(value="4"))
    found = list(quotes(path, path.read_text(), {"4": "9"}))
    assert [one.span.line for one in found] == [7, 9, 11]
    assert str(found[0]) == f"{path}:7: this text quotes `4`, which is `9` now"


def test_translations_are_read_as_well(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, STEPS.format(value="4"))
    chinese = path.with_name("lesson.zh.yaml")
    chinese.write_text("steps:\n  - why: 是 `4`。\n", encoding="utf-8")
    assert [one.span.file for one in quotes(path, path.read_text(), {"4": "9"})][-1] == chinese


def test_a_translation_that_cannot_be_read_is_left_to_check(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, STEPS.format(value="4"))
    path.with_name("lesson.zh.yaml").write_text("steps: [", encoding="utf-8")
    assert len(list(quotes(path, path.read_text(), {"4": "9"}))) == 3


def test_what_is_no_text_for_people_is_not_read(tmp_path: Path) -> None:
    path = write_lesson(tmp_path, '  - send: p "`4`"\n    expect: "**4**"\n')
    assert list(quotes(path, path.read_text(), {"4": "9"})) == []
