"""Tests that the shipped packs pass, warm and cold, and that the original programs are unchanged."""

from __future__ import annotations

import hashlib

import pytest
from packs.shelf import SCENARIOS

from pdbcoach.engine import interpreters
from pdbcoach.replay.fingerprint import first_difference
from pdbcoach.replay.result import Target
from pdbcoach.replay.runner import Options, finish
from pdbcoach.scenario import packs
from pdbcoach.scenario.model import Scenario, Send

# SHA-256 of the programs in the notes that pdbcoach grew from, mistakes included.
SEED = {
    "ex1.py": "940607982eb51588c5c8bc51994b93281ade8acbb7133087b9be456550ff6fe4",
    "ex2.py": "d010c2307f287c85b3b9d7039126cfb7b72d9013eabdc1df8ef5ba65267fd0b5",
    "ex3.py": "92574f5ff38936089562fe7f351633b1d00a55f9f3f4a642e64f9d916b4a1347",
    "ex4.py": "f42533cac817447416c5794b83093919138d48da4e71bc11146bc83aa7cc78a9",
    "ex5.py": "21429d029150390fd3d0b9fdf84a3ad1815fe47f18489576f8eca33168687b3a",
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one.id for one in SCENARIOS])
def test_a_scenario_passes_on_the_running_python_warm_and_cold(scenario: Scenario) -> None:
    running = interpreters.running()
    target = Target(running.executable, running.version_text)
    warm, cold = (finish(scenario, target, options=Options(cold=cold)) for cold in (False, True))
    for result in (warm, cold):
        assert [failure for step in result.steps for failure in step.failures] == []
        assert result.failures == ()
    if scenario.grade != "demo":  # a demonstration's output depends on timing
        assert first_difference(cold, warm) is None


@pytest.mark.parametrize("name", SEED)
def test_an_original_program_is_unchanged_and_used(name: str) -> None:
    used = [file.path for one in SCENARIOS for file in one.files if file.name == name]
    assert used
    assert {hashlib.sha256(path.read_bytes()).hexdigest() for path in used} == {SEED[name]}


def test_a_repaired_program_differs_only_by_its_repair() -> None:
    programs = packs.shipped() / "hunts" / "programs"
    verbatim = (programs / "ex4.py").read_text()
    untabbed = verbatim.replace("\t", "    ")
    dotted = untabbed.replace("p,start()", "p.start()")
    assert (programs / "ex4_untabbed.py").read_text() == untabbed != verbatim
    assert (programs / "ex4_dotted.py").read_text() == dotted != untabbed


def test_lessons_type_to_both_sides_of_a_fork() -> None:
    driven = {
        one.id: {step.process for step in one.steps if isinstance(step.action, Send)} for one in SCENARIOS
    }
    assert driven["fork-two-prompts"] >= {"main", "main.1"}
    six = {"main", "main.1", "main.1.1", "main.2", "main.2.1", "main.3"}
    assert driven["fork-count-them"] == six
