"""Known failures: they have their own verdict, and passing is a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.engine import interpreters
from pdbcoach.errors import ScenarioError
from pdbcoach.matching.verdict import UnexpectedPass
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.report.failure import headline
from pdbcoach.report.lines import plain
from pdbcoach.report.replayed import Replayed
from pdbcoach.report.summary import summarise
from pdbcoach.scenario.loader import load

KNOWN = "reason: it is broken, link: 'https://example.org/1'"


def written(folder: Path, xfail: str, line: int = 2) -> Path:
    (folder / "prog.py").write_text("a = 1\nb = 2\n")
    path = folder / "lesson.yaml"
    path.write_text(
        f"format: 1\nid: lesson\nrun: python -m pdb prog.py\n{xfail}\n"
        f"steps:\n- {{send: n, at: {{line: {line}}}}}\n- {{send: q, ends: {{main: exit 0}}}}\n"
    )
    return path


def replayed(folder: Path, xfail: str, line: int) -> ScenarioResult:
    running = interpreters.running()
    return finish(load(written(folder, xfail, line))[0], Target(running.executable, running.version_text))


def test_a_known_failure_is_xfailed_with_its_reason(tmp_path: Path) -> None:
    result = replayed(tmp_path, f"xfail: {{{KNOWN}}}", line=9)
    assert (result.verdict, result.reason) == ("xfailed", "it is broken (https://example.org/1)")
    assert result.all_failures, "why it failed is still told"
    text = plain(summarise(Replayed((result,))))
    assert f"known to fail: lesson on Python {result.target.version}: it is broken (https://" in text
    assert "1 replay: 0 passed, 1 xfailed in" in text


def test_passing_in_spite_of_xfail_is_a_failure(tmp_path: Path) -> None:
    result = replayed(tmp_path, f"xfail: {{{KNOWN}}}", line=2)
    assert result.verdict == "failed"
    (failure,) = result.all_failures
    assert isinstance(failure, UnexpectedPass)
    assert failure.span.line == 4
    assert "passed, although it is known to fail: it is broken" in headline(failure)


@pytest.mark.parametrize(
    ("specifier", "verdict"),
    [pytest.param(">=3.9", "xfailed", id="in"), pytest.param("<3.9", "failed", id="out")],
)
def test_xfail_can_be_limited_to_some_pythons(tmp_path: Path, specifier: str, verdict: str) -> None:
    result = replayed(tmp_path, f"xfail: {{{KNOWN}, python: '{specifier}'}}", line=9)
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("xfail", "message"),
    [
        pytest.param("xfail: {reason: x}", "`xfail` needs `link`", id="no-link"),
        pytest.param("xfail: {link: 'https://x.org'}", "`xfail` needs `reason`", id="no-reason"),
        pytest.param(
            "xfail: {reason: '', link: 'https://x.org'}", "a reason, found nothing", id="empty-reason"
        ),
        pytest.param("xfail: {reason: x, link: later}", "`later` is not a link", id="no-url"),
        pytest.param(f"xfail: {{{KNOWN}, python: 3.13}}", "not a version specifier", id="version"),
        pytest.param("xfail: true", "expected a mapping", id="true"),
        pytest.param(f"xfail: {{{KNOWN}, strict: false}}", "unknown key `strict`", id="unknown-key"),
    ],
)
def test_xfail_needs_a_reason_and_a_link(tmp_path: Path, xfail: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(written(tmp_path, xfail))
    (problem,) = caught.value.problems
    assert message in problem.message
    assert problem.span.line == 4
