"""Several scenarios, perhaps on several Pythons, in a few lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pdbcoach.replay.result import Result, ScenarioResult
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import one_line
from pdbcoach.report.failure import headline
from pdbcoach.report.lines import Line, Tone, count, duration, place

_VERDICTS: tuple[Result, ...] = ("passed", "failed", "xfailed", "skipped")


def summarise(
    results: Sequence[ScenarioResult], errors: Sequence[str] = (), seconds: float = 0.0
) -> Iterator[Line]:
    """What failed and why, what was skipped and why, counts per target, the total.

    ``errors`` are messages about what could not be run; ``seconds`` is the time of the whole.
    """
    for result in results:
        if result.verdict == "failed":
            name = f"{result.scenario.id} on Python {result.target.version}"
            yield Line(f"failed: {name}: {_first_failure(result)}", "bad")
    for error in errors:
        yield from (Line(text, "bad") for text in visible_lines(f"could not run: {error}"))
    yield from _with_reason(results, "xfailed", "known to fail")
    yield from _with_reason(results, "skipped", "skipped")
    targets = list(dict.fromkeys(result.target.version for result in results))
    if len(targets) > 1:
        yield from _table(results, targets)
    yield _total(results, errors, seconds)


def _first_failure(result: ScenarioResult) -> str:
    for step in result.steps:
        for failure in step.failures:
            return f"step {step.number}, {place(failure.span)}: {headline(failure)}"
    for failure in result.failures:
        return f"{place(failure.span)}: {headline(failure)}"
    return place(result.scenario.span)


def _with_reason(results: Sequence[ScenarioResult], verdict: Result, what: str) -> Iterator[Line]:
    """One line per scenario and reason, however many targets it came out so on."""
    targets: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.verdict == verdict:
            targets.setdefault((result.scenario.id, result.reason), []).append(result.target.version)
    for (name, reason), versions in targets.items():
        yield Line(f"{what}: {name} on Python {', '.join(versions)}: {one_line(reason)}")


def _table(results: Sequence[ScenarioResult], targets: Sequence[str]) -> Iterator[Line]:
    counts = Counter((result.target.version, result.verdict) for result in results)
    first = max(len(f"Python {target}") for target in targets)
    known = any(result.verdict == "xfailed" for result in results)
    columns = [verdict for verdict in _VERDICTS if known or verdict != "xfailed"]
    yield Line(" " * first + "".join(f"{verdict:>9}" for verdict in columns), "heading")
    for target in targets:
        row = "".join(f"{counts[target, verdict]:9}" for verdict in columns)
        tone: Tone = "bad" if counts[target, "failed"] else "plain"
        yield Line(f"{f'Python {target}':{first}}{row}", tone)


def _total(results: Sequence[ScenarioResult], errors: Sequence[str], seconds: float) -> Line:
    counts = Counter(result.verdict for result in results)
    parts = [
        f"{counts[verdict]} {verdict}" for verdict in _VERDICTS if counts[verdict] or verdict == "passed"
    ]
    if errors:
        parts.append(f"{len(errors)} could not run")
    text = f"{count(len(results) + len(errors), 'replay')}: {', '.join(parts)} in {duration(seconds)}"
    return Line(text, "bad" if counts["failed"] or errors else "good")
