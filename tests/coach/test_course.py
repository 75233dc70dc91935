from __future__ import annotations

from pathlib import Path

import pytest
from fabricated import scenario
from msgspec.structs import replace
from progress.learner import HALFWAY, day

from pdbcoach.coach.course import Course, Entry, entries_of, wanted
from pdbcoach.progress.records import LessonState, Stage
from pdbcoach.scenario.model import Pack

BASICS = Pack(Path("/packs/basics"), "basics", "Basics", ("one", "two"))
HUNTS = Pack(Path("/packs/hunts"), "hunts", "Hunts", ("ants",))
ONE = Entry(Path("/packs/basics/one.yaml"), BASICS, 1, 2)
TWO = Entry(Path("/packs/basics/two.yaml"), BASICS, 2, 2)
ANTS = Entry(Path("/packs/hunts/ants.yaml"), HUNTS, 1, 1)
ALONE = Entry(Path("/somewhere/alone.yaml"), None, 1, 1)
COURSE = Course((ONE, TWO, ANTS, ALONE))

PLAIN = scenario(id="one")
VARIANTS = (scenario(id="ants[by-hand]"), scenario(id="ants[by-eye]"))


def states(*those: LessonState) -> dict[str, LessonState]:
    return {state.lesson: state for state in those}


def passed(name: str, stage: Stage = "task") -> LessonState:
    return LessonState(name, passed=stage)


def under_way(name: str, when: float) -> LessonState:
    return LessonState(name, position=HALFWAY, moved=day(when))


class TestNames:
    @pytest.mark.parametrize(("entry", "name"), [(ONE, "basics/one"), (ALONE, "alone")])
    def test_a_lesson_is_named_after_its_pack_and_file(self, entry: Entry, name: str) -> None:
        assert entry.name == name

    def test_a_variant_has_a_name_of_its_own(self) -> None:
        assert ANTS.name_of("ants[by-eye]") == "hunts/ants[by-eye]"

    @pytest.mark.parametrize(
        ("text", "entry"),
        [
            pytest.param("two", TWO, id="by id"),
            pytest.param("basics/two", TWO, id="by name"),
            pytest.param("ants[by-eye]", ANTS, id="a variant by id"),
            pytest.param("hunts/ants[by-eye]", ANTS, id="a variant by name"),
            pytest.param("hunts/two", None, id="in another pack"),
            pytest.param("three", None, id="none"),
        ],
    )
    def test_a_lesson_is_found_by_id_name_or_variant(self, text: str, entry: Entry | None) -> None:
        assert COURSE.find(text) == entry

    def test_the_lessons_of_a_pack_are_numbered_in_its_order(self) -> None:
        assert [(one.id, one.number, one.of) for one in entries_of(BASICS)] == [("one", 1, 2), ("two", 2, 2)]


class TestStage:
    @pytest.mark.parametrize(
        ("before", "stage"),
        [(None, "watch"), ("watch", "guided"), ("guided", "task"), ("task", "task")],
    )
    def test_each_visit_has_the_next_stage(self, before: Stage | None, stage: Stage) -> None:
        assert ONE.stage(PLAIN, states(LessonState("basics/one", passed=before))) == stage

    def test_the_first_visit_has_the_stage_watch(self) -> None:
        assert ONE.stage(PLAIN, {}) == "watch"

    def test_an_unfinished_lesson_continues_in_its_stage(self) -> None:
        before = replace(under_way("basics/one", 0), passed="guided")
        assert ONE.stage(PLAIN, states(before)) == HALFWAY.stage == "guided"

    def test_a_bug_hunt_starts_with_the_stage_task(self) -> None:
        assert ANTS.stage(VARIANTS[0], {}) == "task"

    def test_a_demonstration_always_has_the_stage_watch(self) -> None:
        demo = replace(PLAIN, grade="demo")
        assert ONE.stage(demo, states(passed("basics/one", "watch"))) == "watch"


class TestOpenScenario:
    def test_variants_of_a_lesson_with_its_own_steps_are_optional(self) -> None:
        assert wanted((PLAIN, scenario(id="one[quit]"))) == (PLAIN,)

    def test_variants_without_a_common_lesson_are_all_needed(self) -> None:
        assert wanted(VARIANTS) == VARIANTS

    def test_a_file_without_scenarios_needs_none(self) -> None:
        assert wanted(()) == ()

    @pytest.mark.parametrize(
        ("known", "left"),
        [
            pytest.param([], VARIANTS[0], id="the first at first"),
            pytest.param([passed("hunts/ants[by-hand]")], VARIANTS[1], id="then the second"),
            pytest.param([passed("hunts/ants[by-hand]", "guided")], VARIANTS[0], id="guided is not all"),
            pytest.param([passed("hunts/ants[by-hand]"), passed("hunts/ants[by-eye]")], None, id="none"),
        ],
    )
    def test_the_next_variant_is_the_first_unfinished_one(
        self, known: list[LessonState], left: object
    ) -> None:
        assert ANTS.open_scenario(VARIANTS, states(*known)) is left

    def test_a_watched_demonstration_is_done(self) -> None:
        demo = replace(PLAIN, grade="demo")
        assert ONE.open_scenario([demo], {}) is demo
        assert ONE.open_scenario([demo], states(passed("basics/one", "watch"))) is None


class TestFirst:
    @pytest.mark.parametrize(
        ("known", "entry"),
        [
            pytest.param([], ONE, id="at the beginning"),
            pytest.param([passed("basics/one")], TWO, id="after what is finished"),
            pytest.param([passed("basics/one", "guided")], ONE, id="not after what is only guided"),
            pytest.param([passed("basics/two")], ONE, id="what was left out comes first"),
            pytest.param([under_way("basics/two", 0)], TWO, id="what is under way"),
            pytest.param(
                [under_way("basics/one", 1), under_way("hunts/ants", 2), under_way("basics/two", 0)],
                ANTS,
                id="what was left last",
            ),
            pytest.param([under_way("hunts/ants[by-eye]", 0)], ANTS, id="a variant under way"),
            pytest.param([under_way("elsewhere/three", 0)], ONE, id="what is in no course"),
            pytest.param([LessonState("basics/two", moved=day(0))], ONE, id="moved, and not under way"),
        ],
    )
    def test_it_is_the_lesson_left_last_or_the_first_unfinished_one(
        self, known: list[LessonState], entry: Entry
    ) -> None:
        assert COURSE.first(states(*known)) == entry

    def test_it_is_none_when_all_lessons_are_finished(self) -> None:
        assert COURSE.first(states(*(passed(one.name) for one in COURSE.entries))) is None
