"""A run for GitHub Actions: annotations at the lines of the findings, and a summary of the step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO

from pdbcoach.authoring.finding import Finding
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.report import check
from pdbcoach.report.escape import in_markdown, visible
from pdbcoach.report.formats import AnyRun
from pdbcoach.report.replayed import Replayed
from pdbcoach.report.summary import summarise

_MOST_ROWS = 200
"""GitHub takes a summary of at most a megabyte, and nobody reads more rows than this."""


def write(run: AnyRun, destination: str, stream: TextIO) -> None:
    """Write the annotations to ``stream``, and append to the step's summary. Raises PdbcoachError."""
    for command in commands(check.checked_of(run).findings, os.environ):
        print(command, file=stream)  # in one piece, however narrow the terminal is
    add_summary(run, os.environ)


def commands(findings: Iterable[Finding], environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a workflow command for each finding."""
    for finding in findings:
        span = finding.span
        properties = {
            "file": _path(span, environment),
            "line": str(span.line),
            "col": str(span.column),
            "title": f"pdbcoach: {finding.kind}",
        }
        about = f"{finding.scenario} on Python {finding.python}: " if finding.python else ""
        message = "\n".join(text for text in (f"{about}{finding.message}", finding.cure) if text)
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::error {listed}::{_data(message)}"


def add_summary(run: AnyRun, environment: Mapping[str, str]) -> None:
    """Append to the step's summary if GITHUB_STEP_SUMMARY names its file. Raises PdbcoachError."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(summary(run, environment))
    except OSError as error:
        raise PdbcoachError(
            f"cannot write the summary to {path}: {error.strerror or error}",
            "GITHUB_STEP_SUMMARY names that file",
        ) from error


def summary(run: AnyRun, environment: Mapping[str, str]) -> str:
    """Return the summary, in Markdown."""
    verb, shown = ("replay", summarise(run)) if isinstance(run, Replayed) else ("check", check.summarise(run))
    lines = [f"### pdbcoach {verb}", "", *(f"- {in_markdown(line.text)}" for line in shown)]
    findings = check.checked_of(run).findings
    if findings:
        lines += ["", "| where | Python | what |", "|---|---|---|"]
        for finding in findings[:_MOST_ROWS]:
            where = f"{_path(finding.span, environment)}:{finding.span.line}"
            what = " ".join(text for text in (f"{finding.kind}: {finding.message}.", finding.cure) if text)
            lines.append(f"| {in_markdown(where)} | {finding.python or 'all'} | {in_markdown(what)} |")
        if (more := len(findings) - _MOST_ROWS) > 0:
            lines += ["", f"… and {more} more."]
    return "\n".join(lines) + "\n\n"


def _path(span: Span, environment: Mapping[str, str]) -> str:
    """Return the path relative to the checkout, because GitHub finds only such files."""
    root = Path(environment.get("GITHUB_WORKSPACE") or os.getcwd()).resolve()
    file = span.file.resolve()
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
