from __future__ import annotations

from collections.abc import Iterable

import fabricated as made
import pytest

from pdbcoach.matching.verdict import (
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
)
from pdbcoach.replay.result import ScenarioResult, StepResult
from pdbcoach.report.failure import explain, explain_step, headline, transcript, until
from pdbcoach.report.lines import OutputLine, plain
from pdbcoach.scenario.model import Key, Look, Step


def explained(*failures: Failure, step: Step | None = None) -> str:
    seen = made.observation("", made.at_prompt("main"), made.ended("main.1", 7))
    result = StepResult(2, step or made.step("n", line=31), seen, failures)
    return plain(explain_step(result, count_of_steps=4))


def texts(lines: Iterable[OutputLine]) -> list[str]:
    return [line.text for line in lines]


def test_a_failure_names_its_place_and_its_line() -> None:
    text = explained(made.output_mismatch())
    assert "step 2 of 4 failed: /packs/fork/fork-count-them.yaml:31\n" in text
    assert "  typed: n\n" in text


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        pytest.param(made.step("n", process="main.1"), "n  (to main.1)", id="another-process"),
        pytest.param(made.step(""), "(Enter)", id="bare-enter"),
        pytest.param(Step(made.span(), Key("ctrl-c")), "^C", id="key"),
        pytest.param(Step(made.span(), Look(), process="main.2"), "(nothing: looks at main.2)", id="look"),
        pytest.param(made.step("p '\x1b[31m'"), r"p '\x1b[31m'", id="control-characters"),
    ],
)
def test_the_input_of_a_step_is_described(step: Step, typed: str) -> None:
    assert f"  typed: {typed}\n" in explained(made.state_mismatch(), step=step)


def test_the_first_line_that_differs_is_marked() -> None:
    assert explained(made.output_mismatch(line=33)).splitlines()[2:8] == [
        "  output differs: line 2 differs  (/packs/fork/fork-count-them.yaml:33)",
        "    - expected, + came, > the first line that differs",
        "      > /ex2.py(4)<module>()",
        "    > - -> if ret == 0:",
        "    > + -> if ret == 1:",
        "      + and more",
    ]


@pytest.mark.parametrize(
    ("expected_at", "actual_at", "marked"),
    [
        pytest.param(None, 1, ["    > - (nothing more)", "    > + b"], id="more-came"),
        pytest.param(1, None, ["    > - b", "    > + (nothing more)"], id="less-came"),
        pytest.param(0, 0, ["    > - a", "    > + a"], id="at-once"),
    ],
)
def test_the_end_of_either_side_can_be_the_difference(
    expected_at: int | None, actual_at: int | None, marked: list[str]
) -> None:
    mismatch = OutputMismatch(made.span(), "why", ("a", "b"), ("a", "b"), expected_at, actual_at)
    assert [line for line in explained(mismatch).splitlines() if line.startswith("    >")] == marked


def test_long_output_is_cut_around_the_difference() -> None:
    came = tuple(str(number) for number in range(1000))
    mismatch = OutputMismatch(
        made.span(), "why", (*came[:500], "x"), (*came[:500], "y" * 10_000, *came), 500, 500
    )
    text = explained(mismatch)
    assert "... 497 lines as expected" in text
    assert "... 989 more lines" in text
    assert "(10,000 characters)" in text
    assert len(text.splitlines()) < 40


def test_different_facts_are_listed_together() -> None:
    text = explained(made.state_mismatch(), StateMismatch(made.span(14), "values.x", "[1]", "[2]\x1b[2J"))
    assert text.count("state differs:") == 1
    assert "    at.line  (/packs/fork/fork-count-them.yaml:13)\n    - 4\n    + 5\n" in text
    assert "    - [1]\n    + [2]\\x1b[2J\n" in text


def test_a_failure_tells_where_each_process_is() -> None:
    text = explained(made.state_mismatch())
    assert "  processes:\n    main waits at (Pdb), ex2.py:3 <module>\n    main.1 is gone (exit 7)\n" in text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        pytest.param(made.output_mismatch(), "output differs: line 2 differs", id="output"),
        pytest.param(made.state_mismatch(), "at.line: expected 4, is 5", id="state"),
        pytest.param(
            TimedOut(made.span(), 2.5, "a prompt"), "timed out: waited 2.5 s for a prompt", id="timeout"
        ),
        pytest.param(Died(made.span(), "main.1", "exit 1"), "main.1 ended unexpectedly: exit 1", id="died"),
        pytest.param(Refused(made.span(), "no main.9"), "could not be done: no main.9", id="refused"),
        pytest.param(
            LeftRunning(made.span(), ("main.2 (sleeping)",)), "left running: main.2 (sleeping)", id="left"
        ),
    ],
)
def test_a_headline_is_one_line(failure: Failure, words: str) -> None:
    assert headline(failure) == words
    if not isinstance(failure, StateMismatch):
        assert words in explained(failure)


class TestTranscript:
    entries = (
        made.entry(None, "> ex2.py(1)<module>()\n"),
        made.entry("n", "1\n"),
        made.entry(None, "late\n", process="main.1"),
        made.entry("q", "", process="main.1"),
    )

    def test_lines_of_several_processes_have_labels(self) -> None:
        assert texts(transcript(self.entries)) == [
            "  transcript so far:",
            "    main   | > ex2.py(1)<module>()",
            "    main   | (Pdb) n",
            "    main   | 1",
            "    main.1 | late",
            "    main.1 | (Pdb) q",
        ]

    def test_lines_of_main_alone_have_no_labels(self) -> None:
        assert texts(transcript(self.entries[:2]))[1:] == [
            "    > ex2.py(1)<module>()",
            "    (Pdb) n",
            "    1",
        ]

    def test_only_the_last_lines_are_shown(self) -> None:
        many = [made.entry(str(number)) for number in range(100)]
        shown = texts(transcript(many, last=2))
        assert shown == ["  transcript so far (last 2 of 100 lines):", "    (Pdb) 98", "    (Pdb) 99"]

    def test_an_empty_transcript_is_not_shown(self) -> None:
        assert not list(transcript(()))

    def test_a_transcript_ends_with_the_failed_step(self) -> None:
        steps: list[tuple[Step, tuple[Failure, ...]]] = [
            (made.step("n"), ()),
            (Step(made.span(), Look(), process="main.1"), (made.state_mismatch(),)),
            (made.step("q", process="main.1"), ()),
        ]
        result = made.result(steps, verdict="failed", transcript=self.entries)
        assert until(result, result.steps[0]) == self.entries[:3]
        assert until(result, result.steps[1]) == self.entries[:3]
        assert until(result, result.steps[2]) == self.entries


def failed_result(**changes: object) -> ScenarioResult:
    steps = [(made.step("n"), (made.state_mismatch(),))]
    return made.result(steps, verdict="failed", transcript=[made.entry("n", "1\n")], **changes)  # type: ignore[arg-type]


def test_a_result_is_enough_to_explain_a_step() -> None:
    text = plain(explain(failed_result()))
    assert text.index("step 1 of 1 failed") < text.index("state differs") < text.index("transcript so far")


def test_a_result_is_enough_to_explain_what_was_left_running() -> None:
    left = LeftRunning(made.span(), ("main.2 (sleeping)",))
    text = plain(explain(made.result(verdict="failed", failures=[left], transcript=[made.entry("c", "1\n")])))
    assert "failed at the end: /packs/fork/fork-count-them.yaml:1\n  left running: main.2 (sleeping)" in text
    assert "    (Pdb) c\n    1\n" in text
