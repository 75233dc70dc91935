from __future__ import annotations

from pathlib import Path

import pytest
from lessons import lesson_of
from msgspec.structs import replace

from pdbcoach.coach.lesson import Lesson, begin
from pdbcoach.coach.message import Message
from pdbcoach.coach.recap import ending, other_road, own_road, score, used


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return begin(
        lesson_of(tmp_path, extra="outro: That was it.\nteaches: [return, step]\n"), "task", "3.13.0"
    )


def one_line(folder: Path, line: str) -> Lesson:
    """A lesson whose own road is this line."""
    return begin(lesson_of(folder, f"  - send: '{line}'\n    at: {{line: 8}}\n"), "task", "3.13.0")


@pytest.mark.parametrize(
    ("commands", "text"),
    [
        (0, "0 commands that move or change something; par is 5. Looking is free."),
        (1, "1 command that moves or changes something; par is 5. Looking is free."),
        (6, "6 commands that move or change something; par is 5. Looking is free."),
    ],
)
def test_the_score_counts_without_a_grade(lesson: Lesson, commands: int, text: str) -> None:
    assert score(replace(lesson, commands=commands)) == text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        pytest.param(
            (), "You typed no command. This lesson is also about `r` (*return*), `s` (*step*).", id="none"
        ),
        pytest.param(
            ("break", "tbreak", "return"),
            "You used `b` (*break*), `tbreak`, `r` (*return*). This lesson is also about `s` (*step*).",
            id="some",
        ),
        pytest.param(("return", "step"), "You used `r` (*return*), `s` (*step*).", id="all"),
        pytest.param(
            ("return", "step", "exec", ";;"), "You used `r` (*return*), `s` (*step*).", id="Python is none"
        ),
    ],
)
def test_the_recap_names_the_commands_used_and_those_left(
    lesson: Lesson, names: tuple[str, ...], text: str
) -> None:
    assert used(replace(lesson, used=names)) == text


def test_the_scenarios_own_way_leaves_out_looking_lines(lesson: Lesson) -> None:
    assert own_road(lesson.scenario) == ["b 9", "c", "s", "r", "q"]


class TestAnotherWay:
    @pytest.mark.parametrize(
        "road",
        [
            pytest.param(("n", "n", "s"), id="other commands"),
            pytest.param(("c", "b 9", "s", "r"), id="another order"),
        ],
    )
    def test_after_another_way_it_is_the_scenarios_own(self, lesson: Lesson, road: tuple[str, ...]) -> None:
        assert other_road(replace(lesson, road=road)) == "Another way: `b 9` `c` `s` `r` `q`"

    def test_after_the_scenarios_own_way_it_is_another_command(self, lesson: Lesson) -> None:
        own = replace(lesson, road=("break 9", "c", "s", "r"), instead="Instead of `s`, ...")
        assert other_road(own) == "Instead of `s`, ..."
        assert other_road(replace(own, instead="")) is None

    def test_for_somebody_who_only_watched_there_is_none(self, lesson: Lesson) -> None:
        assert other_road(replace(lesson, instead="Instead of `s`, ...")) is None


class TestEnding:
    def test_the_ending_has_outro_score_another_way_and_recap(self, lesson: Lesson) -> None:
        typed = replace(lesson, road=("n",), used=("next",))
        outro, *notes = ending(typed)
        road = other_road(typed)
        assert outro == Message("prose", "That was it.")
        assert notes == [
            Message("note", score(typed)),
            Message("note", road),
            Message("note", used(typed)),
        ]

    def test_an_ending_after_only_watching_has_no_list_of_commands(self, tmp_path: Path) -> None:
        assert len(ending(one_line(tmp_path, "!a = 3"))) == 1

    def test_a_demonstration_has_no_score(self, lesson: Lesson) -> None:
        demo = replace(lesson, scenario=replace(lesson.scenario, grade="demo"))
        assert ending(demo) == (Message("prose", "That was it."),)
