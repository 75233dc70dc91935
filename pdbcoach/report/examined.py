"""What ``check`` found as JSON values, format 1."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from pdbcoach.authoring.finding import Examined, Finding
from pdbcoach.errors import Span


def examined_values(one: Examined) -> dict[str, Any]:
    """Return the result for one scenario as an object of the JSON report."""
    return {
        "scenario": one.scenario,
        **_place(one.span),
        "python": one.python,
        "verdict": one.verdict,
        "reason": one.reason,
        "seconds": round(one.seconds, 6),
        "runs": one.runs,
        "mutants": to_builtins(one.bites),
        "findings": [finding_values(finding) for finding in one.findings],
    }


def finding_values(finding: Finding) -> dict[str, Any]:
    """Return a finding as an object of the JSON report."""
    return {
        "kind": finding.kind,
        **_place(finding.span),
        "message": finding.message,
        "cure": finding.cure,
        "details": list(finding.details),
        "scenario": finding.scenario,
        "python": finding.python,
    }


def _place(span: Span) -> dict[str, Any]:
    return {"file": str(span.file), "line": span.line, "column": span.column}
