from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from scenario.author import HEAD, STEPS, Author

from pdbcoach.errors import Problem, ScenarioError
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import load_misconceptions, misconceptions_of
from pdbcoach.scenario.model import Misconception

LIST = """\
format: 1
misconceptions:
  - id: M01
    title: The arrow has run
    explanation: |
      It has not.
      It is next.
    source: the documentation
  - id: M02
    title: Enter does nothing
    explanation: It repeats.
    source: https://example.org/2
"""

ZH = """\
misconceptions:
  - {id: M02, title: 回车没用, explanation: 它重复上一条命令。}
  - {id: M01, title: 箭头已执行}
"""

ARROW = Misconception("M01", "The arrow has run", "It has not.\nIt is next.", "the documentation")
ENTER = Misconception("M02", "Enter does nothing", "It repeats.", "https://example.org/2")

Problems = Callable[..., list[Problem]]


@pytest.fixture
def problems(tmp_path: Path) -> Problems:
    """Return what is wrong with a list or with its translation."""

    def of(text: str, zh: str = "") -> list[Problem]:
        file = tmp_path / "misconceptions.yaml"
        file.write_text(text)
        if zh:
            file.with_name("misconceptions.zh.yaml").write_text(zh)
        with pytest.raises(ScenarioError) as caught:
            load_misconceptions(file, "zh")
        return list(caught.value.problems)

    return of


def test_misconceptions_keep_their_order(tmp_path: Path) -> None:
    file = tmp_path / "misconceptions.yaml"
    file.write_text(LIST)
    assert list(load_misconceptions(file).items()) == [("M01", ARROW), ("M02", ENTER)]


@pytest.mark.parametrize(
    ("place", "asked"),
    [
        pytest.param("pack", "pack", id="the-packs-own"),
        pytest.param(".", "pack", id="of-all-packs"),
        pytest.param("pack", "pack/demo.yaml", id="of-a-scenario"),
        pytest.param(".", "pack/deep/demo.yaml", id="of-a-scenario-in-a-folder-of-its-pack"),
    ],
)
def test_the_list_is_in_the_pack_or_in_the_folder_above(tmp_path: Path, place: str, asked: str) -> None:
    (tmp_path / "pack" / "deep").mkdir(parents=True)
    (tmp_path / "pack" / "pack.yaml").write_text("")
    (tmp_path / place / "misconceptions.yaml").write_text(LIST)
    assert misconceptions_of(tmp_path / asked)["M01"] == ARROW


def test_the_packs_own_list_comes_first(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    (tmp_path / "misconceptions.yaml").write_text(LIST)
    (tmp_path / "pack" / "misconceptions.yaml").write_text(LIST.replace("M02", "OWN"))
    assert list(misconceptions_of(tmp_path / "pack")) == ["M01", "OWN"]


def test_a_pack_without_a_list_has_no_misconceptions(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    assert misconceptions_of(tmp_path / "pack") == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "cause"),
    [
        ("format: 1\n", "", 1, "a list of misconceptions needs `format`"),
        ("format: 1", "format: 2", 1, "this file needs a newer pdbcoach"),
        ("misconceptions:\n", "misconception:\n", 2, "did you mean `misconceptions`?"),
        ("    title: Enter does nothing\n", "", 9, "a misconception needs `title`"),
        ("title: Enter does nothing", "titel: Enter does nothing", 10, "did you mean `title`?"),
        ("title: Enter does nothing", "title:", 10, "expected a title, found nothing"),
        ("explanation: It repeats.", "explanation: ' '", 11, "is not an explanation"),
        ("    source: https://example.org/2\n", "", 9, "a misconception needs `source`"),
        ("id: M02", "id: M 2", 9, "`M 2` is not the id of a misconception"),
        ("id: M02", "id: M01", 9, "`M01` is there twice; it is already on line 3"),
    ],
)
def test_a_problem_of_the_list_has_its_place(
    problems: Problems, old: str, new: str, line: int, cause: str
) -> None:
    (problem,) = problems(LIST.replace(old, new))
    assert cause in problem.message
    assert (problem.span.file.name, problem.span.line) == ("misconceptions.yaml", line)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("x\n", "expected a mapping (a list of misconceptions), found text"),
        ("- id: M01\n", "expected a mapping (a list of misconceptions), found a list"),
        ("format: 1\nmisconceptions: {M01: x}\n", "expected a list, found a mapping"),
        ("format: 1\nmisconceptions: []\n", "the list is empty"),
        ("format: 1\nmisconceptions: [M01]\n", "expected a mapping (a misconception), found text"),
    ],
)
def test_a_list_of_another_shape_is_rejected(problems: Problems, text: str, cause: str) -> None:
    (problem,) = problems(text)
    assert cause in problem.message


def test_all_problems_of_the_list_are_reported_at_once(problems: Problems) -> None:
    found = problems(LIST.replace("source", "sauce").replace("format: 1\n", ""))
    assert [problem.span.line for problem in found] == [1, 7, 11]


def test_an_overlay_translates_by_id_and_the_rest_falls_back(tmp_path: Path) -> None:
    file = tmp_path / "misconceptions.yaml"
    file.write_text(LIST)
    file.with_name("misconceptions.zh.yaml").write_text(ZH)
    assert misconceptions_of(tmp_path, "zh_CN.UTF-8") == {
        "M01": Misconception("M01", "箭头已执行", ARROW.explanation, ARROW.source),
        "M02": Misconception("M02", "回车没用", "它重复上一条命令。", ENTER.source),
    }
    assert list(misconceptions_of(tmp_path, "zh")) == ["M01", "M02"]
    assert misconceptions_of(tmp_path, "de") == {"M01": ARROW, "M02": ENTER}


@pytest.mark.parametrize(
    ("zh", "line", "cause"),
    [
        ("misconceptions:\n  - {id: M03, title: 错}\n", 2, "did you mean `M0"),
        ("misconceptions:\n  - {id: M01, source: 书}\n", 2, "only `title` and `explanation` are translated"),
        ("misconceptions:\n  - {id: M01}\n  - {id: M01}\n", 3, "`M01` is there twice"),
        ("misconceptions:\n  - {title: 错}\n", 2, "a translated misconception needs `id`"),
        ("format: 1\nmisconceptions:\n  - {id: M01}\n", 1, "unknown key `format`"),
    ],
)
def test_a_problem_of_the_overlay_is_reported(problems: Problems, zh: str, line: int, cause: str) -> None:
    (problem,) = problems(LIST, zh)
    assert cause in problem.message
    assert (problem.span.file.name, problem.span.line) == ("misconceptions.zh.yaml", line)


def scenario(folder: Path, target: str) -> Path:
    return Author(folder).write(HEAD + f"targets: [{target}]\n" + STEPS)


def test_an_unknown_target_is_a_problem(author: Author) -> None:
    author.write(LIST, "misconceptions.yaml")
    assert load(scenario(author.folder, "M02"))[0].targets == ("M02",)
    with pytest.raises(ScenarioError) as caught:
        load(scenario(author.folder, "M0Z"))
    (problem,) = caught.value.problems
    assert re.search(r"`M0Z` is not in .*misconceptions\.yaml; did you mean `M0", problem.message)


def test_a_list_that_has_changed_is_read_again(author: Author) -> None:
    file = author.write(LIST, "misconceptions.yaml")
    path = scenario(author.folder, "NEW")
    with pytest.raises(ScenarioError):
        load(path)
    before = file.stat().st_mtime_ns
    file.write_text(LIST.replace("M02", "NEW"))
    os.utime(file, ns=(before, before + 1_000_000_000))
    assert load(path)


def test_targets_in_a_broken_list_are_a_problem(author: Author) -> None:
    author.write("nonsense\n", "misconceptions.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(scenario(author.folder, "M01"))
    (problem,) = caught.value.problems
    assert problem.span.file.name == "demo.yaml"
    assert re.search(r"cannot be looked up; .*misconceptions\.yaml:1:1: expected a mapping", problem.message)
