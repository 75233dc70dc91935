from __future__ import annotations

import inspect
import io
from pathlib import Path
from xml.etree import ElementTree as Xml

import fabricated as made
import pytest

from pdbcoach.authoring.finding import Checked
from pdbcoach.report import check, github, junit
from pdbcoach.report.formats import FORMATS, AnyRun, Format, Writer

FAILED = made.result([(made.step(), (made.state_mismatch(),))], verdict="failed")
SKIPPED = made.result(verdict="skipped", reason="needs Python >=3.14")
REPLAYED = made.replayed(made.result(), FAILED, SKIPPED, error="no such file", seconds=2)
CHECKED = Checked((made.FILE,), (), (), 1.0)

each_format = pytest.mark.parametrize("form", FORMATS, ids=[one.name for one in FORMATS])


@each_format
def test_a_format_s_module_has_a_writer(form: Format) -> None:
    assert inspect.signature(form.load().write) == inspect.signature(Writer.write).replace(
        parameters=[*inspect.signature(Writer.write).parameters.values()][1:]
    )


@each_format
@pytest.mark.parametrize("run", [pytest.param(REPLAYED, id="replay"), pytest.param(CHECKED, id="check")])
def test_a_format_writes_both_verbs(
    form: Format, run: AnyRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, stream = tmp_path / "out", io.StringIO()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    form.load().write(run, str(file) if form.metavar else "", stream)
    assert file.exists() == bool(form.metavar)
    assert (tmp_path / "summary.md").exists() == (form.name == "github")


class TestReplay:
    """A replay in the formats that were made for `check`."""

    def test_a_failure_is_a_finding(self) -> None:
        findings = check.checked_of(REPLAYED).findings
        assert [(one.kind, one.message) for one in findings] == [
            ("replay", "step 1: at.line: expected 4, is 5"),
            ("error", "could not run: no such file"),
        ]

    def test_junit_has_a_case_for_each_scenario(self) -> None:
        (suite,) = Xml.fromstring(junit.document(REPLAYED))
        counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
        assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "2.000"}
        assert {case.get("name") for case in suite} == {"fork-count-them@3.13.0"}

    def test_a_failure_is_an_annotation_for_github(self) -> None:
        (first, _) = github.commands(check.checked_of(REPLAYED).findings, {})
        assert first.startswith("::error file=/packs/fork/fork-count-them.yaml,line=13,col=5,")
        assert "::fork-count-them on Python 3.13.0: step 1: at.line: expected 4, is 5%0A" in first

    def test_a_summary_for_github_names_the_verb(self) -> None:
        lines = github.summary(REPLAYED, {}).splitlines()
        assert lines[0] == "### pdbcoach replay"
        assert "- 4 replays: 1 passed, 1 failed, 1 skipped, 1 could not run in 2.00 s" in lines
