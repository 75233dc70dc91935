"""The lesson of ``DOUBLING_STEPS``: b 9, c (with a question), s, p n, r, and a quiet q."""

from __future__ import annotations

from pathlib import Path

import pytest
from lessons import breakpoint_at, lesson_of, stopped, typed
from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.help import hint, show, ticks
from pdbcoach.coach.lesson import Asks, Lesson, Over, Performs, begin
from pdbcoach.coach.message import Message
from pdbcoach.pdb.words import PromptKind
from pdbcoach.progress.records import Stage

SET = stopped(breakpoints=(breakpoint_at(9),))
THERE = stopped(9, breakpoints=(breakpoint_at(9),))


@pytest.fixture
def watched(tmp_path: Path) -> Lesson:
    return begin(lesson_of(tmp_path), "watch", "3.13.0")


@pytest.fixture
def task(tmp_path: Path) -> Lesson:
    return begin(lesson_of(tmp_path), "task", "3.13.0")


def begun(lesson: Lesson, views: Views | None = None) -> Lesson:
    return lesson.begin_step(stopped() if views is None else views)[0]


def first_done(lesson: Lesson) -> Lesson:
    """The breakpoint is set by the learner."""
    return begun(lesson).attempted(typed("b 9", "Breakpoint 1 at it:9\n", after=SET))[0]


def at_the_question(lesson: Lesson) -> Lesson:
    return begun(first_done(lesson), SET)


def small(folder: Path, step: str, stage: Stage = "task") -> Lesson:
    """A lesson of this step and a quiet ``q``."""
    steps = f"  - {step}\n  - {{send: q, quiet: true, ends: {{main: exit 0}}}}\n"
    return begin(lesson_of(folder, steps), stage, "3.13.0")


class TestTurn:
    def test_in_watch_the_coach_offers_every_step(self, watched: Lesson) -> None:
        assert watched.turn() == Asks(watched.scenario.steps[0], offered=True)

    def test_in_task_the_coach_offers_no_step(self, task: Lesson) -> None:
        assert task.turn() == Asks(task.scenario.steps[0], offered=False)

    def test_in_guided_the_coach_does_the_first_steps(self, tmp_path: Path) -> None:
        lesson = begin(lesson_of(tmp_path), "guided", "3.13.0")
        turns = [replace(lesson, at=at).turn() for at in range(6)]
        assert [isinstance(turn, Performs) for turn in turns] == [True, True, False, False, False, True]

    def test_in_guided_steps_done_before_stay_the_learners(self, tmp_path: Path) -> None:
        lesson = begin(lesson_of(tmp_path), "guided", "3.13.0", clean=frozenset({4}))
        assert isinstance(replace(lesson, at=1).turn(), Asks)

    def test_after_the_last_step_the_lesson_is_over(self, task: Lesson) -> None:
        assert replace(task, at=6).turn() == Over()

    @pytest.mark.parametrize(("at", "number"), [(0, 1), (4, 5), (5, 5)])
    def test_quiet_steps_have_no_number(self, task: Lesson, at: int, number: int) -> None:
        assert replace(task, at=at).number == (number, 5)


class TestTask:
    @pytest.mark.parametrize(
        ("step", "task"),
        [
            pytest.param("{ask: Do it., send: n, at: {line: 8}}", "Do it.", id="the author's words"),
            pytest.param("{send: n, at: {line: 8}}", "Get to line 8.", id="the place"),
            pytest.param("{send: p a, expect: '1'}", "Type `p a`.", id="else the line"),
        ],
    )
    def test_a_task_without_ask_is_made_from_the_facts_or_the_line(
        self, tmp_path: Path, step: str, task: str
    ) -> None:
        assert small(tmp_path, step).task({}) == task

    def test_a_step_that_ends_the_session_is_asked_in_words(self, tmp_path: Path) -> None:
        lesson = begin(lesson_of(tmp_path, "  - {send: q, ends: {main: exit 0}}\n"), "task", "3.13.0")
        assert lesson.task({}) == "Leave the debugger."

    def test_a_step_begins_with_its_prose_and_its_task(self, tmp_path: Path) -> None:
        lesson = small(tmp_path, "{say: Look., ask: Do it., send: n, at: {line: 8}}")
        _lesson, says = lesson.begin_step(stopped())
        assert says == (Message("prose", "Look."), Message("task", "Do it."))


class TestPrediction:
    def test_the_question_comes_after_the_task(self, task: Lesson) -> None:
        lesson, says = first_done(task).begin_step(SET)
        assert [say.tone for say in says] == ["task", "question"]
        assert lesson.now is not None
        assert lesson.now.asking

    def test_questions_can_be_turned_off(self, task: Lesson) -> None:
        lesson, says = replace(first_done(task), predict=False).begin_step(SET)
        assert [say.tone for say in says] == ["task"]
        assert lesson.now is not None
        assert not lesson.now.asking

    @pytest.mark.parametrize(
        ("line", "predicted", "taken"),
        [
            pytest.param("b", "10", True, id="taken by its letter"),
            pytest.param("9", "9", True, id="taken by its value"),
            pytest.param("", None, True, id="Enter skips it"),
            pytest.param("c", None, False, id="for the debugger"),
        ],
    )
    def test_a_line_is_an_answer_or_for_the_debugger(
        self, task: Lesson, line: str, predicted: str | None, taken: bool
    ) -> None:
        lesson, is_taken = at_the_question(task).predicted(line)
        assert is_taken is taken
        assert lesson.now is not None
        assert (lesson.now.predicted, lesson.now.asking) == (predicted, False)

    def test_an_unclear_answer_leaves_the_question_open(self, task: Lesson) -> None:
        asked = at_the_question(task)
        lesson, is_taken = asked.predicted("somewhere")
        assert (lesson, is_taken) == (asked, True)
        assert lesson.how_to_answer() == ("Type a letter from a to b, or the answer itself. Enter skips.")

    def test_an_answered_question_is_closed(self, task: Lesson) -> None:
        lesson, _taken = at_the_question(task).predicted("b")
        assert lesson.how_to_answer() is None

    @pytest.mark.parametrize(
        ("line", "says"),
        [
            pytest.param("a", [("good", "You predicted it right: `9`.")], id="it came so"),
            pytest.param("b", [("note", "You predicted `10`. It's `9`.")], id="it came otherwise"),
            pytest.param("", [], id="skipped"),
        ],
    )
    def test_the_prediction_is_compared_with_the_answer(
        self, task: Lesson, line: str, says: list[tuple[str, str]]
    ) -> None:
        lesson, _taken = at_the_question(task).predicted(line)
        _done, judged = lesson.attempted(typed("c", before=SET, after=THERE))
        assert judged.grade == "done"
        assert [(say.tone, say.text) for say in judged.says] == [*says, ("good", "It stopped there.")]

    @pytest.mark.parametrize(("line", "held"), [("a", ()), ("b", ("M01",)), ("", ())])
    def test_a_wrong_prediction_shows_the_lessons_misconceptions(
        self, task: Lesson, line: str, held: tuple[str, ...]
    ) -> None:
        lesson = replace(task, scenario=replace(task.scenario, targets=("M01",)))
        lesson, _taken = at_the_question(lesson).predicted(line)
        _done, judged = lesson.attempted(typed("c", before=SET, after=THERE))
        assert (judged.grade, judged.held) == ("done", held)

    def test_a_wrong_prediction_is_no_miss(self, task: Lesson) -> None:
        lesson, _taken = at_the_question(task).predicted("b")
        done, _judged = lesson.attempted(typed("c", before=SET, after=THERE))
        assert done.outright


class TestAttempts:
    def test_a_line_that_reaches_the_goal_leads_to_the_next_step(self, task: Lesson) -> None:
        lesson, judged = begun(task).attempted(typed("b 9", after=SET))
        assert (judged.grade, lesson.at, lesson.now) == ("done", 1, None)
        assert judged.says == (Message("good", "That's it."),)

    def test_a_line_that_misses_the_goal_stays_in_the_step(self, task: Lesson) -> None:
        lesson, judged = begun(task).attempted(typed("n", after=stopped(8)))
        assert judged.grade != "done"
        assert lesson.at == 0
        assert lesson.now is not None
        assert [line.text for line in lesson.now.typed] == ["n"]

    @pytest.mark.parametrize(
        ("line", "counted"),
        [("p a", 0), ("l", 0), ("w", 0), ("b", 0), ("n", 1), ("b 8", 1), ("!a = 3", 1), ("n;; p a", 1)],
    )
    def test_moves_and_changes_count_and_looking_is_free(self, task: Lesson, line: str, counted: int) -> None:
        lesson, _judged = begun(task).attempted(typed(line))
        assert lesson.commands == counted
        assert lesson.road == ((line,) if counted else ())

    @pytest.mark.parametrize(("prompt", "used"), [("commands", ("silent",)), ("pdb", ("exec",))])
    def test_a_command_of_a_command_list_is_used_only_in_one(
        self, task: Lesson, prompt: PromptKind, used: tuple[str, ...]
    ) -> None:
        lesson, _judged = begun(task).attempted(typed("silent", prompt=prompt))
        assert lesson.used == used

    def test_each_command_used_is_recorded_once(self, task: Lesson) -> None:
        lesson = begun(task)
        for line in ("p a", "n", "p b", "next"):
            lesson, _judged = lesson.attempted(typed(line))
        assert lesson.used == ("p", "next")

    def test_enter_repeats_the_last_line_of_the_debugger(self, task: Lesson) -> None:
        lesson, _judged = begun(task).attempted(typed("n"))
        lesson, _judged = lesson.attempted(typed(""))
        assert lesson.previous == {"main": "n"}

    def test_a_line_at_another_prompt_is_not_repeated(self, task: Lesson) -> None:
        lesson, _judged = begun(task).attempted(typed("1 + 1", prompt="interact"))
        assert lesson.previous == {}

    def test_the_reason_of_the_last_step_stays_available(self, task: Lesson) -> None:
        lesson, _taken = at_the_question(task).predicted("")
        lesson, _judged = lesson.attempted(typed("c", before=SET, after=THERE))
        assert lesson.why == "It stopped there."

    def test_a_breakpoint_that_no_step_asked_for_is_the_learners_own(self, task: Lesson) -> None:
        both = (breakpoint_at(9, 1), breakpoint_at(10, 2))
        lesson, _taken = at_the_question(task).predicted("")
        lesson, _judged = lesson.attempted(typed("b 10", before=SET, after=stopped(breakpoints=both)))
        assert lesson.theirs == frozenset()
        there = stopped(9, breakpoints=both)
        lesson, judged = lesson.attempted(typed("c", before=stopped(breakpoints=both), after=there))
        assert judged.grade == "done"
        assert lesson.theirs == {2}

    def test_a_line_that_does_not_count_changes_only_what_enter_repeats(self, task: Lesson) -> None:
        lesson = begun(task)
        assert lesson.aside(typed("n")) == replace(lesson, previous={"main": "n"})


class TestHelp:
    def test_the_last_hint_is_the_answer_and_stays(self, task: Lesson) -> None:
        lesson, said = at_the_question(task), []
        for _rung in range(4):
            lesson, say = hint(lesson, stopped())
            said.append(say.text)
        assert said == [
            "(1 of 3) A hint.",
            "(2 of 3) The command is `continue`, short `c`.",
            "(3 of 3) Type `c`.",
            "(3 of 3) Type `c`.",
        ]
        assert lesson.now is not None
        assert lesson.now.hints == 3

    def test_only_the_answer_makes_a_step_assisted(self, task: Lesson) -> None:
        lesson, assisted = at_the_question(task), []
        for _rung in range(3):
            lesson, _say = hint(lesson, stopped())
            assert lesson.now is not None
            assisted.append(lesson.now.assisted)
        assert assisted == [False, False, True]

    def test_show_gives_the_answer_and_its_reason(self, task: Lesson) -> None:
        lesson, says = show(at_the_question(task), stopped())
        assert says == (Message("hint", "Type `c`."), Message("prose", "It stopped there."))
        assert lesson.now is not None
        assert lesson.now.assisted
        assert lesson.helped

    def test_ticks_show_which_facts_are_met(self, tmp_path: Path) -> None:
        step = "{send: n, at: {line: 8}, values: {a: '1'}}"
        views = stopped(7, global_values={"a": "1"})
        lesson = begun(small(tmp_path, step), views)
        assert ticks(lesson, views) == (("stopped at line 8", False), ("`a` should be `1` here", True))

    def test_a_goal_that_is_more_than_its_facts_has_no_ticks(self, tmp_path: Path) -> None:
        views = stopped(7, global_values={"a": "1"})
        assert ticks(begun(small(tmp_path, "{send: p a, expect: '1'}"), views), views) == ()

    def test_a_goal_names_what_the_step_needs_and_lacks(self, tmp_path: Path) -> None:
        lesson = begun(small(tmp_path, "{send: p a, at: {line: 8}, expect: '1'}"), stopped(7))
        missing = (("stopped at line 8", False), ("`a` should exist here", False))
        assert ticks(lesson, stopped(7)) == missing

    def test_somebody_who_has_strayed_is_led_back_before_the_ladder_goes_on(self, tmp_path: Path) -> None:
        there, gone = stopped(8, local_values={"a": "1"}), stopped(9)
        lesson = begun(small(tmp_path, "{send: p a, at: {line: 8}, expect: '1'}"), there)
        lesson, judged = lesson.attempted(typed("n", before=there, after=gone))
        said = [one.text for one in judged.says]
        assert said[0] == "You're at line 9, in `<module>`. This step needs line 8."
        assert said[-1] == "`:undo` takes back your last line."
        lesson, judged = lesson.attempted(typed("n", before=gone, after=stopped(10)))
        assert judged.says[-1].text == "`:undo 2` takes back your last 2 lines."
        same, hinted = hint(lesson, stopped(10))
        assert same is lesson
        assert "`:undo 2`" in hinted.text
        _lesson, says = show(lesson, stopped(10))
        assert says[0].text == "First `:undo 2`. Then: Type `p a`."

    def test_a_change_is_accepted_where_other_values_differ_and_its_help_leads_back(
        self, tmp_path: Path
    ) -> None:
        step = "{send: clear 1, at: {line: 8}, values: {a: '1'}, breakpoints: []}"
        rows, one, two = (breakpoint_at(8),), {"a": "1"}, {"a": "2"}
        there = stopped(8, global_values=one, breakpoints=rows)
        gone = stopped(8, global_values=two, breakpoints=rows)
        lesson, _judged = begun(small(tmp_path, step), there).attempted(typed("c", before=there, after=gone))
        assert "This step needs `a` to be `1`." in hint(lesson, gone)[1].text
        cleared = stopped(8, global_values=two)
        assert lesson.attempted(typed("clear 1", before=gone, after=cleared))[1].grade == "done"

    def test_a_move_is_shown_from_where_the_step_began(self, tmp_path: Path) -> None:
        lesson = begun(small(tmp_path, "{send: n, at: {line: 8}}"), stopped(7))
        assert show(lesson, stopped(7))[1][0].text == "Type `n`."
        lesson, _judged = lesson.attempted(typed("s", before=stopped(7), after=stopped(3, "work")))
        assert show(lesson, stopped(3, "work"))[1][0].text == "First `:undo`. Then: Type `n`."

    def test_looking_around_is_answered_by_pdb_only(self, tmp_path: Path) -> None:
        there, gone = stopped(8, local_values={"a": "1"}), stopped(9)
        lesson = begun(small(tmp_path, "{send: p a, at: {line: 8}, expect: '1'}"), there)
        lesson, _judged = lesson.attempted(typed("n", before=there, after=gone))
        assert lesson.attempted(typed("w", before=gone, after=gone))[1].says == ()


class TestOutright:
    def test_it_is_outright_if_every_step_was_done_alone(self, task: Lesson) -> None:
        assert first_done(task).outright

    def test_a_hint_spoils_it(self, task: Lesson) -> None:
        assert not first_done(hint(begun(task), stopped())[0]).outright

    def test_a_shown_answer_spoils_it(self, task: Lesson) -> None:
        assert not first_done(show(begun(task), stopped())[0]).outright

    def test_a_step_typed_by_the_coach_spoils_it(self, watched: Lesson) -> None:
        assert not watched.performed("", {}, instead=True)[0].outright

    def test_first_steps_done_by_the_coach_spoil_it(self, tmp_path: Path) -> None:
        lesson = begin(lesson_of(tmp_path), "guided", "3.13.0")
        assert not lesson.performed("", {})[0].outright

    def test_a_miss_spoils_it(self, task: Lesson) -> None:
        gone = replace(stopped()["main"], phase="gone", prompt=None, state=None)
        lesson, judged = begun(task).attempted(typed("q", after={"main": gone}))
        assert judged.grade == "miss"
        assert not first_done(lesson).outright


class TestStepsOfTheCoach:
    def test_a_step_of_the_coach_counts_and_leads_to_the_next(self, watched: Lesson) -> None:
        lesson, says = watched.performed("Breakpoint 1 at it:9\n", {})
        assert (lesson.at, lesson.commands, lesson.helped, says) == (1, 1, False, ())
        assert lesson.previous == {"main": "b 9"}

    def test_the_reason_for_a_step_of_the_coach_is_shown(self, watched: Lesson) -> None:
        assert replace(watched, at=1).performed("", {})[1] == (Message("note", "It stopped there."),)

    def test_looking_is_free(self, watched: Lesson) -> None:
        assert replace(watched, at=3).performed("1\n", {})[0].commands == 0

    def test_a_learners_step_done_by_the_coach_is_help(self, watched: Lesson) -> None:
        assert watched.performed("", {}, instead=True)[0].helped

    @pytest.mark.parametrize(("views", "is_so"), [(SET, True), (stopped(), False)])
    def test_holds_compares_the_facts_of_the_next_step(
        self, watched: Lesson, views: Views, is_so: bool
    ) -> None:
        assert watched.holds(views) is is_so


class TestAtStep:
    def test_another_step_has_not_begun_yet(self, task: Lesson) -> None:
        begun, _ = task.begin_step(stopped())
        assert begun.at_step(1) is begun
        assert (begun.at_step(3).at, begun.at_step(3).now) == (2, None)

    def test_a_step_after_the_last_one_is_the_end(self, task: Lesson) -> None:
        assert task.at_step(99).turn() == Over()
