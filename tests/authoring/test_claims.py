from __future__ import annotations

import platform
import sys
from pathlib import Path

import pytest

from pdbcoach.authoring.claims import lint_claims, prove
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import Target
from pdbcoach.scenario.claims import load_claims

HERE = Target(sys.executable, platform.python_version())
HEAD = """\
format: 1
claims:
  - id: it-counts
    for: [M01]
    claim: It counts.
    files: {a.py: "x = 1\\nwhile x: pass\\n"}
    run: python -m pdb a.py
"""
ENDS = "    type: [n, p x + 41, q]\n    then: [{%s}]\n"
RUNS = "    type: [c]\n    within: 0.3\n    then: [{%s}]\n"


def problems(folder: Path, probe: str) -> list[str]:
    file = folder / "claims.yaml"
    file.write_text(HEAD + probe)
    (claim,) = load_claims(file).values()
    (one,) = prove(claim, HERE, Options())
    assert one.is_claim
    assert one.verdict == ("failed" if one.findings else "passed")
    return [finding.message for finding in one.findings]


@pytest.mark.parametrize(
    ("probe", "wrong"),
    [
        pytest.param(ENDS % 'shows: ["-> x = 1", "(Pdb) 42"], lacks: ["43"], exit: 0', [], id="true"),
        pytest.param(ENDS % 'shows: ["43"]', ["doesn't show `43`"], id="not-shown"),
        pytest.param(
            ENDS % 'shows: ["42", "-> x = 1"]', ["doesn't show `-> x = 1` after the one before"], id="order"
        ),
        pytest.param(ENDS % 'lacks: ["42"]', ["shows `42`"], id="shown"),
        pytest.param(ENDS % "exit: 1", ["has ended (exit 0), and should end with 1"], id="exit"),
        pytest.param(ENDS % "running: true", ["has ended (exit 0), and should be running"], id="not-running"),
        pytest.param(RUNS % "running: true", [], id="running"),
        pytest.param(RUNS % "exit: 0", ["has not ended, and should end with 0"], id="not-ended"),
    ],
)
def test_a_claim_is_true_if_its_probe_shows_it(tmp_path: Path, probe: str, wrong: list[str]) -> None:
    assert problems(tmp_path, probe) == [f"`it-counts`: {text}" for text in wrong]


def test_ctrl_c_is_pressed_while_the_program_runs(tmp_path: Path) -> None:
    probe = "    type: [c, ^C, p x + 41, q]\n    then: [{shows: [Program interrupted, (Pdb) 42]}]\n"
    assert problems(tmp_path, probe) == []


def test_a_python_that_no_item_covers_is_a_problem(tmp_path: Path) -> None:
    major, minor = sys.version_info[:2]
    wrong = problems(tmp_path, ENDS % 'python: "<3.9", lacks: [a]')
    assert wrong == [f"`it-counts`: says nothing of Python {major}.{minor}"]


def test_each_misconception_needs_a_claim(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text(HEAD.replace("[M01]", "[M01, lesson, M03]") + ENDS % "exit: 0")
    (tmp_path / "lesson.yaml").touch()
    misconceptions = tmp_path / "misconceptions.yaml"
    entry = "  - {id: %s, title: a, explanation: b, source: c}\n"
    misconceptions.write_text("format: 1\nmisconceptions:\n" + entry % "M01" + entry % "M02")
    found = [(one.span.file, one.span.line, one.message) for one in lint_claims(tmp_path, misconceptions)]
    assert found == [
        (tmp_path / "claims.yaml", 3, "no misconception or scenario is called `M03`"),
        (misconceptions, 4, "no claim proves what `M02` says"),
    ]


def test_a_broken_list_is_reported(tmp_path: Path) -> None:
    (tmp_path / "claims.yaml").write_text("format: 1\n")
    (finding,) = lint_claims(tmp_path, None)
    assert (finding.kind, finding.message[:22]) == ("format", "a list of claims needs")
