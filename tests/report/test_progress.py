from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from progress.learner import NOON, attempt, day

from pdbcoach.progress.records import AttemptRecord, LessonState
from pdbcoach.report.progress import Overview, as_json, draw, merged, overview
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.model import Misconception, Pack

Make = Callable[..., tuple[Screen, Any]]

BASICS = Pack(Path("basics"), "basics", "Command basics", ("one", "two", "three"))
HUNTS = Pack(Path("hunts"), "hunts", "Bug hunts", ("tabs",))
EMPTY = Pack(Path("new"), "new", "Nothing yet", ())
ARROW = Misconception("M01", "The `->` line has already run", "It has not.", "https://example.org")


def finished(*names: str) -> list[LessonState]:
    return [LessonState(name, "task", finished=NOON) for name in names]


def seen(
    attempts: Sequence[AttemptRecord] = (),
    lessons: Sequence[LessonState] = (),
    packs: Sequence[Pack] = (BASICS, HUNTS),
    *,
    on: float = 0,
) -> Overview:
    return overview(attempts, lessons, packs, {"M01": ARROW}, day(on))


def drawn(those: Overview) -> list[str]:
    file = io.StringIO()
    draw(Screen(file), those)
    return file.getvalue().splitlines()


LEARNED = [
    attempt(commands=("next",), misconceptions=("M01",)),
    attempt(day(3), commands=("next",)),
    attempt(day(10), commands=("next",)),
    attempt(day(9), commands=("step",)),
    attempt(day(8), commands=("until",), verdict="miss"),
]


def test_progress_has_bars_and_ends_with_what_is_due() -> None:
    assert drawn(seen(LEARNED, finished("basics/one", "hunts/tabs"), on=10)) == [
        "Commands",
        "  until  ............  box 1 of 4  due now",
        "  step   ####........  box 2 of 4  due in 2 days",
        "  next   ############  box 4 of 4  due in 21 days",
        "",
        "Misconceptions",
        "  M01  ####........  box 2 of 4  due now  The `->` line has already run",
        "",
        "Lessons finished",
        "  basics  ####........  1/3    Command basics",
        "  hunts   ############  1/1    Bug hunts",
        "",
        "Due now: M01, until. `pdbcoach review` brings them back.",
    ]


def test_without_attempts_the_first_lesson_is_suggested() -> None:
    assert drawn(seen(packs=[EMPTY])) == [
        "Lessons finished",
        "  new  ............  0/0    Nothing yet",
        "",
        "You haven't practised anything yet. `pdbcoach practice` starts the first lesson.",
    ]


class TestWhatIsNext:
    def test_a_topic_due_tomorrow_has_its_date(self) -> None:
        those = [attempt(verdict="miss"), attempt(commands=("step",))]
        assert drawn(seen(those))[-1] == "Next due on 2025-03-02: next."

    def test_a_topic_due_later_has_its_date(self) -> None:
        assert drawn(seen([attempt()]))[-1] == "Next due on 2025-03-04: next."

    def test_a_long_list_of_due_topics_is_cut(self) -> None:
        those = [attempt(commands=tuple("gfedcba"))]
        assert drawn(seen(those, on=3))[-1].startswith("Due now: a, b, c, d, e and 2 more.")


class TestPacks:
    def test_a_variant_is_not_the_whole_lesson(self) -> None:
        those = finished("hunts/tabs[by-hand]", "basics/two", "mine/x[quit]")
        assert [(pack.id, pack.finished) for pack in seen((), those).packs] == [("basics", 1), ("hunts", 0)]

    def test_a_lesson_that_is_no_longer_in_its_pack_does_not_count(self) -> None:
        assert seen((), finished("basics/gone")).packs[0].finished == 0

    def test_an_unfinished_lesson_does_not_count(self) -> None:
        assert seen((), [LessonState("basics/one", "guided")]).packs[0].finished == 0

    def test_packs_that_are_not_installed_are_listed(self) -> None:
        assert drawn(seen((), finished("mine/x", "mine/y", "alone")))[3:5] == [
            "  (not in a pack)                1",
            "  mine                           2",
        ]


@pytest.mark.parametrize("color", [pytest.param(True, id="colour"), pytest.param(False, id="plain")])
def test_lines_fit_a_terminal_of_80_columns(terminal: Make, color: bool) -> None:
    long = Misconception(
        "M02", "A belief that takes so many words that no line has room for all of them", "", ""
    )
    those = [attempt(commands=("exceptions",), misconceptions=("M01", "M02"))]
    screen, file = terminal(80, color=color)
    draw(screen, overview(those, [], [BASICS], {"M01": ARROW, "M02": long}, day(0)))
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= 80
    assert "  exceptions  ████░░░░░░░░  box 2 of 4  due in 3 days\n" in text
    assert "The `->` line has already run\n" in text
    assert " ".join(text.split()).count(long.title) == 1


def test_colour_adds_no_information(terminal: Make) -> None:
    known = seen(LEARNED, finished("hunts/tabs"), on=10)
    (plain, plain_file), (colour, colour_file) = terminal(80, color=False), terminal(80, color=True)
    draw(plain, known)
    draw(colour, known)
    assert "\x1b[32m" in colour_file.getvalue()
    without = colour_file.getvalue()
    for code in ("\x1b[32m", "\x1b[1m", "\x1b[0m"):
        without = without.replace(code, "")
    assert without == plain_file.getvalue()


def test_names_cannot_control_the_terminal() -> None:
    hostile = "\x1b[2J"
    those = [attempt(commands=(hostile,), misconceptions=(hostile,))]
    pack = Pack(Path("x"), hostile, hostile, ("one",))
    text = "".join(drawn(seen(those, finished(f"{hostile}2/one"), [pack], on=9)))
    assert text.isprintable()
    assert r"\x1b[2J" in text


def test_json_has_what_is_drawn_and_its_counts() -> None:
    known = seen(LEARNED, finished("basics/one", "alone"), on=10)
    content = json.loads(as_json(known))
    assert content["version"] == 1
    assert (content["today"], content["next_due"], content["boxes"]) == ("2025-03-11", "2025-03-04", 4)
    assert content["commands"][0] == {
        "name": "until",
        "box": 1,
        "due": "2025-03-10",
        "last": "2025-03-09T12:00:00+00:00",
        "right": 0,
        "wrong": 1,
    }
    assert [one["name"] for one in content["commands"]] == ["until", "step", "next"]
    assert [(one["name"], one["title"]) for one in content["misconceptions"]] == [("M01", ARROW.title)]
    assert content["packs"] == [
        {"id": "basics", "title": "Command basics", "finished": 1, "lessons": 3},
        {"id": "hunts", "title": "Bug hunts", "finished": 0, "lessons": 1},
        {"id": None, "title": "", "finished": 1, "lessons": None},
    ]


def test_json_without_attempts_has_no_due_date() -> None:
    assert json.loads(as_json(seen()))["next_due"] is None


@pytest.mark.parametrize(
    ("attempts", "lessons", "said"),
    [
        pytest.param(0, 0, "nothing new: all of it was known", id="nothing"),
        pytest.param(1, 0, "new: 1 attempt; what is known of 0 lessons has changed", id="attempt"),
        pytest.param(12, 2, "new: 12 attempts; what is known of 2 lessons has changed", id="both"),
    ],
)
def test_an_import_is_summarised(attempts: int, lessons: int, said: str) -> None:
    assert merged(attempts, lessons) == said


def test_a_bar_is_full_only_if_all_lessons_are_finished() -> None:
    many = Pack(Path("m"), "many", "", tuple(f"x{number}" for number in range(100)))
    almost = finished(*(f"many/x{number}" for number in range(99)))
    assert drawn(seen((), almost, [many]))[1] == "  many  ###########.  99/100"
    assert drawn(seen((), [*almost, *finished("many/x99")], [many]))[1] == "  many  ############  100/100"


def test_a_day_is_that_of_the_learner() -> None:
    late = NOON + timedelta(hours=15)  # three in the morning belongs to the day before
    assert overview([], [], [], {}, late).today == NOON.date()
