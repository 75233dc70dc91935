"""The results of several replays, perhaps on several Pythons, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pdbcoach.replay.result import Result, ScenarioResult
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import one_line
from pdbcoach.report.failure import headline
from pdbcoach.report.lines import LineTone, OutputLine, count, duration, place
from pdbcoach.report.replayed import Replayed

_VERDICTS: tuple[Result, ...] = ("passed", "failed", "xfailed", "skipped")


def summarise(run: Replayed) -> Iterator[OutputLine]:
    """Yield what failed or was skipped and why, the counts of each target if there are several, the total."""
    results = run.results
    for result in results:
        if result.verdict == "failed":
            name = f"{result.scenario.id} on Python {result.target.version}"
            yield OutputLine(f"failed: {name}: {_first_failure(result)}", "bad")
    for error in run.not_run:
        yield from (OutputLine(text, "bad") for text in visible_lines(f"could not run: {error}"))
    yield from _with_reason(results, "xfailed", "known to fail")
    yield from _with_reason(results, "skipped", "skipped")
    targets = list(dict.fromkeys(result.target.version for result in results))
    if len(targets) > 1:
        yield from _table(results, targets)
    yield _total(run)


def _first_failure(result: ScenarioResult) -> str:
    for number, failure in result.numbered_failures:
        step = f"step {number}, " if number else ""
        return f"{step}{place(failure.span)}: {headline(failure)}"
    return place(result.scenario.span)


def _with_reason(results: Sequence[ScenarioResult], verdict: Result, what: str) -> Iterator[OutputLine]:
    """Yield one line for each scenario and reason, with all targets that have them."""
    targets: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.verdict == verdict:
            targets.setdefault((result.scenario.id, result.reason), []).append(result.target.version)
    for (name, reason), versions in targets.items():
        yield OutputLine(f"{what}: {name} on Python {', '.join(versions)}: {one_line(reason)}")


def _table(results: Sequence[ScenarioResult], targets: Sequence[str]) -> Iterator[OutputLine]:
    counts = Counter((result.target.version, result.verdict) for result in results)
    first = len("Python ") + max(map(len, targets))
    known = any(result.verdict == "xfailed" for result in results)
    columns = [verdict for verdict in _VERDICTS if known or verdict != "xfailed"]
    yield OutputLine(" " * first + "".join(f"{verdict:>9}" for verdict in columns), "heading")
    for target in targets:
        row = "".join(f"{counts[target, verdict]:9}" for verdict in columns)
        tone: LineTone = "bad" if counts[target, "failed"] else "plain"
        yield OutputLine(f"{f'Python {target}':{first}}{row}", tone)


def _total(run: Replayed) -> OutputLine:
    counts = Counter(result.verdict for result in run.results)
    parts = [
        f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if counts[verdict] or verdict == "passed"
    ]
    if run.not_run:
        parts.append(f"{len(run.not_run)} could not run")
    replays = count(len(run.results) + len(run.not_run), "replay")
    text = f"{replays}: {', '.join(parts)} in {duration(run.seconds)}"
    return OutputLine(text, "bad" if counts["failed"] or run.not_run else "good")
