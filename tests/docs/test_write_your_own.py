"""Whoever follows docs/write-your-own.md sees what it shows: its files are written, its commands run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml

from pdbcoach.errors import Span
from pdbcoach.matching.transcript import Matched, match
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Expect, OutputBlock

CHECKOUT = Path(__file__).parents[2]
PAGE = CHECKOUT / "docs" / "write-your-own.md"
_FENCE = re.compile(r"^```(\w+)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    language: str
    title: str
    text: str
    line: int


def examples() -> list[Example]:
    page = PAGE.read_text(encoding="utf-8")
    return [
        Example(found[1], found[2] or "", found[3], page.count("\n", 0, found.start()) + 1)
        for found in _FENCE.finditer(page)
    ]


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of a console block and the output shown below it."""
    parts = re.split(r"^\$ (.*)\n", text, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "PYTHONPATH")}
    if not any(one.value == "pdbcoach.pytest_plugin" for one in entry_points(group="pytest11")):
        kept["PYTEST_PLUGINS"] = "pdbcoach.pytest_plugin"
    return kept | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "200",
        "PYTEST_ADDOPTS": "",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def test_every_example_is_of_a_kind_that_is_tried() -> None:
    kinds = {(one.language, bool(one.title)) for one in examples()}
    assert kinds <= {("console", False), ("python", True), ("yaml", True), ("text", True), ("toml", True)}
    assert len(examples()) == PAGE.read_text().count("\n```") // 2


def test_the_page_in_its_order(tmp_path: Path) -> None:
    run = 0
    for example in examples():
        if example.title:
            file = tmp_path / example.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(example.text, encoding="utf-8")
            continue
        for command, shown in commands(example.text):
            done = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=tmp_path,
                env=environment(),
                capture_output=True,
                text=True,
                timeout=120,
                stdin=subprocess.DEVNULL,
            )
            where = f"{PAGE.name}:{example.line}: $ {command}\n{done.stdout}{done.stderr}"
            assert done.returncode == 0, where
            expect = Expect((OutputBlock(shown, Span(PAGE, example.line, 1)),), Span(PAGE, example.line, 1))
            assert isinstance(match(expect, done.stdout.rstrip(), {}, "3.13.0"), Matched), where
            run += 1
    assert run > 10
    for file in sorted((tmp_path / "lessons").glob("*.yaml")):
        if file.stem != "pack" and "." not in file.stem:
            assert load(file)


class TestForOthersRepositories:
    def test_the_hook_runs_what_there_is(self) -> None:
        (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
        assert (hook["id"], hook["entry"]) == ("pdbcoach-check", "pdbcoach check --fast")

    @pytest.mark.parametrize(
        ("name", "checked"),
        [
            pytest.param("lessons/till.yaml", True, id="a-scenario"),
            pytest.param("lessons/pack.yaml", False, id="a-pack"),
            pytest.param("lessons/till.zh_CN.yaml", False, id="a-translation"),
            pytest.param("lessons/misconceptions.yaml", False, id="misconceptions"),
            pytest.param(".pre-commit-config.yaml", False, id="hidden"),
        ],
    )
    def test_the_hook_passes_over_what_is_no_scenario(self, name: str, checked: bool) -> None:
        (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
        assert (re.search(hook["exclude"], name) is None) is checked

    def test_the_action_never_puts_an_input_into_a_script(self) -> None:
        action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
        scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
        assert scripts
        assert not [script for script in scripts if "${{" in script]

    def test_the_actions_scripts_are_valid_and_check_what_was_asked(self, tmp_path: Path) -> None:
        action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
        check = action["runs"]["steps"][-1]["run"]
        program = tmp_path / "pdbcoach" / "bin" / "pdbcoach"
        program.parent.mkdir(parents=True)
        program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
        program.chmod(0o755)
        inputs = {"PATHS": "a b", "PYTHONS": "3.9 3.13", "ARGUMENTS": "--fast", "RUNNER_TEMP": str(tmp_path)}
        done = subprocess.run(
            ["bash", "-e", "-c", check], env=os.environ | inputs, capture_output=True, text=True
        )
        assert done.stdout.split() == [
            *("check", "--github", "--python", "3.9", "--python", "3.13", "--fast", "a", "b")
        ]
