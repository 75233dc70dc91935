"""Which mutants are noticed, which are equivalent, and what is reported for the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from authoring.lessons import write_lesson

from pdbcoach.authoring.mutants import mutants
from pdbcoach.authoring.teeth import Teeth, bite
from pdbcoach.authoring.wrong import wrong_expects, wrong_facts
from pdbcoach.engine import interpreters
from pdbcoach.matching import transcript
from pdbcoach.matching.redact import normalise
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load

END = "  - send: q\n    ends: {main: exit 0}\n"


def played(folder: Path, steps: str, **options: str) -> ScenarioResult:
    (scenario,) = load(write_lesson(folder, steps + END, **options))
    running = interpreters.running()
    result = finish(scenario, Target(running.executable, running.version_text))
    assert result.verdict == "passed", result.all_failures
    return result


def bitten(folder: Path, steps: str, **options: str) -> Teeth:
    return bite(played(folder, steps, **options), Options())


def survivors(teeth: Teeth) -> list[tuple[int, str, str]]:
    return [(one.span.line, one.message, one.cure) for one in teeth.findings]


def made(folder: Path, steps: str, **options: str) -> list[tuple[int, str]]:
    """Return step number and change of every mutant of the commands."""
    return [(mutant.number, mutant.what) for mutant in mutants(played(folder, steps, **options))]


class TestMutants:
    def test_a_move_is_left_out_or_replaced(self, tmp_path: Path) -> None:
        assert made(tmp_path, "  - send: n\n    at: {line: 6}\n") == [
            (1, "left out"),
            (1, "sent as `s`"),
            (1, "sent as `l`"),
            (2, "left out"),
        ]

    @pytest.mark.parametrize(
        ("line", "other"),
        [
            pytest.param("b 2", "b 3", id="the-next-line-of-code"),
            pytest.param("b 3", "b 6", id="over-empty-lines"),
            pytest.param("b 8", "b 7", id="at-the-end"),
            pytest.param("tbreak prog.py:2, n > 1", "tbreak prog.py:3, n > 1", id="file-and-condition"),
            pytest.param("until 6", "until 7", id="until"),
            pytest.param("j 7", "j 8", id="jump"),
        ],
    )
    def test_a_line_number_is_replaced_by_another(self, tmp_path: Path, line: str, other: str) -> None:
        assert (1, f"sent as `{other}`") in made(tmp_path, f"  - send: {line}\n    reject: [xyz]\n")

    @pytest.mark.parametrize("line", ["b double", "p 2", "n ;; n", "clear 1", "x = 2"])
    def test_a_command_without_a_line_number_keeps_its_argument(self, tmp_path: Path, line: str) -> None:
        steps = f"  - send: b 2\n    reject: [xyz]\n  - send: {line}\n    reject: [xyz]\n"
        assert [what for number, what in made(tmp_path, steps) if number == 2 and "sent" in what] == []

    def test_a_line_goes_to_another_process(self, tmp_path: Path) -> None:
        program = "import os\npid = os.fork()\nx = 1\nif pid:\n    os.wait()\n"
        steps = """\
  - send: b 3
    breakpoints: ["3"]
  - send: c
    at: {line: 3}
  - at: {line: 3}
    process: main.1
  - send: p 1
    process: main.1
    expect: '1'
  - send: q
    process: main.1
    processes: {main.1: exit 0, main: stopped}
"""
        what = made(tmp_path, steps, program=program)
        assert [one for one in what if "sent to" in one[1]] == [(4, "sent to main"), (5, "sent to main")]
        assert (3, "looking at main") in what


def test_a_good_scenario_has_teeth(tmp_path: Path) -> None:
    teeth = bitten(
        tmp_path,
        """\
  - send: b 2
    breakpoints: ["2"]
  - send: c
    at: {line: 2, function: double, event: line, depth: 2}
  - send: r
    at: {line: 3, event: return}
    returns: "8"
""",
    )
    assert survivors(teeth) == []
    assert teeth.bites.noticed > 15


@pytest.mark.parametrize(
    ("steps", "line", "message", "cure"),
    [
        pytest.param(
            "  - send: n\n    at: {function: <module>}\n",
            5,
            "step 1: `n` left out is not noticed",
            "`at: {line: 6, function: <module>}` here would catch it",
            id="left-out",
        ),
        pytest.param(
            "  - send: n\n    at: {line: 6}\n  - send: n\n    reject: [xyz]\n",
            7,
            "step 2: `n` sent as `s` is not noticed",
            "`at: {line: 7, function: <module>}` here would catch it",
            id="into-instead-of-over",
        ),
        pytest.param(
            "  - send: b 2\n    expect: Breakpoint [..]\n",
            5,
            "step 1: `b 2` sent as `b 3` is not noticed",
            "`breakpoints` here would catch it",
            id="another-line",
        ),
        pytest.param(
            "  - send: p 1 + 1\n    at: {line: 1}\n",
            5,
            "step 1: `p 1 + 1` left out is not noticed",
            "`expect` here would catch it",
            id="output",
        ),
        pytest.param(
            "  - send: b 3\n    breakpoints: ['3']\n  - send: c\n    at: {line: 3}\n"
            "  - send: m = 5\n    at: {line: 3}\n",
            9,
            "step 3: `m = 5` left out is not noticed",
            "`values: {m: …}` here would catch it",
            id="value",
        ),
    ],
)
def test_a_survivor_says_what_would_catch_it(
    tmp_path: Path, steps: str, line: int, message: str, cure: str
) -> None:
    assert (line, message, cure) in survivors(bitten(tmp_path, steps))


def test_a_mutant_without_effect_is_equivalent(tmp_path: Path) -> None:
    """`n` and `s` do the same on a line without a call."""
    teeth = bitten(tmp_path, "  - send: n\n    at: {line: 6}\n")
    assert (teeth.bites.equivalent, teeth.findings) == (1, ())


def test_pids_and_addresses_make_no_difference(tmp_path: Path) -> None:
    program = "import os\nme = os.getpid()\nthing = object()\nx = 1\n"
    steps = "  - send: b 4\n    breakpoints: ['4']\n  - send: c\n    at: {line: 4}\n"
    steps += (
        "  - send: n\n    at: {event: return}\n  - send: p me, thing\n    expect: ([pid], <object [..]>)\n"
    )
    teeth = bitten(tmp_path, steps, program=program)
    assert (teeth.bites.equivalent, teeth.findings) == (1, ())


def test_a_wrong_item_that_describes_success_is_found(tmp_path: Path) -> None:
    steps = "  - send: n\n    at: {line: 6}\n    wrong:\n    - when: {line: 6}\n      say: No.\n"
    assert (8, "step 1: this `wrong` describes the correct result") in [
        survivor[:2] for survivor in survivors(bitten(tmp_path, steps))
    ]


def test_the_commands_of_a_demonstration_are_not_tried(tmp_path: Path) -> None:
    teeth = bitten(tmp_path, "  - send: n\n    at: {function: <module>}\n", top="grade: demo\n")
    assert teeth.findings == ()


def test_a_mutant_that_hangs_is_noticed_soon(tmp_path: Path) -> None:
    """Without Ctrl-C, the step would wait for a prompt until its time limit."""
    steps = "  - send: c\n    processes: {main: running}\n  - key: ctrl-c\n    at: {function: <module>}\n"
    result = played(tmp_path, steps, program="while True:\n    x = 1\n", top="timeout: 600\n")
    teeth = bite(result, Options())
    assert [message for _, message, _ in survivors(teeth) if "ctrl-c" in message] == []


class TestWrongValues:
    """Matching notices every wrong value that is tried."""

    STEPS = """\
  - send: b 2, n == 4
    breakpoints: [{at: "2", temporary: false, enabled: true, condition: "n == 4", ignore: 0, hits: 0}]
  - send: c
    at: {file: prog.py, line: 2, function: double, event: line, depth: 2, process: main}
    values: {n: "4", m: undefined}
    expect: |
      > prog.py(2)double()
      -> m = n * 2
  - send: u
    focus: {line: 6, function: <module>}
    expect: [{re: '> .*'}, {any_order: [-> x = double(4)]}]
  - send: r
    returns: "None"
  - send: jump 99
    expect: [{optional: nothing}, {not: nothing}, {python: ">=3.9", then: '*** [..]'}]
  - send: x = 1
    expect: ''
"""

    def test_every_wrong_value_is_noticed(self, tmp_path: Path) -> None:
        result = played(tmp_path, self.STEPS)
        tried = []
        for one in result.steps:
            assert one.observation is not None
            for what, _, facts in wrong_facts(one.step.facts):
                assert facts.judge(one.observation, "prog.py"), what
                tried.append(what)
            for line, _, expect in wrong_expects(one.step.expect, "3.13.0") if one.step.expect else ():
                output = normalise(one.observation.output, None)
                assert not isinstance(transcript.match(expect, output, {}, "3.13.0"), transcript.Matched)
                tried.append(line)
        assert tried == [
            *("breakpoints (one more)", "breakpoints (one less)", "breakpoints (line)"),
            *(f"breakpoints ({name})" for name in ("temporary", "enabled", "condition", "ignore", "hits")),
            *(f"at.{name}" for name in ("file", "line", "function", "event", "depth", "process")),
            *("values.n", "values.m", "> prog.py(2)double()", "-> m = n * 2"),
            *("focus.line", "focus.function", "{re: > .*}", "-> x = double(4)"),
            *("returns", "*** [..]", "(nothing)", "ends.main"),
        ]


class TestPredictions:
    @pytest.mark.parametrize(
        ("predict", "missed"),
        [
            pytest.param('{ask: What?, answer: "8"}', ["4"], id="of any value"),
            pytest.param('{ask: What?, answer: "8", when: {values: {m: "8"}}}', [], id="of this value"),
            pytest.param('{ask: Is it?, answer: no, when: {values: {m: "8"}}}', [], id="in words"),
            pytest.param("{ask: Is it?, answer: no, when: {expect: 'no[..]'}}", None, id="not even right"),
        ],
    )
    def test_a_wrong_answer_is_noticed(self, tmp_path: Path, predict: str, missed: list[str] | None) -> None:
        steps = f"""\
  - {{send: b 3, breakpoints: ["3"]}}
  - send: c
    at: {{line: 3}}
  - send: p n, m, 6
    values: {{n: "4", m: "8"}}
    expect: (4, 8, 6)
    predict: {predict}
"""
        if missed is None:
            with pytest.raises(AssertionError, match="AnswerMismatch"):
                bitten(tmp_path, steps)
            return
        found = [
            message for _line, message, _cure in survivors(bitten(tmp_path, steps)) if "prediction" in message
        ]
        assert found == [f"step 3: a wrong answer `{one}` of the prediction is not noticed" for one in missed]
