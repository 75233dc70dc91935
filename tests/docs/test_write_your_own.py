"""Tests that write the files of docs/write-your-own.md, run its commands, and compare the output."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from docs.page import CHECKOUT, commands, examples, is_shown, run

from pdbcoach.scenario.loader import load

PAGE = CHECKOUT / "docs" / "write-your-own.md"


def test_every_example_is_tested() -> None:
    found = examples(PAGE)
    kinds = {(one.language, bool(one.title)) for one in found}
    assert kinds <= {("console", False), ("python", True), ("yaml", True), ("text", True), ("toml", True)}
    assert len(found) == PAGE.read_text().count("\n```") // 2


def test_the_files_and_commands_of_the_page(tmp_path: Path) -> None:
    ran = 0
    for example in examples(PAGE):
        if example.title:
            file = tmp_path / example.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(example.text, encoding="utf-8")
            continue
        for command, shown in commands(example.text):
            done = run(command, tmp_path)
            where = f"{PAGE.name}:{example.line}: $ {command}\n{done.stdout}{done.stderr}"
            assert done.returncode == 0, where
            assert is_shown(shown, done.stdout), where
            ran += 1
    assert ran > 10
    for file in sorted((tmp_path / "lessons").glob("*.yaml")):
        if file.stem != "pack" and "." not in file.stem:
            assert load(file)


class TestHookAndAction:
    def test_the_hook_runs_an_existing_command(self) -> None:
        (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
        assert (hook["id"], hook["entry"]) == ("pdbcoach-check", "pdbcoach check --fast")

    @pytest.mark.parametrize(
        ("name", "checked"),
        [
            pytest.param("lessons/till.yaml", True, id="a-scenario"),
            pytest.param("lessons/pack.yaml", True, id="a-pack"),
            pytest.param("lessons/till.zh_CN.yaml", True, id="a-translation"),
            pytest.param("lessons/misconceptions.yaml", True, id="misconceptions"),
            pytest.param("lessons/programs/till.py", True, id="a-program"),
            pytest.param(".pre-commit-config.yaml", False, id="hidden"),
        ],
    )
    def test_the_hook_skips_files_that_concern_no_scenario(self, name: str, checked: bool) -> None:
        (hook,) = yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text())
        assert set(hook["types_or"]) == {"yaml", "python"}
        assert (re.search(hook["exclude"], name) is None) is checked

    def test_the_action_never_puts_an_input_into_a_script(self) -> None:
        action = yaml.safe_load((CHECKOUT / "action.yml").read_text())
        scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
        assert scripts
        assert not [script for script in scripts if "${{" in script]

    def test_the_action_checks_the_given_paths_and_pythons(self, tmp_path: Path) -> None:
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
