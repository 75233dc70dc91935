from __future__ import annotations

import re
from pathlib import Path

import pytest
from scenario.author import HEAD, STEPS, Author

from pdbcoach.errors import ScenarioError
from pdbcoach.facts import At, Breakpoints, Ends, Returns
from pdbcoach.facts.status import Exited
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Key, Look, Send

EXAMPLE = """\
# yaml-language-server: $schema=../../pdbcoach.schema.json
format: 1
id: into-or-over
title: Into or over a call
teaches: [step, next, return]
run: python -m pdb tally.py
intro: |
  `s` goes *into* a call, `n` goes *over* it, `r` finishes the call you are in.
marks:                         # names for source lines: the line that contains this text
  call: "total = add_ticks(ticks)"
  body: "total = 0"

steps:
  - send: b @call              # becomes `b 15`; prose may say @call too
    breakpoints: ["@call"]
    quiet: true                # set-up: performed for the learner, not asked

  - send: c
    at: call

  - ask: Go **into** `add_ticks`.
    send: s
    at: {function: add_ticks, event: call}
    expect: |
      --Call--
      > [..]tally.py(4)add_ticks()
      -> def add_ticks(ticks, bonus=0):
    hints:
      - You want to move, and to end up one frame deeper.
      - There are two commands that run one line. One of them enters calls.
    wrong:
      - when: {function: report, event: line}
        say: "`n` ran the whole call. You are on the next line, outside `add_ticks`."

  - predict: {ask: "What will `add_ticks` return?", answer: "6"}
    ask: Finish this call, and stop where it returns.
    send: r
    at: {function: add_ticks, event: return}
    returns: "6"

  - send: q
    ends: {main: exit 0}
outro: |
  Into with `s`, over with `n`, out with `r`.
"""
"""The complete example of the format's reference."""


def test_the_documented_example_loads(author: Author) -> None:
    (scenario,) = load(author.write(EXAMPLE, "into-or-over.yaml"))
    assert scenario.id == "into-or-over"
    assert scenario.run == ("-m", "pdb", "tally.py")
    assert scenario.script == "tally.py"
    assert [file.name for file in scenario.files] == ["tally.py"]
    assert scenario.teaches == ("step", "next", "return")
    assert {name: mark.line for name, mark in scenario.marks.items()} == {"call": 15, "body": 5}
    first, second, third, fourth, last = scenario.steps
    assert first.action == Send("b 15")
    assert first.prose.quiet
    table, place = first.facts.of(Breakpoints), second.facts.of(At)
    assert table is not None
    assert [(row.file, row.line) for row in table.rows] == [("tally.py", 15)]
    assert place is not None
    assert (place.file, place.line) == ("tally.py", 15)
    assert len(third.prose.hints) == 2
    miss = third.prose.wrong[0].when.of(At)
    assert miss is not None
    assert (miss.function, miss.event) == ("report", "line")
    returns, ends = fourth.facts.of(Returns), last.facts.of(Ends)
    assert returns is not None
    assert returns.text == "6"
    assert ends is not None
    assert [(row.name, row.status) for row in ends.rows] == [("main", Exited(0))]
    assert scenario.outro == "Into with `s`, over with `n`, out with `r`."


@pytest.mark.parametrize(
    "line", ["n", "no", "y", "off", "1:30", "0x10", "~", "null", "1e3", "1_000", "=", ".5", "<"]
)
def test_a_line_to_send_is_taken_literally(author: Author, line: str) -> None:
    assert author.step(f"send: {line}\nexpect: x").action == Send(line)


@pytest.mark.parametrize("send", ['send: ""', "send:", "send: ''", "send: |\n    "])
def test_an_empty_send_is_a_bare_enter(author: Author, send: str) -> None:
    assert author.step(f"expect: x\n{send}").action == Send("")


def test_a_step_can_press_a_key_or_only_look(author: Author) -> None:
    scenario = author.load(steps="steps:\n  - key: ctrl-c\n  - at: {line: 3}\n")
    assert [step.action for step in scenario.steps] == [Key("ctrl-c"), Look()]


def test_a_step_has_process_prompt_and_wait(author: Author) -> None:
    step = author.step(
        "send: y\nprocess: worker\nprompt: confirm\nwait: 0.25\n"
        "must_use: [clear]\nforbid: [quit]\nquiet: false",
        top="alias: {worker: main.1}\n",
    )
    assert (step.process, step.prompt, step.wait) == ("main.1", "confirm", 0.25)
    assert (step.prose.must_use, step.prose.forbid, step.prose.quiet) == (("clear",), ("quit",), False)


def test_missing_keys_have_the_formats_defaults(author: Author) -> None:
    scenario = author.load()
    assert (scenario.level, scenario.grade, scenario.terminals) == ("core", "exact", "per-process")
    assert (scenario.timeout, scenario.python, scenario.background) == (10.0, "", None)
    assert (scenario.steps[0].process, scenario.steps[0].prompt, scenario.steps[0].wait) == (
        "main",
        None,
        0.0,
    )


def test_every_key_of_the_top_level_is_read(author: Author) -> None:
    scenario = author.load(
        "title: T\nintro: I\noutro: O\ntargets: [M01]\nlevel: extra\ngrade: demo\n"
        "files: [tally.py, stock.py]\n"
        'python: ">=3.12"\nstart_method: spawn\nterminals: shared\ntimeout: 2.5\n'
        "background: python stock.py\nalias: {other: background}\n"
        "env: {A: 1, PYTHONBREAKPOINT: 0}\npdbrc: |\n  p 1\n"
    )
    assert (scenario.title, scenario.intro, scenario.outro) == ("T", "I", "O")
    assert (scenario.targets, scenario.level, scenario.grade) == (("M01",), "extra", "demo")
    assert [file.name for file in scenario.files] == ["tally.py", "stock.py"]
    assert (scenario.python, scenario.start_method, scenario.terminals) == (">=3.12", "spawn", "shared")
    assert (scenario.timeout, scenario.background) == (2.5, ("stock.py",))
    assert scenario.alias == {"other": "background"}
    assert scenario.env == {"A": "1", "PYTHONBREAKPOINT": "0"}
    assert scenario.pdbrc == "p 1\n"


def test_limits_become_numbers(author: Author) -> None:
    limits = "limits: {memory: 512 MiB, file: 4KiB, disk: 1 GiB, processes: 20, output: 100 KiB}\n"
    assert author.load(limits).limits == {
        "memory": 512 << 20,
        "file": 4096,
        "disk": 1 << 30,
        "processes": 20,
        "output": 100 << 10,
    }
    assert author.load().limits == {}


def test_an_attaching_scenario_has_the_script_of_its_background(author: Author) -> None:
    (scenario,) = author.load_all(
        "format: 1\nid: demo\nrun: python -m pdb -p {pid}\nbackground: python tally.py\n"
        f"marks: {{body: total = 0}}\n{STEPS}"
    )
    assert scenario.run == ("-m", "pdb", "-p", "{pid}")
    assert scenario.script == "tally.py"
    assert scenario.marks["body"].line == 5


@pytest.mark.parametrize("run", ["python", "python -i", "python -c 'import pdb'"])
def test_a_command_line_without_a_program_needs_no_files(author: Author, run: str) -> None:
    (scenario,) = author.load_all(f"format: 1\nid: demo\nrun: {run}\n{STEPS}")
    assert (scenario.files, scenario.script) == ((), None)


def test_each_variant_is_a_scenario_that_inherits_the_top_level(author: Author) -> None:
    base, quick, quiet = author.load_all(
        HEAD + "title: T\nintro: top\n" + STEPS + "variants:\n"
        "  quick:\n    title: Q\n    timeout: 1\n"
        "  other-way:\n    run: python -m pdb stock.py\n    intro: own\n    steps:\n      - send: n\n"
    )
    assert [base.id, quick.id, quiet.id] == ["demo", "demo[quick]", "demo[other-way]"]
    assert (quick.title, quick.intro, quick.timeout, quick.steps) == ("Q", "top", 1.0, base.steps)
    assert (quiet.title, quiet.intro, quiet.script) == ("T", "own", "stock.py")
    assert quiet.steps[0].action == Send("n")


def test_a_file_without_steps_consists_of_its_variants(author: Author) -> None:
    scenarios = author.load_all(HEAD + "variants:\n  a:\n    " + STEPS.replace("\n", "\n    "))
    assert [scenario.id for scenario in scenarios] == ["demo[a]"]


def test_a_problem_in_what_variants_inherit_is_reported_once(author: Author) -> None:
    text = HEAD + "env: {PATH: x}\n" + STEPS + "variants:\n  a: {title: A}\n  b: {title: B}\n"
    assert len(author.problems(text)) == 1


def test_a_taught_command_can_be_used_by_any_variant(author: Author) -> None:
    scenarios = author.load_all(
        HEAD + "teaches: [next, quit]\n" + STEPS + "variants:\n  a:\n    steps:\n      - send: n\n"
    )
    assert [scenario.teaches for scenario in scenarios] == [("next", "quit")] * 2


@pytest.mark.parametrize(
    ("command", "step"),
    [
        ("next", "send: n"),
        ("until", "send: unt 10"),
        ("EOF", "key: ctrl-d"),
        ("!", "send: '!x = 1'"),
        (";;", "send: n ;; n"),
        ("p", "send: n ;; p x"),
        ("silent", "send: silent\n    prompt: commands"),
        ("next", "send: s\n    wrong: [{when: {line: 3}, say: '`n` goes over it'}]"),
    ],
)
def test_a_taught_command_must_be_used_by_a_step(author: Author, command: str, step: str) -> None:
    assert author.load(f"teaches: ['{command}']\n", f"steps:\n  - {step}\n").teaches == (command,)


@pytest.mark.parametrize(
    "step",
    [
        "send: n\n    quiet: true",
        "send: n\n    prompt: python",
        "send: s\n    why: '`n` goes over it'",
        "send: p n",
    ],
)
def test_a_taught_command_that_no_step_asks_for_is_a_problem(author: Author, step: str) -> None:
    problem = author.problem("teaches: [next]\n", f"steps:\n  - {step}\n")
    assert "`next` is taught, but no step" in problem.message
    assert (problem.span.line, problem.span.column, problem.span.length) == (4, 11, 4)


def test_all_problems_are_reported_at_once_in_the_order_of_the_file(author: Author) -> None:
    problems = author.problems(
        "format: 1\nid: Demo\nrun: pdb tally.py\nlevl: core\nsteps:\n"
        "  - sned: q\n  - send: b @nowhere\n    at: nowhere\n    ends: {man: exit 0}\n"
    )
    assert [problem.span.line for problem in problems] == [2, 3, 4, 6, 7, 8, 9]


def test_a_problem_shows_file_line_column_source_and_caret(author: Author) -> None:
    path = author.write(HEAD + "steps:\n  - sned: q\n    at: {line: 3}\n")
    with pytest.raises(ScenarioError) as caught:
        load(path)
    assert str(caught.value) == (
        f"{path}:5:5: unknown key `sned` in a step; did you mean `send`?\n      - sned: q\n        ^^^^"
    )


def test_a_newer_format_hides_all_other_problems(author: Author) -> None:
    (problem,) = author.problems("format: 2\nid: demo\nbranches: [1]\n")
    assert "this file needs a newer pdbcoach" in problem.message
    assert problem.span.line == 1


def test_the_span_of_a_block_is_where_it_starts(author: Author) -> None:
    step = author.step("send: n\nexpect: |\n  one\n  two")
    assert step.expect is not None
    assert (step.expect.span.line, step.expect.span.column) == (6, 13)


def test_a_scenario_keeps_the_path_it_was_loaded_from(
    author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author.write(HEAD + STEPS)
    monkeypatch.chdir(author.folder)
    (scenario,) = load(Path("demo.yaml"))
    assert scenario.path == Path("demo.yaml")
    assert re.fullmatch(r"demo\.yaml:1:1", str(scenario.span))


def test_windows_line_ends_do_not_move_places(author: Author) -> None:
    text = (HEAD + "steps:\n  - send: n\n    expect: |\n      a\n      b\n    at: nowhere\n").replace(
        "\n", "\r\n"
    )
    (problem,) = author.problems(text)
    assert (problem.span.line, problem.source) == (9, "    at: nowhere")


def test_aliases_within_bounds_are_followed(author: Author) -> None:
    scenario = author.load(steps="steps:\n  - &n\n    send: n\n    at: {line: 3}\n  - *n\n")
    assert scenario.steps[0] == scenario.steps[1]
