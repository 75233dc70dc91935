"""What `check` found, as GitHub Actions shows it: annotations at their lines, and a summary of the step."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pdbcoach.authoring.finding import Checked, Finding
from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.report.check import summarise
from pdbcoach.report.escape import in_markdown, visible

_MOST_ROWS = 200
"""A summary may have a megabyte; nobody reads more than this."""


def commands(findings: Iterable[Finding], environment: Mapping[str, str]) -> Iterator[str]:
    """A workflow command for each finding."""
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


def add_summary(checked: Checked, environment: Mapping[str, str]) -> None:
    """Append to the step's summary, where GitHub names a file for it. Raises PdbcoachError."""
    path = environment.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(summary(checked, environment))
    except OSError as error:
        raise PdbcoachError(
            f"cannot write the summary to {path}: {error.strerror or error}",
            "GITHUB_STEP_SUMMARY names that file",
        ) from error


def summary(checked: Checked, environment: Mapping[str, str]) -> str:
    """The summary, in Markdown."""
    lines = ["### pdbcoach check", ""]
    lines += [f"- {in_markdown(line.text)}" for line in summarise(checked)]
    findings = checked.findings
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
    """Relative to the checkout: only such files does GitHub find."""
    root = Path(environment.get("GITHUB_WORKSPACE") or os.getcwd()).resolve()
    file = span.file.resolve()
    return str(file.relative_to(root)) if file.is_relative_to(root) else str(file)


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
