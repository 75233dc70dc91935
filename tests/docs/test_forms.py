"""Tests that write the files of docs/forms.md and replay each scenario on every Python found."""

from __future__ import annotations

from pathlib import Path

import pytest
from docs.page import CHECKOUT, commands, examples, is_shown, run

from pdbcoach.engine.interpreters import find_all
from pdbcoach.replay.result import Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load

PAGE = CHECKOUT / "docs" / "forms.md"
TARGETS = [Target(one.executable, one.version_text) for one in find_all()]
SCENARIOS = [one.title for one in examples(PAGE) if one.language == "yaml"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the files of the page."""
    folder = tmp_path_factory.mktemp("forms")
    for example in examples(PAGE):
        if example.title:
            file = folder / example.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(example.text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.version)
@pytest.mark.parametrize("title", SCENARIOS)
def test_each_form_works(written: Path, title: str, target: Target) -> None:
    (scenario,) = load(written / title)
    result = finish(scenario, target)
    if "pytest" in scenario.run_line and result.verdict == "skipped":
        assert result.reason == "its Python has no console script `pytest`"
        return
    assert [failure for step in result.steps for failure in step.failures] == []
    assert result.failures == ()
    assert result.verdict == "passed"


def test_the_command_of_the_page(written: Path) -> None:
    ran = 0
    for example in examples(PAGE):
        for command, shown in commands(example.text) if example.language == "console" else ():
            done = run(command, written)
            assert done.returncode == 0, done.stdout + done.stderr
            assert is_shown(shown, done.stdout), done.stdout
            ran += 1
    assert ran == 1
