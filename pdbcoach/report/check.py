"""What `check` found, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec.structs import replace

from pdbcoach.authoring.cures import cure
from pdbcoach.authoring.examine import Examination
from pdbcoach.authoring.finding import COULD_NOT_RUN, Bites, Checked, Examined, Finding, Tries
from pdbcoach.errors import PdbcoachError
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.report.escape import one_line
from pdbcoach.report.failure import explain, headline
from pdbcoach.report.formats import AnyRun
from pdbcoach.report.lines import OutputLine, count, duration, place, plain
from pdbcoach.report.replayed import Replayed
from pdbcoach.scenario.model import Scenario

_NOT_JUDGED = {"skipped": "skipped", "xfailed": "known to fail"}


def checked_of(run: AnyRun) -> Checked:
    """Return what a run found as `check` has it: of a replay, each failure is a finding."""
    match run:
        case Checked():
            return run
        case Replayed():
            examined = (
                *(_examined(result, 1, None, ()) for result in run.results),
                *(could_not_run(one.scenario, one.target, one.error) for one in run.not_run),
            )
            return Checked((), (), examined, run.seconds)
        case _:
            assert_never(run)


def examined(examination: Examination) -> Examined:
    """Return an examination with its failures in words."""
    later = examination.failed_later
    findings = examination.findings
    if examination.result.verdict != "failed" and later is not None:
        findings = tuple(
            replace(finding, details=_explained(later)) if finding.kind == "unstable" else finding
            for finding in findings
        )
    return _examined(examination.result, examination.runs, examination.bites, findings)


def _examined(
    result: ScenarioResult, runs: int, bites: Bites | None, findings: tuple[Finding, ...]
) -> Examined:
    return Examined(
        result.scenario.id,
        result.scenario.span,
        result.target.version,
        result.verdict,
        result.reason,
        result.seconds,
        runs,
        bites,
        (_failed(result), *findings) if result.verdict == "failed" else findings,
    )


def could_not_run(scenario: Scenario, target: Target, error: PdbcoachError) -> Examined:
    """Return the examination of a scenario that could not be run."""
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


def finding_lines(finding: Finding) -> Iterator[OutputLine]:
    """Yield a finding for people; it starts with its place, so that editors can jump there."""
    about = f" [Python {finding.python}]" if finding.python else ""
    where = f"{place(finding.span)}:{finding.span.column}"
    yield OutputLine(f"{where}: {finding.kind}: {one_line(finding.message)}{about}", "bad")
    if finding.cure:
        yield OutputLine(f"    {one_line(finding.cure)}")
    for text in finding.details:
        yield OutputLine(f"    {one_line(text)}", "quiet")


def progress(one: Examined) -> OutputLine:
    """Return the outcome of one scenario on one target, in one line."""
    name = f"{one.scenario} on Python {one.python}"
    if one.verdict in _NOT_JUDGED:
        return OutputLine(f"{_NOT_JUDGED[one.verdict]}: {name}: {one_line(one.reason)}")
    if one.verdict != "passed":
        return OutputLine(f"{'failed' if one.verdict == 'failed' else 'could not run'}: {name}", "bad")
    parts = [] if one.runs == 1 else [count(one.runs, "run")]
    parts += [] if one.bites is None else [count(one.bites.mutants, "mutant")]
    parts += [] if one.tries is None else [count(one.tries.done, "try", "tries")]
    done = f": {', '.join(parts)}" if parts else ""
    return OutputLine(f"unfit: {name}{done}", "bad") if one.findings else OutputLine(f"ok: {name}{done}")


def _teeth(bites: Sequence[Bites]) -> OutputLine:
    noticed, equivalent, survived = (
        sum(getattr(one, name) for one in bites) for name in ("noticed", "equivalent", "survived")
    )
    total = count(noticed + equivalent + survived, "mutant")
    return OutputLine(f"teeth: {total}, {noticed} noticed, {equivalent} equivalent, {survived} not noticed")


def _truth(tries: Sequence[Tries], findings: Sequence[Finding]) -> OutputLine:
    planned, done, left_out, steps, heard, read = (
        sum(getattr(one, name) for one in tries) for name in Tries.__struct_fields__
    )
    found = Counter(finding.kind for finding in findings)
    text = f"truth: {count(done, 'try', 'tries')} at {count(steps, 'step')}"
    if any(one.ran_out_of_time for one in tries):
        text = f"truth: {done} of {count(planned, 'try', 'tries')} at {count(steps, 'step')}, time was up"
    text += f": {found['truth']} false, {found['refused']} refused, {found['help']} without help"
    left = f"; {left_out} left out: the program doesn't repeat itself" if left_out else ""
    return OutputLine(f"{text}; {read} of {count(heard, 'sentence')} read{left}")


def summarise(checked: Checked) -> Iterator[OutputLine]:
    """Yield what was done, and whether the pack is fit to ship."""
    yield OutputLine(f"lint: {count(len(checked.files), 'file')}, {_problems(len(checked.lint))}")
    for verb, probes in ("replay", False), ("claims", True):
        examined = [one for one in checked.examined if one.is_claim is probes]
        if verdicts := Counter(one.verdict for one in examined):
            shown = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.items())
            yield OutputLine(f"{verb}: {shown} ({count(sum(one.runs for one in examined), 'run')})")
    if bites := [one.bites for one in checked.examined if one.bites is not None]:
        yield _teeth(bites)
    if tries := [one.tries for one in checked.examined if one.tries is not None]:
        yield _truth(tries, checked.findings)
    yield _fitness(checked)


def _fitness(checked: Checked) -> OutputLine:
    took = f"in {duration(checked.seconds)}"
    if found := len(checked.findings):
        return OutputLine(f"not fit to ship: {_problems(found)} {took}", "bad")
    if checked.examined and all(one.verdict == "skipped" for one in checked.examined):
        return OutputLine(f"nothing was run: all is skipped {took}", "bad")
    return OutputLine(f"fit to ship {took}", "good")


def is_could_not_run(checked: Checked) -> bool:
    """Return True if something could not be run at all."""
    return any(finding.kind in COULD_NOT_RUN for finding in checked.findings)


def _failed(result: ScenarioResult) -> Finding:
    number, failure = result.numbered_failures[0]
    step = f"step {number}: " if number else ""
    return Finding(
        "replay",
        failure.span,
        f"{step}{headline(failure)}",
        cure(result, number, failure),
        details=_explained(result),
        scenario=result.scenario.id,
        python=result.target.version,
    )


def _explained(result: ScenarioResult) -> tuple[str, ...]:
    return tuple(plain(explain(result)).splitlines())


def _problems(number: int) -> str:
    return count(number, "problem") if number else "no problems"
