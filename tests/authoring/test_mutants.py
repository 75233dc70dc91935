"""The mutants of a scenario's commands, made from a result without running anything."""

from __future__ import annotations

from pathlib import Path

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.authoring.mutants import Mutant, before, mutants
from pdbcoach.observation import ProcessView
from pdbcoach.replay.result import ScenarioResult, StepResult
from pdbcoach.scenario.model import Key, Look, Send, SourceFile, Step

PROGRAM = 'def f(n):\n    """Say something."""\n    m = n\n\n    return m\n\n\nx = f(1)\n'


def played(folder: Path, *steps: tuple[Step, list[ProcessView]], program: str = PROGRAM) -> ScenarioResult:
    """Return a result whose steps saw these processes afterwards."""
    path = folder / "ex2.py"
    path.write_text(program)
    scenario = made.scenario(*(step for step, _ in steps), files=(SourceFile("ex2.py", path),))
    results = [
        StepResult(number, step, made.observation("", *views, process=step.process), ())
        for number, (step, views) in enumerate(steps, 1)
    ]
    return replace(made.result(), scenario=scenario, steps=tuple(results))


def alone(folder: Path, text: str, **options: str) -> list[Mutant]:
    """Return the mutants of the second step, which types ``text``."""
    first = (made.step("n"), [made.at_prompt()])
    result = played(folder, first, (made.step(text), [made.at_prompt()]), **options)
    return [one for one in mutants(result) if one.number == 2]


def typed(mutant: Mutant) -> str | None:
    action = mutant.scenario.steps[mutant.number - 1].action
    return action.text if isinstance(action, Send) else None


@pytest.mark.parametrize(
    ("text", "others"),
    [
        pytest.param("s", [None, "n", "l"], id="step"),
        pytest.param("n", [None, "s", "l"], id="next"),
        pytest.param("c", [None, "l"], id="continue"),
        pytest.param("u", [None, "l"], id="up"),
        pytest.param("p x", [None], id="p"),
        pytest.param("x = 1", [None], id="a-statement"),
        pytest.param("n ;; n", [None], id="two-commands"),
        pytest.param("b 3", [None, "b 5"], id="a-breakpoint"),
        pytest.param("b 8", [None, "b 5"], id="a-breakpoint-on-the-last-line"),
        pytest.param("b ex2.py:3, m > 1", [None, "b ex2.py:5, m > 1"], id="file-and-condition"),
        pytest.param("b other.py:3", [None], id="a-file-that-is-not-there"),
        pytest.param("cl 1", [None], id="a-breakpoints-number"),
        pytest.param("cl ex2.py:3", [None, "cl ex2.py:5"], id="a-place-to-clear"),
        pytest.param("until 5", [None, "l", "until 8"], id="until"),
    ],
)
def test_each_command_has_its_mutants(tmp_path: Path, text: str, others: list[str | None]) -> None:
    assert [typed(one) for one in alone(tmp_path, text)] == others


def test_a_program_that_python_cannot_read_has_no_other_lines(tmp_path: Path) -> None:
    assert [typed(one) for one in alone(tmp_path, "b 3", program="def f(:\n")] == [None]


def test_a_mutant_differs_in_one_step_only(tmp_path: Path) -> None:
    for one in alone(tmp_path, "s"):
        (first, second) = one.scenario.steps
        assert first == made.step("n")
        assert second != made.step("s")
        assert replace(second, action=Send("s"), prompt=None) == made.step("s")


def test_only_what_moves_nothing_surely_stays(tmp_path: Path) -> None:
    assert [(one.what, one.stays, one.silent) for one in alone(tmp_path, "n")] == [
        ("left out", True, True),
        ("sent as `s`", False, False),
        ("sent as `l`", True, False),
    ]


@pytest.mark.parametrize("prompt", ["python", "interact", "confirm", "program", "commands"])
def test_at_other_prompts_a_line_is_only_left_out(tmp_path: Path, prompt: str) -> None:
    step = replace(made.step("n"), prompt=prompt)
    assert [one.what for one in mutants(played(tmp_path, (step, [made.at_prompt()])))] == ["left out"]


def test_a_key_is_only_left_out(tmp_path: Path) -> None:
    step = replace(made.step(), action=Key("ctrl-c"))
    assert [one.what for one in mutants(played(tmp_path, (step, [made.at_prompt()])))] == ["left out"]


class TestOtherProcesses:
    CHILD = made.at_prompt("main.1")

    def of_second(self, folder: Path, step: Step, before_it: list[ProcessView]) -> list[str]:
        views = [made.at_prompt(), self.CHILD]
        result = played(folder, (made.step("c"), before_it), (step, views))
        return [one.what for one in mutants(result) if one.number == 2]

    def test_a_line_can_go_to_another_process_at_a_prompt(self, tmp_path: Path) -> None:
        views = [made.at_prompt(), self.CHILD]
        assert self.of_second(tmp_path, made.step("p x"), views) == ["left out", "sent to main.1"]

    def test_a_look_can_be_at_another_process(self, tmp_path: Path) -> None:
        look = replace(made.step(), action=Look())
        assert self.of_second(tmp_path, look, [made.at_prompt(), self.CHILD]) == ["looking at main.1"]

    def test_another_process_in_place_of_one_bound_late_is_no_error(self, tmp_path: Path) -> None:
        step, views = replace(made.step("p x"), process="worker"), [made.at_prompt(), self.CHILD]
        result = played(tmp_path, (made.step("c"), views), (step, views))
        late = replace(result, scenario=replace(result.scenario, late={"worker": ("main.*",)}))
        assert "sent to main" in [one.what for one in mutants(result)]
        assert "sent to main" not in [one.what for one in mutants(late)]

    def test_a_process_that_is_about_to_stop_counts(self, tmp_path: Path) -> None:
        running = ProcessView("main.1", 101, "running")
        assert "sent to main.1" in self.of_second(tmp_path, made.step("p x"), [made.at_prompt(), running])

    def test_a_process_that_is_not_there_yet_does_not_count(self, tmp_path: Path) -> None:
        assert self.of_second(tmp_path, made.step("p x"), [made.at_prompt()]) == ["left out"]


def test_before_the_first_step_no_process_was_seen(tmp_path: Path) -> None:
    result = played(
        tmp_path, (made.step("n"), [made.at_prompt()]), (made.step("n"), [made.at_prompt(line=9)])
    )
    assert before(result, 1) == {}
    state = before(result, 2)["main"].state
    assert state is not None
    assert state.stop.line == 3
