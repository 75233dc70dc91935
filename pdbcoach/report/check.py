"""What `check` found, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec.structs import replace

import pdbcoach
from pdbcoach.authoring.examine import Examination
from pdbcoach.authoring.finding import COULD_NOT_RUN, Checked, Examined, Finding
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.report.escape import one_line
from pdbcoach.report.examined import examined_values, finding_values
from pdbcoach.report.failure import explain, headline
from pdbcoach.report.json import FORMAT, Json
from pdbcoach.report.lines import Line, count, duration, place, plain
from pdbcoach.scenario.model import Scenario


def examined(examination: Examination) -> Examined:
    """An examination with what failed put into words."""
    result, later = examination.result, examination.failed_later
    findings = examination.findings
    if result.verdict == "failed":
        findings = (_failed(result), *findings)
    elif later is not None:
        findings = tuple(
            replace(finding, details=_explained(later)) if finding.kind == "unstable" else finding
            for finding in findings
        )
    return Examined(
        result.scenario.id,
        result.scenario.span,
        result.target.version,
        result.verdict,
        result.reason,
        result.seconds,
        examination.runs,
        examination.bites,
        findings,
    )


def could_not_run(scenario: Scenario, target: Target, error: PdbcoachError) -> Examined:
    """What remains to be said of a scenario that could not be started."""
    finding = Finding(
        "error",
        scenario.span,
        f"could not run: {error.message}",
        error.hint,
        scenario=scenario.id,
        python=target.version,
    )
    return Examined(
        scenario.id, scenario.span, target.version, "error", error.message, 0.0, 0, None, (finding,)
    )


def finding_lines(finding: Finding) -> Iterator[Line]:
    """A finding as a person reads it: its place first, so that editors can jump there."""
    about = f" [Python {finding.python}]" if finding.python else ""
    where = f"{place(finding.span)}:{finding.span.column}"
    yield Line(f"{where}: {finding.kind}: {one_line(finding.message)}{about}", "bad")
    if finding.cure:
        yield Line(f"    {one_line(finding.cure)}")
    for text in finding.details:
        yield Line(f"    {one_line(text)}", "quiet")


def progress(one: Examined) -> Line:
    """What came of one scenario on one target, in one line."""
    name = f"{one.scenario} on Python {one.python}"
    match one.verdict:
        case "skipped":
            return Line(f"skipped: {name}: {one_line(one.reason)}")
        case "xfailed":
            return Line(f"known to fail: {name}: {one_line(one.reason)}")
        case "passed":
            parts = [] if one.runs == 1 else [count(one.runs, "run")]
            parts += [] if one.bites is None else [count(one.bites.mutants, "mutant")]
            what = "unfit" if one.findings else "ok"
            done = f": {', '.join(parts)}" if parts else ""
            return Line(f"{what}: {name}{done}", "bad" if one.findings else "plain")
        case _:
            return Line(f"{'failed' if one.verdict == 'failed' else 'could not run'}: {name}", "bad")


def summarise(checked: Checked) -> Iterator[Line]:
    """What was done, and whether the pack is fit to ship."""
    yield Line(f"lint: {count(len(checked.files), 'file')}, {_problems(len(checked.lint))}")
    verdicts = Counter(one.verdict for one in checked.examined)
    if verdicts:
        shown = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
        runs = sum(one.runs for one in checked.examined)
        yield Line(f"replay: {shown} ({count(runs, 'run')})")
    bites = [one.bites for one in checked.examined if one.bites is not None]
    if bites:
        noticed, equivalent, survived = (
            sum(getattr(one, name) for one in bites) for name in ("noticed", "equivalent", "survived")
        )
        total = count(noticed + equivalent + survived, "mutant")
        yield Line(f"teeth: {total}, {noticed} noticed, {equivalent} equivalent, {survived} not noticed")
    found = len(checked.findings)
    took = f"in {duration(checked.seconds)}"
    if found:
        yield Line(f"not fit to ship: {_problems(found)} {took}", "bad")
    elif checked.examined and all(one.verdict == "skipped" for one in checked.examined):
        yield Line(f"nothing was run: all is skipped {took}", "bad")
    else:
        yield Line(f"fit to ship {took}", "good")


def document(checked: Checked) -> dict[str, Json]:
    """Everything as JSON, format 1."""
    return {
        "format": FORMAT,
        "pdbcoach": pdbcoach.__version__,
        "fit": not checked.findings,
        "seconds": round(checked.seconds, 6),
        "files": [str(path) for path in checked.files],
        "lint": [finding_values(finding) for finding in checked.lint],
        "examined": [examined_values(one) for one in checked.examined],
    }


def is_could_not_run(checked: Checked) -> bool:
    """Whether something could not even be run: worse than what is merely wrong."""
    return any(finding.kind in COULD_NOT_RUN for finding in checked.findings)


def _failed(result: ScenarioResult) -> Finding:
    failures = [
        *((step.number, failure) for step in result.steps for failure in step.failures),
        *((0, failure) for failure in result.failures),
    ]
    number, failure = failures[0]
    step = f"step {number}: " if number else ""
    return Finding(
        "replay",
        failure.span,
        f"{step}{headline(failure)}",
        details=_explained(result),
        scenario=result.scenario.id,
        python=result.target.version,
    )


def _explained(result: ScenarioResult) -> tuple[str, ...]:
    return tuple(plain(explain(result)).splitlines())


def _problems(number: int) -> str:
    return count(number, "problem") if number else "no problems"
