"""A lesson is tried with other lines than its own: by the whole of it, and by what `check` makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.lessons import write_lesson
from msgspec.structs import replace

from pdbcoach.engine import interpreters
from pdbcoach.replay.result import Target
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Prose, Scenario
from pdbcoach.truth.perturb import Perturbed, perturb, some_of
from pdbcoach.truth.perturbations import Perturbation

STEPS = """\
  - send: b 2
    breakpoints: ["2"]
    ask: Set a breakpoint on line 2.
    why: {why}
    wrong:
      - when: {{at: {{line: 6}}}}
        say: {wrong}
  - send: c
    at: {{line: 2, function: double}}
  - send: q
    ends: {{main: exit 0}}
"""
FINE = {"why": "Now it can stop.", "wrong": "Not yet."}


@pytest.fixture(scope="module")
def here() -> Target:
    found = interpreters.running()
    return Target(found.executable, found.version_text)


def scenario(folder: Path, program: str | None = None, **texts: str) -> Scenario:
    steps = STEPS.format(**FINE | {name: f'"{text}"' for name, text in texts.items()})
    path = write_lesson(folder, steps) if program is None else write_lesson(folder, steps, program=program)
    return load(path)[0]


def tried(scenario: Scenario, target: Target, *, full: bool = True, seconds: float = 60) -> Perturbed:
    return perturb(scenario, target, full=full, seconds=seconds)


def kinds(found: Perturbed) -> list[str]:
    return [finding.kind for finding in found.findings]


def test_a_lesson_that_says_nothing_false_is_left_alone(tmp_path: Path, here: Target) -> None:
    found = tried(scenario(tmp_path), here)
    assert [one for one in found.findings if one.kind == "truth"] == []
    assert found.tries.done == found.tries.planned > 20
    assert (found.tries.steps, found.tries.left_out) == (3, 0)
    assert 0 < found.tries.read < found.tries.sentences


def test_a_number_that_only_the_author_gets_is_found(tmp_path: Path, here: Target) -> None:
    found = tried(scenario(tmp_path, why="It has number 1."), here)
    (finding,) = [one for one in found.findings if one.kind == "truth"]
    assert finding.message == 'step 1 why: "It has number 1.": it is number 2'
    assert finding.details == ("after `b 8`, `b 2`",)
    assert finding.cure
    assert finding.truth is not None
    assert (finding.truth.step, finding.truth.text, finding.truth.rule) == (1, "why", "number")
    assert finding.truth.typed == ("b 8", "b 2")


def test_a_remark_that_is_not_so_is_found(tmp_path: Path, here: Target) -> None:
    found = tried(scenario(tmp_path, wrong="The program ran to its end."), here)
    assert "truth" in kinds(found)


def test_the_judge_reads_english_whatever_the_language(
    tmp_path: Path, here: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pdbcoach import language

    language.use("zh")
    try:
        found = tried(scenario(tmp_path, why="It has number 1."), here)
        assert language._("That's it.") != "That's it."
    finally:
        language.use("")
    assert "truth" in kinds(found)


def test_some_tries_are_three_at_each_step(tmp_path: Path, here: Target) -> None:
    found = tried(scenario(tmp_path), here, full=False)
    assert 9 <= found.tries.planned <= 10  # one more if a slip is carried to the end


def test_the_tries_of_a_pack_are_all_there_are() -> None:
    every = [Perturbation(str(number), "road", ("n",)) for number in range(10)]
    chosen = [tuple(some_of(every, name, number)) for name in ("one", "two") for number in range(4)]
    assert {len(some) for some in chosen} == {3}
    assert {one for some in chosen for one in some} == set(every)
    assert chosen[0] != chosen[4]


def test_time_that_ran_out_is_told(tmp_path: Path, here: Target) -> None:
    lesson = scenario(tmp_path)
    full = tried(lesson, here, seconds=1e-9)
    assert full.tries.ran_out_of_time
    assert [one.message for one in full.findings] == [f"0 of {full.tries.planned} tries, time was up"]
    some = tried(lesson, here, full=False, seconds=1e-9)
    assert some.tries.ran_out_of_time
    assert some.findings == ()


def test_a_program_that_does_not_repeat_itself_is_left_out(tmp_path: Path, here: Target) -> None:
    program = "import random\ndef double(n):\n    return n * 2\n\n\nr = random.random()\nx = double(4)\n"
    steps = "  - send: n\n    at: {line: 2}\n  - send: n\n    at: {line: 6}\n"
    steps += "  - send: n\n    at: {line: 7}\n  - send: p x\n    expect: '*** NameError: [..]'\n"
    path = write_lesson(tmp_path, steps, program=program)
    found = tried(load(path)[0], here)
    assert found.tries.left_out > 0


def test_an_own_line_that_is_not_accepted_is_found(tmp_path: Path, here: Target) -> None:
    lesson = scenario(tmp_path)
    first = replace(lesson.steps[0], prose=Prose(forbid=("break",)))
    found = tried(replace(lesson, steps=(first, *lesson.steps[1:])), here)
    (finding,) = found.findings
    assert (finding.kind, finding.span) == ("refused", first.span)
    assert finding.message.startswith("step 1: the step's own line isn't accepted")


def test_a_demonstration_is_not_tried(tmp_path: Path, here: Target) -> None:
    assert tried(replace(scenario(tmp_path), grade="demo"), here).tries.planned == 0
