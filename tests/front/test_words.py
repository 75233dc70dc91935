"""What each colon-word does to the lesson and to the debugger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from front import lessons
from front.driving import CTRL_C, CTRL_D, Desk, typed

from pdbcoach import Session
from pdbcoach.progress.store import Store

CHANCE = """\
import os
a = os.urandom(8)
b = 1
c = 2
"""
CHANCE_STEPS = """\
  - ask: Go to line 3.
    send: b 3 ;; c
    at: {line: 3}
  - ask: Go to line 4.
    send: n
    at: {line: 4}
  - ask: Print `b`.
    send: p b
"""
SLOW = """\
import time
time.sleep(0.7)
b = 1
c = 2
"""
SLOW_STEPS = """\
  - ask: Sleep.
    send: n
  - ask: Go to line 3.
    send: n
    at: {line: 3}
  - ask: Go to line 4.
    send: n
    at: {line: 4}
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    return lessons.doubling(tmp_path)


def verdicts(desk: Desk) -> list[tuple[int, str, str]]:
    """Return the step, line and verdict of every attempt."""
    with Store.read(desk.home) as store:
        return [(one.step, one.typed, one.verdict) for one in store.attempts()]


class TestUndo:
    def test_undo_takes_back_several_lines(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", "", "c", "s"]
            assert desk.step == 4
            yield ":undo 2"
            assert (desk.step, desk.line()) == (2, 1)
            yield "c"
            assert (desk.step, desk.line()) == (3, 5)
            yield ":undo 99"
            assert (desk.step, desk.line(), desk.state().breakpoints) == (1, 1, ())
            yield from ["b 5", "", "c", "s", "p n", "r"]

        assert desk.hold(lesson, script) == 0
        assert desk.progress("lesson").passed == "task"

    def test_looks_are_undone_with_the_line_before_them(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", "", "n", "w", "p 1", "l"]
            assert desk.line() > 1
            yield ":undo"
            assert (desk.step, desk.line()) == (2, 1)
            assert len(desk.state().breakpoints) == 1
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_looks_alone_cannot_be_undone(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, ["w", "p 1", ":undo", ":quit"]) == 0
        assert "You haven't typed anything that could be taken back." in desk.text

    def test_a_look_that_was_the_answer_can_be_undone(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", "", "c", "s", "p n"]
            assert desk.step == 5
            yield ":undo"
            assert desk.step == 4
            assert desk.state().event == "call"
            yield ":undo"
            assert (desk.step, desk.line()) == (3, 5)
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_a_line_of_the_coach_can_be_undone(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "n"  # off the route; the coach goes back first
            yield ""
            assert (desk.step, desk.line(), len(desk.state().breakpoints)) == (2, 1, 1)
            yield ":undo"
            assert (desk.step, desk.state().breakpoints) == (1, ())
            assert desk.line() > 1
            yield ":undo"
            assert desk.line() == 1
            yield ":quit"

        assert desk.hold(lesson, script, stage="watch") == 0
        assert "doesn't behave the same every time" not in desk.text

    def test_a_skipped_step_can_be_undone(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["n", ":skip", ":skip"]
            assert (desk.step, desk.line()) == (3, 5)
            yield ":undo 2"
            assert desk.step == 1
            assert desk.line() > 1
            yield ":quit"

        assert desk.hold(lesson, script) == 0
        assert "doesn't behave the same every time" not in desk.text

    def test_free_play_undoes_only_its_own_lines(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", ":play", "c", "s", ":undo"]
            assert desk.line() == 5
            yield ":undo 9"
            assert (desk.line(), len(desk.state().breakpoints)) == (1, 1)
            mark = len(desk.text)
            yield ":undo"
            assert "You haven't typed anything that could be taken back. `:back` leaves" in desk.text[mark:]
            yield "n"
            yield ":back"
            yield ":undo"
            assert (desk.step, desk.state().breakpoints) == (1, ())
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_a_program_that_differs_each_time_is_reported(self, desk: Desk, tmp_path: Path) -> None:
        file = lessons.write(tmp_path, CHANCE, CHANCE_STEPS)
        assert desk.hold(file, ["b 3 ;; c", "n", ":undo", ":state", ":undo", "b 3 ;; c", "n"]) == 1
        assert desk.text.count("This program doesn't behave the same every time") == 1

    def test_a_slow_replay_is_announced_once(self, desk: Desk, tmp_path: Path) -> None:
        """A process that looks blocked may be slow, so going back waits as the learner did."""

        def script(desk: Desk) -> Iterator[str]:
            yield from ["n", "n", "b 4"]
            assert desk.step == 3
            yield ":undo"
            assert (desk.step, desk.line(), desk.state().breakpoints) == (3, 3, ())
            yield ":quit"

        assert desk.hold(lessons.write(tmp_path, SLOW, SLOW_STEPS), script) == 0
        assert "doesn't behave the same every time" not in desk.text
        assert desk.text.count("A fresh debugger is replaying your lines") == 1

    def test_a_process_that_stays_away_is_not_awaited_for_long(
        self, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second time there is no child: it gets a little more time than it took before."""
        program = (
            f"import os\nmark = {str(tmp_path / 'mark')!r}\n"
            "if not os.path.exists(mark):\n    open(mark, 'w').close()\n"
            "    os.fork() and os.wait() or os._exit(0)\n"
            "a = 1\nb = 1\n"
        )
        steps = "  - ask: Go to line 6.\n    send: until 6\n    at: {line: 6}\n  - ask: Go on.\n    send: n\n"
        waits: list[float | None] = []
        wait_until = Session.wait_until

        def noted(session: Session, condition: Any, timeout: float | None = None) -> bool:
            waits.append(timeout)
            return wait_until(session, condition, timeout)

        def script(desk: Desk) -> Iterator[str]:
            yield from ["until 6", "b 7"]
            assert "main.1" in desk.phases()
            monkeypatch.setattr(Session, "wait_until", noted)
            yield ":undo"
            monkeypatch.undo()
            assert desk.phases() == {"main": "stopped"}
            yield ":quit"

        assert desk.hold(lessons.write(tmp_path, program, steps, timeout=600), script) == 0
        assert "the same lines led to a different state of `main.1`" in desk.text
        assert waits[0] == 600  # until it has started
        assert max(waits[1:]) < 600

    def test_undo_works_at_the_programs_own_question(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["!name = input('who? ')", "bob", "n", ":undo"]
            assert desk.state().value("name") == "'bob'"
            yield ":undo"
            assert desk.visit.conversation.current.asks
            yield "eve"
            assert desk.state().value("name") == "'eve'"
            yield ":quit"

        assert desk.hold(lesson, script) == 0


class TestHelp:
    def test_the_last_hint_is_the_answer(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, ["b 5", "", ":hint", ":hint", ":hint", ":hint", "c", ":quit"]) == 0
        assert "(1 of 3) A hint." in desk.text
        assert desk.text.count("(3 of 3) Type `c`.") == 2
        assert (2, "c", "assisted") in verdicts(desk)

    def test_a_shown_step_is_assisted(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, [":show", "b 5", ":quit"]) == 0
        assert verdicts(desk) == [(1, "b 5", "assisted")]

    def test_a_skipped_step_is_recorded_as_skipped(self, desk: Desk, lesson: Path) -> None:
        assert desk.hold(lesson, [":skip", ":skip", ":quit"]) == 0
        assert verdicts(desk) == [(1, "", "skipped"), (2, "", "skipped")]

    def test_an_instructor_can_turn_show_and_skip_off(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield ":show"
            yield ":skip"
            assert (desk.step, desk.line()) == (1, 1)
            yield ":quit"

        assert desk.hold(lesson, script, no_show=True) == 0
        assert desk.text.count("Your instructor has turned") == 2

    def test_every_step_can_be_skipped(self, desk: Desk, lesson: Path) -> None:
        """A skipped lesson is over, but not passed outright."""
        assert desk.hold(lesson, [":skip"] * 5, stage=None) == 0
        assert desk.progress("lesson").passed == "watch"


class TestPredictions:
    def test_a_prediction_is_a_letter_a_text_or_skipped(self, desk: Desk, lesson: Path) -> None:
        for answer in ("a", "5"):
            assert desk.hold(lesson, [":reset", "b 5", answer, "c", ":quit"]) == 0
            assert "You predicted it right: `5`." in desk.text
        assert desk.hold(lesson, [":reset", "b 5", "b", "c", ":quit"]) == 0
        assert "You predicted `6`. It's `5`." in desk.text

    def test_a_wrong_prediction_records_its_misconceptions(self, desk: Desk) -> None:
        """A wrong prediction is recorded, and so is a line that shows a misconception."""

        def script(desk: Desk) -> Iterator[str]:
            while desk.visit.lesson.step.prose.predict is None:
                yield typed(desk.visit.lesson.step)
            predict = desk.visit.lesson.step.prose.predict
            yield next(one for one in predict.choices if one != predict.answer)
            yield "b 15 if name"
            yield typed(desk.visit.lesson.step)
            yield ":quit"

        assert desk.hold("arrow-not-yet-run", script) == 0
        with Store.read(desk.home) as store:
            held = [(one.verdict, one.held) for one in store.attempts() if one.held]
        assert held == [("not-yet", ("M11",)), ("done", ("M01",))]

    def test_a_command_is_not_taken_for_a_prediction(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", "c"]
            assert desk.step == 3
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_predict_off_holds_for_later_lessons(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", ":predict off", ":undo"]
            yield "b 5"
            assert not desk.visit.lesson.now.asking
            yield ":reset"
            yield "b 5"
            assert not desk.visit.lesson.now.asking
            yield ":predict on"
            yield from [":undo", "b 5"]
            assert desk.visit.lesson.now.asking
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_ctrl_c_at_a_prediction_does_not_reach_the_program(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["b 5", CTRL_C]
            assert (desk.step, desk.line()) == (2, 1)
            yield ":quit"

        assert desk.hold(lesson, script) == 0


class TestOtherLessons:
    def test_goto_leads_to_another_lesson_and_back(self, desk: Desk) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "n"
            here = desk.visit.lesson.scenario.id
            step, line = desk.step, desk.line()
            yield ":goto run-to-return"
            assert desk.visit.lesson.scenario.id == "run-to-return"
            yield f":goto {here}"
            assert desk.visit.lesson.scenario.id == here
            assert (desk.step, desk.line()) == (step, line)
            yield ":goto fork/fork-two-prompts"
            assert desk.visit.lesson.scenario.id == "fork-two-prompts"
            yield ":goto condition-needs-a-comma[misspelt-name]"
            assert desk.visit.lesson.scenario.id == "condition-needs-a-comma[misspelt-name]"
            yield ":goto into-or-ove"
            yield ":goto condition-needs-a-comma[nothing]"
            assert desk.visit.lesson.scenario.id == "condition-needs-a-comma[misspelt-name]"
            yield ":quit"

        assert desk.hold("arrow-not-yet-run", script) == 0
        assert (
            "There's no lesson `into-or-ove`. `:list` shows them all. Did you mean `into-or-over`?"
            in desk.text
        )
        assert "there is no condition-needs-a-comma[nothing]" in desk.text

    def test_words_work_between_two_lessons(self, desk: Desk, lesson: Path) -> None:
        lines = [":skip"] * 5 + [":list", ":goto nowhere", ":hint", ":goto into-or-over", ":quit"]
        assert desk.hold(lesson, lines, stage=None) == 0
        assert desk.text.count("Next: A lesson of the tests") == 1
        assert desk.visit.lesson.scenario.id == "into-or-over"

    @pytest.mark.parametrize("line", ["n", "p x", "huh?", ":nothing"])
    def test_a_line_for_the_debugger_is_explained_between_two_lessons(
        self, desk: Desk, lesson: Path, line: str
    ) -> None:
        assert desk.hold(lesson, [*[":skip"] * 5, line, "q"], stage=None) == 0
        assert "The lesson is over. Press Enter to go on, or type `:quit` to leave" in desk.text
        assert len(desk.visits) == 1

    @pytest.mark.parametrize("word", ["q", ":quit", "no", CTRL_C])
    def test_a_word_for_leaving_ends_the_practice_between_lessons(
        self, desk: Desk, lesson: Path, word: str
    ) -> None:
        assert desk.hold(lesson, [*[":skip"] * 5, word, "b 5"], stage=None) == 0
        assert len(desk.visits) == 1

    def test_a_lesson_goes_through_its_stages(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield from ["", "", "", "", "", ""]  # a question needs one more
            yield ""
            assert desk.visit.lesson.stage == "guided"
            assert desk.step == 3
            yield from ["s", "p n", "r", ""]
            assert desk.visit.lesson.stage == "task"
            yield from ["b 5", "c", "s", "p n", "r"]

        assert desk.hold(lesson, script, stage=None) == 0
        state = desk.progress("lesson")
        assert (state.passed, state.best.commands, state.best.par) == ("task", 5, 5)
        assert state.finished is not None


class TestReset:
    def test_reset_works_twice(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            for _ in range(2):
                yield from ["b 5", "", "c", ":reset"]
                assert (desk.step, desk.line(), desk.state().breakpoints) == (1, 1, ())
            yield ":quit"

        assert desk.hold(lesson, script) == 0
        assert "Welcome back" not in desk.text
        assert len(desk.visits) == 3


class TestKeys:
    def test_eof_ends_the_input_of_pdb(self, desk: Desk, lesson: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield CTRL_D
            assert desk.phases() == {"main": "gone"}
            yield ":undo"
            assert desk.line() == 1
            yield ":quit"

        assert desk.hold(lesson, script) == 0

    def test_interrupt_stops_a_running_program(self, desk: Desk, tmp_path: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "while True: pass"
            assert desk.visit.conversation.current.runs
            yield "n"
            yield ":eof"
            yield ":interrupt"
            assert desk.line() == 1
            yield "while True: pass"
            yield CTRL_C
            assert desk.line() == 1
            yield ":interrupt"
            yield ":quit"

        assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0
        assert desk.text.count("`main` is running and can't read a line.") == 2
        assert desk.text.count("There's nothing to interrupt") == 1

    def test_a_program_that_cannot_be_heard_offers_undo(self, desk: Desk, tmp_path: Path) -> None:
        def script(desk: Desk) -> Iterator[str]:
            yield "import ctypes, time; ctypes.CDLL(None).fork(); time.sleep(60)"
            yield "n"
            yield ":quit"

        assert desk.hold(lessons.doubling(tmp_path, timeout=1), script, patience=0.1) == 0
        assert "pdbcoach may have lost sight of the program: `main` has a child" in desk.text
        assert "Type `:undo` to go back." in desk.text


class TestTheLessonsOwnWay:
    """If the learner took a different way, the coach goes the lesson's own with a fresh debugger."""

    def test_breakpoints_of_the_learners_own_are_set_again(self, desk: Desk, tmp_path: Path) -> None:
        steps = (
            "  - ask: Go to line 5.\n    send: until 5\n    at: {line: 5}\n"
            "  - send: b 7\n    breakpoints: ['7']\n    quiet: true\n"
            "  - send: n\n    at: {line: 6}\n    values: {b: '2'}\n    quiet: true\n"
            "  - ask: Remove the breakpoint.\n    send: clear 1\n    breakpoints: []\n"
        )
        file = lessons.write(tmp_path, lessons.DOUBLING, steps)

        def script(desk: Desk) -> Iterator[str]:
            yield from ["n", "double = abs", "b 2", "n"]
            assert [(one.number, one.line) for one in desk.state().breakpoints] == [(1, 7), (2, 2)]
            yield "clear lesson_prog.py:7"

        assert desk.hold(file, script) == 0
        assert "You took a different way, and the lesson can't continue from there" in desk.text
        assert "I went the lesson's own way to this step for you: `until 5`, `b 7`." in desk.text

    def test_captures_are_those_of_the_lessons_own_way(self, desk: Desk, tmp_path: Path) -> None:
        steps = (
            "  - ask: Go to line 3.\n    send: b 3 ;; c\n    at: {line: 3}\n"
            "  - ask: Look.\n    send: p word\n    expect: '[it:..]'\n"
            "  - send: n\n    at: {line: 4}\n    breakpoints: ['3']\n    quiet: true\n"
            "  - ask: Look again.\n    send: p word\n    expect: '[it]'\n"
        )
        file = lessons.write(tmp_path, "import os\nword = os.urandom(8)\na = 1\nb = 1\n", steps)
        assert desk.hold(file, ["until 3", "p word", "p word"]) == 0
        assert "You took a different way, and the lesson can't continue from there" in desk.text
