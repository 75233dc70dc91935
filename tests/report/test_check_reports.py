"""Findings of `check` as words, as commands for GitHub and as JUnit."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as Xml

import fabricated as made
import pytest
from msgspec.structs import replace

from pdbcoach.authoring.examine import Examination
from pdbcoach.authoring.finding import (
    Bites,
    Checked,
    Evidence,
    Examined,
    Finding,
    Tries,
)
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.report import check, github, junit
from pdbcoach.report.lines import plain
from pdbcoach.report.screen import Screen
from pdbcoach.report.workflow import stopped

FINDING = Finding(
    "teeth", made.span(7), "step 1: `n` left out", "use `at`", ("more",), "one", python="3.13.0"
)
ONE = Examined("one", made.span(), "3.13.0", "passed", "", 0.5, 2, Bites(8, 1, 1), (FINDING,))

FALSE = Finding(
    "truth",
    made.span(7),
    'step 1 why: "It has number 1.": it is number 2',
    "write {breakpoint}",
    ("after `b 5`, `clear 1`, `b 16`",),
    "one",
    "3.13.0",
    Evidence(1, "why", "number", "a slip", ("b 5", "clear 1", "b 16"), "It has number 1.", "it is number 2"),
)
TRIES = Tries(planned=91, done=91, steps=10, sentences=260, read=214)


def checked(*examined: Examined, lint: tuple[Finding, ...] = ()) -> Checked:
    return Checked((made.FILE,), lint, examined, 1.5)


class TestWords:
    def test_a_finding_begins_with_its_place(self) -> None:
        assert plain(check.finding_lines(FINDING)).splitlines() == [
            "/packs/fork/fork-count-them.yaml:7:5: teeth: step 1: `n` left out [Python 3.13.0]",
            "    use `at`",
            "    more",
        ]

    def test_the_summary_counts_replays_and_mutants(self) -> None:
        assert plain(check.summarise(checked(ONE))).splitlines() == [
            "lint: 1 file, no problems",
            "replay: 1 passed (2 runs)",
            "teeth: 10 mutants, 8 noticed, 1 equivalent, 1 not noticed",
            "not fit to ship: 1 problem in 1.50 s",
        ]

    @pytest.mark.parametrize(
        ("tries", "line"),
        [
            pytest.param(
                TRIES,
                "truth: 91 tries at 10 steps: 1 false, 0 refused, 0 without help; 214 of 260 sentences read",
                id="all",
            ),
            pytest.param(
                replace(TRIES, done=41),
                "truth: 41 of 91 tries at 10 steps, time was up: 1 false, 0 refused, 0 without help; "
                "214 of 260 sentences read",
                id="out-of-time",
            ),
            pytest.param(
                replace(TRIES, done=90, left_out=1),
                "truth: 90 tries at 10 steps: 1 false, 0 refused, 0 without help; 214 of 260 sentences read; "
                "1 left out: the program doesn't repeat itself",
                id="left-out",
            ),
        ],
    )
    def test_the_summary_counts_tries(self, tries: Tries, line: str) -> None:
        shown = plain(check.summarise(checked(replace(ONE, tries=tries, findings=(FALSE,)))))
        assert line in shown.splitlines()

    def test_a_false_sentence_is_shown_with_its_lines_and_its_cure(self) -> None:
        assert plain(check.finding_lines(FALSE)).splitlines() == [
            '/packs/fork/fork-count-them.yaml:7:5: truth: step 1 why: "It has number 1.": it is number 2 '
            "[Python 3.13.0]",
            "    write {breakpoint}",
            "    after `b 5`, `clear 1`, `b 16`",
        ]

    def test_nothing_run_is_not_called_fit(self) -> None:
        skipped = replace(ONE, verdict="skipped", reason="why", runs=0, bites=None, findings=())
        assert "nothing was run: all is skipped" in plain(check.summarise(checked(skipped)))

    def test_a_failed_replay_becomes_a_finding_with_its_report(self) -> None:
        result = made.result([(made.step(), (made.state_mismatch(),))], verdict="failed")
        (finding,) = check.examined(Examination(result, 1, (), None, None)).findings
        assert (finding.kind, finding.span.line) == ("replay", 13)
        assert finding.message == "step 1: at.line: expected 4, is 5"
        assert finding.details[0] == "step 1 of 1 failed: /packs/fork/fork-count-them.yaml:10"

    def test_an_error_counts_as_could_not_run(self) -> None:
        one = check.could_not_run(made.scenario(), made.TARGET, PdbcoachError("no terminal", "make one"))
        assert check.is_could_not_run(checked(one))
        assert not check.is_could_not_run(checked(ONE))


class TestGitHub:
    @pytest.mark.parametrize(
        ("file", "message", "command"),
        [
            pytest.param("a.yaml", "x", "file=a.yaml,line=3,col=4,title=pdbcoach%3A lint::x", id="plain"),
            pytest.param("a,b:c%.yaml", "x", "file=a%2Cb%3Ac%25.yaml,line=3", id="property"),
            pytest.param(
                "a.yaml", "50% a\r\n::error::b, c: d", "::50%25 a%0D%0A::error::b, c: d", id="message"
            ),
            pytest.param("a.yaml", "\x1b[2J", "::\\x1b[2J", id="control-character"),
        ],
    )
    def test_a_command_is_escaped(self, tmp_path: Path, file: str, message: str, command: str) -> None:
        finding = Finding("lint", Span(tmp_path / file, 3, 4), message)
        (line,) = github.commands([finding], {"GITHUB_WORKSPACE": str(tmp_path)})
        assert line.startswith("::error ")
        assert command in line
        assert "\n" not in line

    def test_a_cure_has_its_own_line(self) -> None:
        (line,) = github.commands([FINDING], {})
        assert line.endswith("::one on Python 3.13.0: step 1: `n` left out%0Ause `at`")

    def test_a_program_s_output_is_not_a_command(self) -> None:
        file = io.StringIO()
        with stopped(Screen(file, color=False)):
            file.write("::error::x\n")
        stop, inside, resume = file.getvalue().splitlines()
        assert stop.startswith("::stop-commands::")
        assert inside == "::error::x"
        assert resume == f"::{stop.removeprefix('::stop-commands::')}::"

    def test_the_summary_is_appended(self, tmp_path: Path) -> None:
        path = tmp_path / "summary.md"
        path.write_text("before\n")
        github.add_summary(
            checked(replace(ONE, findings=(replace(FINDING, message="a|b <i>\nc"),))),
            {"GITHUB_STEP_SUMMARY": str(path)},
        )
        text = path.read_text()
        assert text.startswith("before\n### pdbcoach check\n")
        assert r"| 3.13.0 | teeth: a\|b \<i\> c. use \`at\` |" in text

    def test_a_summary_that_cannot_be_written_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(PdbcoachError, match="cannot write the summary"):
            github.add_summary(checked(ONE), {"GITHUB_STEP_SUMMARY": str(tmp_path)})


class TestJUnit:
    def cases(self, it: Checked) -> dict[str, Xml.Element]:
        return {case.get("name", ""): case for case in Xml.fromstring(junit.document(it)).iter("testcase")}

    def test_lint_replay_runs_and_mutants_have_a_case_each(self) -> None:
        cases = self.cases(checked(ONE))
        assert list(cases) == ["lint", "one@3.13.0", "one@3.13.0 stability", "one@3.13.0 teeth"]
        tried = checked(replace(ONE, tries=TRIES, findings=(FALSE,)))
        assert [name for name, case in self.cases(tried).items() if len(case)] == ["one@3.13.0 truth"]
        assert [name for name, case in cases.items() if len(case)] == ["one@3.13.0 teeth"]

    def test_an_unreadable_file_is_an_error(self) -> None:
        bad = Finding("format", made.span(4), "unknown \x00 key")
        suite = Xml.fromstring(junit.document(checked(lint=(bad,))))[0]
        assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
        assert suite[0][0].get("message") == "unknown \\x00 key"

    @pytest.mark.parametrize("verdict", ["skipped", "xfailed"])
    def test_a_skip_or_a_known_failure_is_skipped(self, verdict: str) -> None:
        one = replace(ONE, verdict=verdict, reason="why", runs=1, bites=None, findings=())  # type: ignore[arg-type]
        skipped = self.cases(checked(one))["one@3.13.0"].find("skipped")
        assert skipped is not None
        assert (skipped.get("type"), skipped.get("message")) == (f"pdbcoach.{verdict}", "why")
