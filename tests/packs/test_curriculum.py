"""Tests that the shipped packs together teach every command, program and misconception."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from packs.shelf import SCENARIOS, commands, lesson

from pdbcoach.engine import interpreters
from pdbcoach.engine.interpreters import Interpreter
from pdbcoach.pdb.commands import find
from pdbcoach.scenario import packs
from pdbcoach.scenario.misconceptions import misconceptions_of

CURRICULUM = {
    "basics": (
        "arrow-not-yet-run",
        "list-and-enter",
        "into-or-over",
        "run-to-return",
        "args-right-now",
        "print-any-expression",
        "run-again-and-leave",
    ),
    "stopping": (
        "break-and-clear-by-line",
        "break-where-code-runs",
        "clear-wants-a-number",
        "tbreak-ignore-disable",
        "condition-needs-a-comma",
        "until-the-loop-ends",
        "breakpoint-commands",
        "break-in-another-file",
    ),
    "looking": (
        "walk-the-stack",
        "up-is-not-undo",
        "names-that-are-commands",
        "change-and-watch",
        "global-or-shadow",
        "comprehension-and-interact",
        "jump-with-care",
        "alias-toolbox",
    ),
    "entering": (
        "start-with-m-pdb",
        "pdb-run-a-string",
        "pdb-run-wrong-ways",
        "call-it-under-pdb",
        "breakpoint-builtin",
        "post-mortem-first",
        "pm-and-exception-chain",
        "interrupt-a-runaway",
        "attach-by-pid",
    ),
    "fork": (
        "fork-two-prompts",
        "fork-stop-in-child",
        "fork-copies-globals",
        "fork-count-them",
        "fork-zombie-then-reap",
        "fork-buffer-twice",
    ),
    "process": (
        "p-is-a-command",
        "terminate-join-close",
        "exitcode-tells-how",
        "subclass-run-or-start",
        "child-breakpoint-bdbquit",
        "child-breakpoint-never-hits",
        "three-worlds-global",
    ),
    "pool": (
        "pool-breakpoint-steals-tasks",
        "pool-ask-for-the-result",
        "pool-close-join-order",
        "pool-dead-worker-hangs",
    ),
    "hunts": (
        "hunt-str-plus-int",
        "hunt-wrong-pid",
        "hunt-vanishing-close-error",
        "hunt-unreachable-join",
        "hunt-mixed-tabs",
        "hunt-comma-start",
        "hunt-missing-guard",
        "hunt-silent-pool",
    ),
    "advanced": ("thread-breakpoint-missed", "generator-yield", "await-step"),
}

COMMANDS_OF_HELP = (
    *("EOF", "alias", "args", "break", "clear", "commands", "condition", "continue", "debug", "disable"),
    *("display", "down", "enable", "exceptions", "exit", "help", "ignore", "interact", "jump", "list"),
    *("longlist", "next", "p", "pp", "quit", "restart", "retval", "return", "run", "source", "step"),
    *("tbreak", "unalias", "undisplay", "until", "up", "whatis", "where"),
)
"""Long names of the commands that `help` lists on Python 3.14 and 3.15."""
NOT_IN_HELP = ("!", ";;", "silent", "end")

NOTES = {
    "n": "next",
    "l": "list",
    "c": "continue",
    "b": "break",
    "clear": "clear",
    "s": "step",
    "p": "p",
    "a": "args",
    "r": "return",
}
"""Commands in the notes that pdbcoach grew from: their spelling there, and their long names."""

EXAMPLES = {
    "ex1.py": {"ex1.py"},
    "ex2.py": {"ex2.py", "fork_buf.py"},
    "ex3.py": {"ex3.py"},
    "ex4.py": {"ex4.py", "ex4_untabbed.py", "ex4_dotted.py", "sub_fixed.py"},
    "ex5.py": {"ex5.py", "silent_pool.py"},
}
"""Programs in the notes, each with the lesson programs derived from it."""

TARGETS = interpreters.find_all()
each_target = pytest.mark.parametrize("python", TARGETS, ids=[one.version_text for one in TARGETS])


class TestPacks:
    def test_there_are_60_lessons_in_9_packs(self) -> None:
        assert (len(CURRICULUM), sum(map(len, CURRICULUM.values()))) == (9, 60)

    @pytest.mark.parametrize("pack", CURRICULUM)
    def test_a_pack_has_its_lessons_in_order(self, pack: str) -> None:
        assert packs.load_pack(packs.shipped() / pack).order == CURRICULUM[pack]

    def test_the_packs_are_in_order(self) -> None:
        assert list(dict.fromkeys(one.path.parent.name for one in SCENARIOS)) == list(CURRICULUM)


class TestCommands:
    @each_target
    def test_help_lists_only_known_commands(self, python: Interpreter, tmp_path: Path) -> None:
        program = tmp_path / "program.py"
        program.write_text("pass\n")
        ran = subprocess.run(
            [python.executable, "-m", "pdb", str(program)],
            input="help\nq\n",
            env=os.environ | {"NO_COLOR": "1", "TERM": "dumb", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        listing = re.search(r"Documented commands[^=]*=+\n(.*?)\n\n", ran.stdout, re.DOTALL)
        assert listing
        commands = map(find, listing[1].split())
        names = {command.name if command is not None else None for command in commands}
        assert names <= set(COMMANDS_OF_HELP)
        if python.version >= (3, 14):
            assert names == set(COMMANDS_OF_HELP)

    @pytest.mark.parametrize("command", [*COMMANDS_OF_HELP, *NOT_IN_HELP])
    def test_a_command_is_asked_for_in_a_lesson(self, command: str) -> None:
        assert [one.id for one in SCENARIOS if command in commands(one)]


class TestNotes:
    @pytest.mark.parametrize("item", NOTES)
    def test_a_command_is_asked_for_in_two_lessons(self, item: str) -> None:
        assert len({lesson(one) for one in SCENARIOS if NOTES[item] in commands(one)}) >= 2

    def test_pdb_run_with_a_string_is_in_two_lessons(self) -> None:
        found = {
            lesson(one)
            for one in SCENARIOS
            if 'pdb.run("' in one.run_line
            or any('pdb.run("' in file.path.read_text(encoding="utf-8") for file in one.files)
        }
        assert len(found) >= 2

    @pytest.mark.parametrize("program", EXAMPLES)
    def test_a_program_is_used_in_two_lessons(self, program: str) -> None:
        found = {lesson(one) for one in SCENARIOS if EXAMPLES[program] & {file.name for file in one.files}}
        assert len(found) >= 2


@pytest.mark.parametrize("misconception", misconceptions_of(packs.shipped()))
def test_a_misconception_is_the_target_of_a_lesson(misconception: str) -> None:
    assert [one.id for one in SCENARIOS if misconception in one.targets]
