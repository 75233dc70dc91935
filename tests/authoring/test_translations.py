"""The choices of a prediction that are values, in the translations of a lesson."""

from __future__ import annotations

from pathlib import Path

from authoring.lessons import write_lesson

from pdbcoach.authoring.translations import follow
from pdbcoach.scenario.loader import load

STEPS = """\
  - send: p m
    predict: {ask: How many?, choices: ["4", "5"], answer: "4"}
    expect: "4"
"""
CHINESE = """\
steps:
  - predict:
      ask: 多少？ # a remark stays
      choices: ["4", 五]
"""


def followed(folder: Path, choices: str) -> list[str]:
    path = write_lesson(folder, STEPS)
    path.with_name("lesson.zh.yaml").write_text(CHINESE, encoding="utf-8")
    after = path.read_text().replace('["4", "5"], answer: "4"', choices).replace('expect: "4"', 'expect: "6"')
    return [one.after for one in follow(path, load(path), load(path, text=after))]


def test_a_choice_that_is_written_as_it_was_changes_too(tmp_path: Path) -> None:
    assert followed(tmp_path, '["6", "5"], answer: "6"') == [CHINESE.replace('"4"', '"6"')]


def test_a_choice_in_other_words_stays(tmp_path: Path) -> None:
    assert followed(tmp_path, '["4", "6"], answer: "6"') == []


def test_without_a_change_nothing_is_written(tmp_path: Path) -> None:
    assert followed(tmp_path, '["4", "5"], answer: "4"') == []
