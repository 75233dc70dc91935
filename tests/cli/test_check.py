from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as Xml

import psutil
import pytest
from authoring.lessons import write_lesson

from pdbcoach.cli import check as verb

GOOD = """\
  - send: b 2
    breakpoints: ["2"]
  - send: c
    at: {line: 2, function: double}
  - send: q
    ends: {main: exit 0}
"""
WEAK = GOOD.replace('breakpoints: ["2"]', "expect: Breakpoint [..]").replace("line: 2, ", "")

Ran = subprocess.CompletedProcess[str]
Check = Callable[..., Ran]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Run ``pdbcoach check`` with these words in a folder of its own."""

    def run(*words: str, **environment: str) -> Ran:
        return subprocess.run(
            [sys.executable, "-m", "pdbcoach", "check", *words],
            cwd=tmp_path,
            env=os.environ | {"NO_COLOR": "1", "COLUMNS": "80"} | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


class TestVerdict:
    def test_a_good_pack_is_fit_to_ship(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        ran = check("lesson.yaml")
        assert (ran.returncode, ran.stderr) == (0, "")
        lines = ran.stdout.splitlines()
        assert lines[0].startswith("ok: lesson on Python 3.")
        assert lines[1:3] == ["lint: 1 file, no problems", "replay: 1 passed (2 runs)"]
        assert lines[3].endswith(" 0 not noticed")
        assert lines[4].startswith("truth: 9 tries at 3 steps: 0 false, 0 refused, 0 without help; ")
        assert lines[5].startswith("fit to ship in ")

    def test_an_error_that_is_not_noticed_is_found(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, WEAK)
        ran = check("lesson.yaml")
        assert ran.returncode == 1
        assert "lesson.yaml:5:5: teeth: step 1: `b 2` sent as `b 3` is not noticed [Python" in ran.stdout
        assert "    `breakpoints` here would catch it" in ran.stdout
        assert "not fit to ship: 1 problem in " in ran.stdout

    def test_fast_is_lint_and_one_replay(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, WEAK)
        ran = check("lesson.yaml", "--fast")
        assert ran.returncode == 0
        assert "replay: 1 passed (1 run)" in ran.stdout
        assert "teeth" not in ran.stdout

    def test_no_truth_types_only_the_lessons_lines(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        ran = check("lesson.yaml", "--no-truth")
        assert (ran.returncode, "truth" in ran.stdout) == (0, False)

    def test_time_that_ran_out_is_no_success_if_all_tries_are_wanted(
        self, check: Check, tmp_path: Path
    ) -> None:
        write_lesson(tmp_path, GOOD)
        words = ("lesson.yaml", "--truth-seconds", "1e-9")
        some, full = check(*words), check(*words, "--truth", "full")
        assert (some.returncode, full.returncode) == (0, 1)
        assert "truth: 0 of 9 tries at 3 steps, time was up" in some.stdout
        assert re.search(r"lesson.yaml:\d+:\d+: truth: 0 of \d+ tries, time was up", full.stdout)

    @pytest.mark.parametrize("words", [("--truth", "full"), ("--truth-seconds", "1")])
    def test_fast_and_truth_exclude_each_other(
        self, check: Check, tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        write_lesson(tmp_path, GOOD)
        ran = check("lesson.yaml", "--fast", *words)
        assert ran.returncode == 2
        assert "--fast tries no other lines" in ran.stderr

    def test_cold_is_passed_on_to_replays(self) -> None:
        parser = argparse.ArgumentParser()
        verb.add_to(parser.add_subparsers())
        for words, cold in (["--cold"], True), ([], False):
            assert verb._options(parser.parse_args(["check", "a", *words])).cold is cold

    def test_a_lint_finding_is_shown(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD.replace("  - send: c", "  - send: p 1\n  - send: c"))
        ran = check("lesson.yaml", "--fast")
        assert ran.returncode == 1
        assert "lesson.yaml:7:5: lint: this step asserts nothing" in ran.stdout

    def test_shared_misconceptions_are_checked_once(self, check: Check, tmp_path: Path) -> None:
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            write_lesson(tmp_path / name, GOOD)
            (tmp_path / name / "pack.yaml").write_text(f"format: 1\nid: {name}\ntitle: T\norder: [lesson]\n")
        (tmp_path / "misconceptions.yaml").write_text("format: 1\nmisconceptions: []\n")
        ran = check("one", "two", "--fast")
        assert ran.returncode == 2
        assert ran.stdout.count("misconceptions.yaml:2:17: format: the list is empty") == 1
        assert "replay: 2 passed" in ran.stdout

    def test_a_failing_replay_shows_its_report(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD.replace("line: 2,", "line: 3,"))
        ran = check("lesson.yaml")
        assert ran.returncode == 1
        assert "lesson.yaml:8:9: replay: step 2: at.line: expected 3, is 2 [Python" in ran.stdout
        assert "    step 2 of 3 failed: lesson.yaml:7" in ran.stdout
        assert "Traceback" not in ran.stdout + ran.stderr

    def test_an_unstable_scenario_is_found(self, check: Check, tmp_path: Path) -> None:
        steps = "  - send: n\n    at: {line: 2}\n  - send: p x\n    expect: '[..].[..]'\n"
        steps += "  - send: q\n    ends: {main: exit 0}\n"
        write_lesson(tmp_path, steps, program="import random; x = random.random()\ny = 1\n")
        ran = check("lesson.yaml")
        assert ran.returncode == 1
        assert "lesson.yaml:7:5: unstable: step 2: run 2 showed something else than run 1" in ran.stdout

    def test_other_files_are_checked_beside_a_bad_one(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        write_lesson(tmp_path, GOOD, name="bad", top="titel: x\n")
        ran = check(".", "--fast")
        assert ran.returncode == 2
        assert "bad.yaml:4:1: format: unknown key `titel`" in ran.stdout
        assert "ok: lesson" in ran.stdout

    def test_a_bad_pack_is_found(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        (tmp_path / "pack.yaml").write_text("format: 1\nid: p\ntitle: P\norder: [lesson, more]\n")
        ran = check(".")
        assert ran.returncode == 2
        assert "pack.yaml:4:17: format: there is no file `more.yaml` in this pack" in ran.stdout

    def test_a_skipped_scenario_is_not_an_error(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD, top="python: '<3.9'\n")
        ran = check("lesson.yaml")
        assert "skipped: lesson on Python" in ran.stdout
        assert ran.returncode == 0

    def test_a_known_failure_is_not_an_error(self, check: Check, tmp_path: Path) -> None:
        top = "xfail: {reason: it is broken, link: 'https://example.org/1'}\n"
        write_lesson(tmp_path, GOOD.replace("line: 2,", "line: 3,"), top=top)
        ran = check("lesson.yaml")
        assert "known to fail: lesson on Python" in ran.stdout
        assert ran.returncode == 0


class TestInput:
    @pytest.mark.parametrize(
        ("words", "message"),
        [
            pytest.param(
                ["nowhere.yaml"], "there is no file, folder, scenario or pack `nowhere.yaml`", id="file"
            ),
            pytest.param(["lesson.yaml[x]"], "has no variant `x`", id="variant"),
            pytest.param(
                ["lesson.yaml", "-n", "x"], "'x' is neither a number from 1 to 999 nor `auto`", id="n"
            ),
            pytest.param(["lesson.yaml", "--repeat", "0"], "'0' is not a number from 1", id="repeat"),
            pytest.param(["lesson.yaml", "--fast", "--race"], "--fast replays once", id="fast-and-race"),
            pytest.param(
                ["lesson.yaml", "--junit", "none/x"], "cannot write JUnit XML to none/x", id="junit"
            ),
            pytest.param(["lesson.yaml", "--json", "none/x"], "cannot write JSON to none/x", id="json"),
            pytest.param(["lesson.yaml", "--python", "3.7"], "3.7 is no target", id="python"),
        ],
    )
    def test_a_bad_argument_is_an_error(
        self, check: Check, tmp_path: Path, words: list[str], message: str
    ) -> None:
        write_lesson(tmp_path, GOOD)
        ran = check(*words)
        assert ran.returncode == 2
        assert message in ran.stderr
        assert "Traceback" not in ran.stderr

    def test_one_variant_can_be_checked(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD, top="variants: {more: {title: x}}\n")
        ran = check("lesson.yaml[more]", "--fast")
        assert ran.stdout.startswith("ok: lesson[more] on")
        assert "replay: 1 passed" in ran.stdout

    def test_pytest_settings_of_the_project_are_ignored(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        (tmp_path / "conftest.py").write_text("raise SystemExit('conftest')\n")
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
        assert check("lesson.yaml", "--fast", PYTEST_ADDOPTS="--neither").returncode == 0


CLAIM = """\
format: 1
claims:
  - id: it-says-one
    for: [%s]
    claim: It says 1.
    files: {a.py: "print(1)"}
    run: python a.py
    then: [{shows: ["2"]}]
"""


class TestClaims:
    def test_a_false_claim_is_found(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        (tmp_path / "claims.yaml").write_text(CLAIM % "lesson")
        ran = check("lesson.yaml", "--fast", "--json", "out.json")
        assert ran.returncode == 1
        assert "claims: 1 failed (1 run)" in ran.stdout
        assert "claims.yaml:3:9: claim: `it-says-one`: doesn't show `2` [Python" in ran.stdout
        failed = next(
            one for one in json.loads((tmp_path / "out.json").read_text())["examined"] if one["findings"]
        )
        assert (failed["scenario"], failed["verdict"]) == ("claim it-says-one", "failed")

    def test_a_claim_about_another_scenario_is_not_tried(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        write_lesson(tmp_path, GOOD, name="other")
        (tmp_path / "claims.yaml").write_text(CLAIM % "other")
        assert check("lesson.yaml", "--fast").returncode == 0


class TestChangedFiles:
    """As pre-commit names them."""

    @pytest.mark.parametrize("changed", ["prog.py", "lesson.zh.yaml", "misconceptions.yaml", "pack.yaml"])
    def test_a_file_stands_for_the_scenarios_that_it_concerns(
        self, check: Check, tmp_path: Path, changed: str
    ) -> None:
        write_lesson(tmp_path, GOOD.replace("line: 2", "line: 3"))
        (tmp_path / "pack.yaml").write_text("format: 1\nid: x\ntitle: X\norder: [lesson]\n")
        (tmp_path / "misconceptions.yaml").write_text("format: 1\nmisconceptions: []\n")
        (tmp_path / "lesson.zh.yaml").write_text("title: 课\n")
        ran = check("--fast", changed)
        assert ran.returncode in (1, 2)
        assert "lesson.yaml:8" in ran.stdout

    def test_a_program_of_no_scenario_is_no_problem(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        (tmp_path / "conftest.py").write_text("x = 1\n")
        assert check("--fast", "conftest.py").returncode == 0


class TestReports:
    def test_json_has_all_results(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, WEAK)
        ran = check("lesson.yaml", "--json", "-")
        found = json.loads(ran.stdout)
        assert "not fit to ship" in ran.stderr
        assert (found["format"], found["fit"]) == (1, False)
        (one,) = found["examined"]
        assert (one["scenario"], one["verdict"], one["runs"]) == ("lesson", "passed", 2)
        (finding,) = one["findings"]
        assert (finding["kind"], finding["line"], finding["cure"]) == (
            "teeth",
            5,
            "`breakpoints` here would catch it",
        )
        assert one["mutants"]["survived"] == 1

    def test_json_tells_what_was_said_that_is_not_so(self, check: Check, tmp_path: Path) -> None:
        steps = GOOD.replace("  - send: c", "    why: It has number 1.\n  - send: c")
        write_lesson(tmp_path, steps)
        ran = check("lesson.yaml", "--truth", "full", "--json", "-")
        assert ran.returncode == 1
        (one,) = json.loads(ran.stdout)["examined"]
        assert one["tries"]["done"] == one["tries"]["planned"] > 20
        (finding,) = [found for found in one["findings"] if found["kind"] == "truth"]
        assert finding["truth"] == {
            "step": 1,
            "text": "why",
            "rule": "number",
            "perturbation": "a breakpoint of their own",
            "typed": ["b 8", "b 2"],
            "said": "It has number 1.",
            "observed": "it is number 2",
        }

    def test_github_gets_annotations_and_a_summary(self, check: Check, tmp_path: Path) -> None:
        program = "print('::error::a program cannot speak to GitHub')\nx = 1\n"
        steps = "  - send: n\n    at: {line: 3}\n"
        write_lesson(tmp_path, steps, program=program)
        summary = tmp_path / "summary.md"
        ran = check(
            "lesson.yaml", "--github", GITHUB_STEP_SUMMARY=str(summary), GITHUB_WORKSPACE=str(tmp_path)
        )
        assert ran.returncode == 1
        lines = ran.stdout.splitlines()
        stop = "::stop-commands::"
        assert lines[0].startswith(stop)
        resumed = lines.index(f"::{lines[0].removeprefix(stop)}::")
        assert any("::error::a program" in line for line in lines[:resumed])
        (annotation,) = lines[resumed + 1 :]
        assert annotation.startswith(
            "::error file=lesson.yaml,line=6,col=9,title=pdbcoach%3A replay::lesson on"
        )
        assert "at.line: expected 3, is 2%0A" in annotation
        assert "| lesson.yaml:6 | 3." in summary.read_text()

    def test_junit_has_all_results(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, WEAK)
        assert check("lesson.yaml", "--junit", "out.xml").returncode == 1
        suite = Xml.parse(tmp_path / "out.xml").find("testsuite")
        assert suite is not None
        assert (suite.get("tests"), suite.get("failures")) == ("5", "1")
        names = [case.get("name", "") for case in suite]
        assert names[0] == "lint"
        assert names[1].startswith("lesson@3.")
        assert names[2:] == [f"{names[1]} stability", f"{names[1]} teeth", f"{names[1]} truth"]
        failure = suite[3].find("failure")
        assert failure is not None
        assert failure.get("type") == "pdbcoach.teeth"

    def test_quiet_shows_only_findings(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, GOOD)
        assert "ok: " not in check("lesson.yaml", "--fast", "-q").stdout


class TestSeveralAtOnce:
    def test_they_find_the_same_in_the_same_order(self, check: Check, tmp_path: Path) -> None:
        write_lesson(tmp_path, WEAK, name="one")
        write_lesson(tmp_path, GOOD.replace("line: 2,", "line: 3,"), name="two")
        ran = check(".", "-j", "2", "--race", "--load", "--timeout-factor", "5")
        assert ran.returncode == 1
        first = ran.stdout.index("one.yaml:5:5: teeth: step 1: `b 2` sent as `b 3` is not noticed")
        assert ran.stdout.index("two.yaml:8:9: replay: step 2: at.line: expected 3, is 2") > first
        assert "1 failed" in ran.stdout
        assert "(4 runs)" in ran.stdout

    def test_names_of_folders_mean_nothing(self, check: Check, tmp_path: Path) -> None:
        for name in ("a[1]", "a::b", "-k", "x y"):
            (tmp_path / name).mkdir()
            write_lesson(tmp_path / name, GOOD)
        assert "replay: 4 passed" in check(".", "--fast").stdout


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder whose name is short enough for sockets in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    ("number", "code"),
    [pytest.param(signal.SIGINT, 130, id="ctrl-c"), pytest.param(signal.SIGTERM, 143, id="terminate")],
)
@pytest.mark.parametrize("at_once", ["1", "3"])
def test_an_interruption_leaves_nothing(
    tmp_path: Path, short_folder: Path, number: int, code: int, at_once: str
) -> None:
    write_lesson(
        tmp_path,
        "  - send: c\n    at: {line: 2}\n",
        program="import time\nopen('started', 'w').close()\ntime.sleep(600)\n",
        top="timeout: 300\n",
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "pdbcoach", "check", ".", "--load", "-j", at_once],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(short_folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    me = psutil.Process(running.pid)
    while not list(short_folder.glob("*/**/started")):
        assert running.poll() is None, running.communicate()
    started = me.children(recursive=True)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code, (out, err)
    assert "Traceback" not in err
    psutil.wait_procs(started, timeout=10)
    assert [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    assert list(short_folder.iterdir()) == []
