from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fabricated import step
from lessons import lesson_of
from msgspec.structs import replace
from progress.learner import attempt

from pdbcoach.coach.course import Entry
from pdbcoach.coach.lesson import Lesson, begin
from pdbcoach.front.book import Book, commands_of
from pdbcoach.progress.records import LessonState, Position, Score, Stage
from pdbcoach.progress.store import Store
from pdbcoach.route import Typed
from pdbcoach.scenario.model import Key, Pack, Step

PACK = Pack(Path("/packs/basics"), "basics", "Basics", ("lesson",))
ENTRY = Entry(Path("/packs/basics/lesson.yaml"), PACK, 1, 1)
NAME = "basics/lesson"
ROUTE = (Typed("main", "b 9"), Typed("main", "c"))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    with Store.open(tmp_path / "home") as store:
        yield Book(store)
        assert store.trouble is None


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    """Return a lesson at its third step."""
    scenario = replace(lesson_of(tmp_path), targets=("M01",))
    return replace(begin(scenario, "guided", "3.13.0"), at=2, commands=7)


def test_an_attempt_is_recorded_with_the_place(book: Book, lesson: Lesson) -> None:
    book.attempt(ENTRY, lesson, 1, "c", "done", ROUTE, hints=2, held=("M05",), refuted=("M01",))
    (written,) = book.store.attempts()
    now = datetime.now(UTC)
    assert timedelta() <= now - written.when
    assert replace(written, when=now) == attempt(
        now,
        lesson=NAME,
        step=2,
        typed="c",
        hints=2,
        stage="guided",
        commands=("continue",),
        misconceptions=("M01",),
        held=("M05",),
    )
    assert book.state(ENTRY, lesson.scenario).position == Position("guided", 3, ROUTE, "3.13.0")


def test_a_place_is_recorded_without_an_attempt(book: Book, lesson: Lesson) -> None:
    book.place(ENTRY, lesson, ROUTE)
    assert book.states[NAME].position == Position("guided", 3, ROUTE, "3.13.0")
    assert book.store.attempts() == ()


def test_a_forgotten_place_is_gone(book: Book, lesson: Lesson) -> None:
    book.place(ENTRY, lesson, ROUTE)
    book.forget_place(ENTRY, lesson.scenario)
    assert book.states[NAME].position is None


def test_a_lesson_never_visited_has_no_state(book: Book, lesson: Lesson) -> None:
    assert book.state(ENTRY, lesson.scenario) == LessonState(NAME)


def test_each_variant_has_its_own_place(book: Book, lesson: Lesson) -> None:
    variant = replace(lesson, scenario=replace(lesson.scenario, id="lesson[quit]"))
    book.place(ENTRY, variant, ROUTE)
    assert set(book.states) == {f"{NAME}[quit]"}


@pytest.mark.parametrize(
    ("stage", "helped", "passed"),
    [
        pytest.param("watch", True, "watch", id="watched"),
        pytest.param("guided", True, "guided", id="guided"),
        pytest.param("task", True, "task", id="the task, with help"),
        pytest.param("watch", False, "task", id="outright: the rest is skipped"),
    ],
)
def test_a_passed_lesson_is_not_in_progress(
    book: Book, lesson: Lesson, stage: Stage, helped: bool, passed: Stage
) -> None:
    gone = replace(lesson, stage=stage, helped=helped, at=6, learners=frozenset(range(6)))
    book.place(ENTRY, gone, ROUTE)
    book.passed(ENTRY, gone)
    state = book.state(ENTRY, lesson.scenario)
    assert (state.passed, state.position) == (passed, None)
    assert state.best == (Score(7, 5) if passed == "task" else None)


def test_a_file_of_variants_is_finished_under_its_own_name(book: Book) -> None:
    book.file_passed(ENTRY)
    assert ENTRY.finished(book.states)
    assert book.states[NAME].best is None


def test_clean_steps_are_those_of_one_lesson(book: Book, lesson: Lesson) -> None:
    book.attempt(ENTRY, lesson, 1, "c", "done", ROUTE)
    book.attempt(ENTRY, lesson, 2, "s", "done", ROUTE, hints=1)
    other = replace(lesson.scenario, id="other")
    book.attempt(ENTRY, replace(lesson, scenario=other), 3, "p n", "done", ROUTE)
    assert book.clean(ENTRY, lesson.scenario) == {1}
    assert book.clean(ENTRY, other) == {3}


def test_a_missed_command_is_due(book: Book) -> None:
    assert book.due() == 0
    long_ago = datetime.now(UTC) - timedelta(days=400)
    book.store.record(attempt(long_ago, verdict="miss", commands=("next",), misconceptions=("M01",)))
    assert book.due() == 2


@pytest.mark.parametrize(
    ("one", "names"),
    [
        pytest.param(step("n"), ("next",), id="a short form"),
        pytest.param(step("b 9;; c"), ("break", "continue"), id="several"),
        pytest.param(step("n;; n"), ("next",), id="each once"),
        pytest.param(step("x = 3"), (), id="Python alone is none"),
        pytest.param(replace(step(), action=Key("ctrl-c")), (), id="a key"),
    ],
)
def test_a_step_is_about_the_commands_on_its_line(one: Step, names: tuple[str, ...]) -> None:
    assert commands_of(one) == names
