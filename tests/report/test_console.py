from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

import fabricated as made
import pytest

from pdbcoach.matching.verdict import LeftRunning, Refused
from pdbcoach.replay.result import (
    Event,
    ScenarioFinished,
    ScenarioStarted,
    Seen,
    StepFinished,
    StepResult,
    StepStarted,
)
from pdbcoach.report.console import ConsoleReport
from pdbcoach.report.screen import Screen
from pdbcoach.scenario.model import Look, Step

Make = Callable[..., tuple[Screen, Any]]


def drawn(events: Iterable[Event], *, quiet: bool = False) -> str:
    file = io.StringIO()
    report = ConsoleReport(Screen(file), quiet=quiet)
    for event in events:
        report.handle(event)
    report.close()
    return file.getvalue()


def squeezed(text: str) -> list[str]:
    """Return the lines, with one space before a mark at the right."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_a_passing_replay_of_one_process_is_drawn_without_labels() -> None:
    result = made.result([(made.step("b 4"), ()), (made.step("c"), ())])
    text = drawn(made.events(result, ["Breakpoint 1 at ex2.py:4\r\n", "1\r\n"]))
    assert squeezed(text) == [
        "== fork-count-them - Count them - Python 3.13.0",
        "$ python -m pdb ex2.py",
        "(Pdb) b 4",
        "Breakpoint 1 at ex2.py:4 ok",
        "(Pdb) c",
        "1 ok",
        "ok passed: 2 steps in 0.25 s",
        "",
    ]


def test_a_step_without_output_has_its_tick_after_its_line() -> None:
    assert "(Pdb) b 4 ok" in squeezed(drawn(made.events(made.result([(made.step("b 4"), ())]))))


def test_lines_name_their_process() -> None:
    result = made.result([(made.step("n"), ()), (made.step("c", process="main.1"), ())])
    text = drawn(made.events(result, ["-> x\n", "y\n"]))
    assert "main   | (Pdb) n\nmain   | -> x " in text
    assert "main.1 | (Pdb) c\nmain.1 | y " in text


def test_a_process_that_the_scenario_never_named_gets_a_label_when_it_appears() -> None:
    result = made.result([(made.step("n"), ())])
    started, *rest = made.events(result, ["-> x\n"])
    text = drawn(
        [started, Seen(made.entry("b 1")), Seen(made.entry(None, "hello\n", process="main.1")), *rest]
    )
    assert "\n(Pdb) b 1\nmain.1 | hello\nmain   | (Pdb) n\n" in text


def test_a_failing_step_is_explained_where_it_fails() -> None:
    result = made.result([(made.step("n"), (made.output_mismatch(),))], verdict="failed")
    lines = squeezed(drawn(made.events(result, ["-> if ret == 1:\n"])))
    assert lines.index("-> if ret == 1: FAIL") < lines.index("> - -> if ret == 0:")
    assert "FAIL failed in 0.25 s" in lines


def test_a_step_that_types_nothing_and_fails_says_so() -> None:
    step = Step(made.span(), Look(), process="main.1")
    failed = StepResult(1, step, None, (Refused(made.span(), "there is no main.1"),))
    text = drawn(
        [ScenarioStarted(made.scenario(step), made.TARGET), StepStarted(1, step, ""), StepFinished(failed)]
    )
    assert "(nothing: looks at main.1) FAIL" in squeezed(text)


def test_processes_left_running_are_named_at_the_end() -> None:
    left = LeftRunning(made.span(), ("main.2 (sleeping)",))
    text = drawn(made.events(made.result(verdict="failed", failures=[left])))
    assert "left running: main.2 (sleeping)" in text


def test_a_skipped_scenario_says_why() -> None:
    result = made.result(verdict="skipped", reason="needs Python >=3.14")
    text = drawn([ScenarioStarted(result.scenario, result.target), ScenarioFinished(result)])
    assert "skip skipped: needs Python >=3.14" in text


def test_a_skipped_scenario_that_never_started_has_its_heading() -> None:
    text = drawn([ScenarioFinished(made.result(verdict="skipped", reason="needs Python >=3.14"))])
    assert text.startswith("== fork-count-them - Count them - Python 3.13.0\n")


@pytest.mark.parametrize("quiet", [pytest.param(False, id="loud"), pytest.param(True, id="quiet")])
def test_a_kept_work_folder_is_named(quiet: bool) -> None:
    assert "work folder of fork-count-them kept: /tmp/kept\n" in drawn(
        made.events(made.result(kept="/tmp/kept")), quiet=quiet
    )


HOSTILE = "\x1b[2J\x1b]0;owned\x07[bold red]\x9b31m\u202e\r"


@pytest.mark.parametrize("quiet", [pytest.param(False, id="loud"), pytest.param(True, id="quiet")])
def test_a_program_cannot_control_the_terminal(quiet: bool) -> None:
    step = made.step(HOSTILE)
    result = made.result(
        [(step, (made.state_mismatch(), Refused(made.span(), HOSTILE)))],
        verdict="failed",
        transcript=[made.entry(HOSTILE, HOSTILE)],
        title=HOSTILE,
        run_line=HOSTILE,
    )
    text = drawn(made.events(result, [HOSTILE]), quiet=quiet)
    assert not {character for character in text if not character.isprintable()} - {"\n"}
    assert r"\x1b[2J\x1b]0;owned\x07[bold red]\x9b31m\u202e" in text


def test_long_output_is_cut() -> None:
    result = made.result([(made.step("c"), ())])
    text = drawn(made.events(result, ["x" * 1_000_000 + "\n" + "y\n" * 100_000]))
    assert "(1,000,000 characters)" in text
    assert "lines not shown" in text
    assert len(text) < 20_000


class TestQuiet:
    def test_quiet_hides_what_passes(self) -> None:
        assert drawn(made.events(made.result(), ["-> x\n"]), quiet=True) == ""

    def test_quiet_shows_a_whole_failure(self) -> None:
        result = made.result(
            [(made.step("n"), (made.state_mismatch(),))],
            verdict="failed",
            transcript=[made.entry("n", "-> x\n")],
        )
        text = drawn(made.events(result, ["-> x\n"]), quiet=True)
        assert text.startswith("== fork-count-them - Count them - Python 3.13.0\nstep 1 of 1 failed")
        assert "    (Pdb) n\n    -> x\n" in text


class TestDemonstration:
    def test_a_line_typed_in_a_demonstration_is_drawn_once(self, terminal: Make) -> None:
        screen, file = terminal(80)
        report = ConsoleReport(screen)
        for event in made.events(made.result([(made.step("b 4"), ())]), ["Breakpoint 1\n"]):
            report.handle(event)
            if isinstance(event, StepStarted):
                report.show_prompt(event)
                assert file.getvalue().endswith("(Pdb) ")
                for character in "b 4":
                    report.show_typed(character)
                assert file.getvalue().endswith("(Pdb) b 4")
        assert file.getvalue().count("(Pdb)") == 1
        assert "(Pdb) b 4\nBreakpoint 1" in file.getvalue()

    def test_another_process_may_print_in_between(self) -> None:
        file = io.StringIO()
        report = ConsoleReport(Screen(file))
        step = made.step("b 4")
        report.handle(ScenarioStarted(made.scenario(step), made.TARGET))
        started = StepStarted(1, step, "(Pdb) ")
        report.handle(started)
        report.show_prompt(started)
        report.show_typed("b 4")
        report.handle(Seen(made.entry(None, "hello\n", process="main.1")))
        report.handle(Seen(made.entry("b 4", "Breakpoint 1\n")))
        report.close()
        assert file.getvalue().endswith("(Pdb) b 4\nmain.1 | hello\nmain   | Breakpoint 1\n")

    def test_a_line_that_was_never_typed_is_not_taken_for_the_next(self) -> None:
        file = io.StringIO()
        report = ConsoleReport(Screen(file))
        first, second = made.step("b 4"), made.step("b 4")
        report.handle(ScenarioStarted(made.scenario(first, second), made.TARGET))
        report.handle(StepStarted(1, first, "(Pdb) "))
        report.show_prompt(StepStarted(1, first, "(Pdb) "))
        report.show_typed("b 4")
        report.handle(StepStarted(2, second, "(Pdb) "))
        report.handle(Seen(made.entry("b 4")))
        report.close()
        assert file.getvalue().count("(Pdb) b 4\n") == 2
