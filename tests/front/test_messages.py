from __future__ import annotations

from pathlib import Path

import pytest
from lessons import lesson_of, stopped
from msgspec.structs import replace

from pdbcoach.coach.attempt import Views
from pdbcoach.coach.lesson import Lesson, begin
from pdbcoach.front.messages import ask_for, why_not
from pdbcoach.front.reader import Ask
from pdbcoach.observation import ExitStatus, ProcessView, Prompt

HERE = stopped(global_values={"a": "1"}, local_values={"n": "2"})
RUNNING = {"main": ProcessView("main", 100, "running")}
GONE = {"main": ProcessView("main", 100, "gone", ExitStatus(code=0))}
STEP_WORDS = (":hint", ":undo", ":show")


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return begin(lesson_of(tmp_path), "task", "3.13.0")


@pytest.fixture
def asking(lesson: Lesson) -> Lesson:
    """Return a lesson whose question is open."""
    return replace(lesson, at=1).begin_step(HERE)[0]


def prompting(text: str) -> Views:
    return {"main": replace(HERE["main"], prompt=Prompt("pdb", text))}


class TestPrompt:
    def test_is_the_debuggers_prompt_with_names_in_scope(self, lesson: Lesson) -> None:
        assert ask_for(lesson, HERE, "main") == Ask("(Pdb) ", names=("a", "n"), words=STEP_WORDS)

    def test_asks_the_open_question(self, asking: Lesson) -> None:
        ask = ask_for(asking, HERE, "main")
        assert (ask.prompt, ask.silent, ask.secret) == ("your prediction (Enter skips) > ", True, True)

    def test_is_the_debuggers_in_free_play(self, asking: Lesson) -> None:
        ask = ask_for(asking, HERE, "main", playing=True)
        assert (ask.prompt, ask.words, ask.secret) == ("free (Pdb) ", (":back",), False)

    def test_says_that_the_program_is_running(self, lesson: Lesson) -> None:
        ask = ask_for(lesson, RUNNING, "main")
        assert (ask.prompt, ask.running, ask.silent) == ("[main is running] ", True, True)

    @pytest.mark.parametrize("views", [GONE, {}])
    def test_says_that_the_program_has_ended(self, lesson: Lesson, views: Views) -> None:
        ask = ask_for(lesson, views, "main")
        assert (ask.prompt, ask.running, ask.words) == ("[main has ended] ", False, (":undo", ":reset"))

    def test_starts_with_the_label(self, lesson: Lesson) -> None:
        assert ask_for(lesson, HERE, "main", label="main.1 ").prompt == "main.1 (Pdb) "

    def test_contains_no_control_characters(self, lesson: Lesson) -> None:
        assert "\x1b" not in ask_for(lesson, prompting("\x1b[2J(Pdb) "), "main").prompt


class TestBareEnter:
    @pytest.mark.parametrize(
        ("previous", "enter"),
        [
            pytest.param({}, "", id="nothing yet"),
            pytest.param({"main": "n"}, "Enter repeats n", id="repeats"),
            pytest.param({"main.1": "n"}, "", id="not what was typed to another process"),
            pytest.param({"main": "x" * 24}, "Enter repeats " + "x" * 24, id="just short enough"),
            pytest.param({"main": "x" * 25}, "Enter repeats " + "x" * 23 + "…", id="shortened"),
        ],
    )
    def test_a_bare_enter_repeats_the_last_line(
        self, lesson: Lesson, previous: dict[str, str], enter: str
    ) -> None:
        assert ask_for(replace(lesson, previous=previous), HERE, "main").enter == enter

    def test_a_bare_enter_repeats_nothing_at_other_prompts(self, lesson: Lesson) -> None:
        views = {"main": replace(HERE["main"], prompt=Prompt("interact", ">>> "), state=None)}
        ask = ask_for(replace(lesson, previous={"main": "n"}), views, "main")
        assert (ask.prompt, ask.enter, ask.names) == (">>> ", "", ())

    def test_a_bare_enter_has_the_coach_type_an_offered_step(self, lesson: Lesson) -> None:
        ask = ask_for(replace(lesson, previous={"main": "n"}), HERE, "main", offered=True)
        assert (ask.enter, ask.silent) == ("Enter: the coach types b 9", True)


@pytest.mark.parametrize("line", ["", "n", "p 'ä 子'", "x" * 4000])
def test_a_line_that_a_terminal_takes_can_be_typed(line: str) -> None:
    assert why_not(line) is None


@pytest.mark.parametrize(
    ("line", "part"),
    [
        pytest.param("a\tb", "a tab", id="a tab"),
        pytest.param("a\rb", "a control character", id="a return"),
        pytest.param("a\x1b[A", "a control character", id="an escape"),
        pytest.param("\udcff", "invalid text", id="no text"),
        pytest.param("x" * 4001, "too long", id="too long"),
        pytest.param("子" * 1334, "too long", id="too long in bytes"),
    ],
)
def test_a_line_that_a_terminal_does_not_take_is_rejected(line: str, part: str) -> None:
    said = why_not(line)
    assert said is not None
    assert part in said
