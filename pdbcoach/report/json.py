"""Runs as JSON, format 1. That of a replay has everything that is needed to draw it without its file."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO, TypeAlias, assert_never

from msgspec import structs, to_builtins

import pdbcoach
from pdbcoach.authoring.finding import Checked, Examined, Finding
from pdbcoach.errors import Span
from pdbcoach.matching.verdict import (
    AnswerMismatch,
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.observation import Observation, ProcessView
from pdbcoach.replay.result import ScenarioResult, StepResult
from pdbcoach.report import files
from pdbcoach.report.formats import AnyRun
from pdbcoach.report.replayed import Replayed
from pdbcoach.scenario.model import Action, Key, Look, Scenario, Send

FORMAT: Final = 1

Json: TypeAlias = "dict[str, Any]"
"""An object of the document: values that json writes as they are."""

_KINDS: Final[dict[type[Failure], str]] = {
    OutputMismatch: "output",
    StateMismatch: "state",
    TimedOut: "timeout",
    Died: "died",
    Refused: "refused",
    LeftRunning: "left-running",
    AnswerMismatch: "answer",
    UnexpectedPass: "unexpected-pass",
}


def write(run: AnyRun, destination: str, stream: TextIO) -> None:
    """Write the run to a file, or to standard output for ``-``. Raises PdbcoachError, BrokenPipeError."""
    # ASCII, so that neither a terminal's encoding nor a lone surrogate can spoil it.
    files.write(destination, json.dumps(document(run), indent=1, ensure_ascii=True) + "\n", "JSON")


def document(run: AnyRun) -> Json:
    """Return the whole document."""
    head = {"format": FORMAT, "pdbcoach": pdbcoach.__version__}
    match run:
        case Replayed():
            return {
                **head,
                "results": [_result(result) for result in run.results],
                "errors": [str(one) for one in run.not_run],
            }
        case Checked():
            return {
                **head,
                "fit": not run.findings,
                "seconds": round(run.seconds, 6),
                "files": [str(path) for path in run.files],
                "lint": [_finding(finding) for finding in run.lint],
                "examined": [_examined(one) for one in run.examined],
            }
        case _:
            assert_never(run)


def _result(result: ScenarioResult) -> Json:
    return {
        "scenario": _scenario(result.scenario),
        "target": to_builtins(result.target),
        "verdict": result.verdict,
        "reason": result.reason,
        "seconds": round(result.seconds, 6),
        "kept": result.kept,
        "steps": [_step(step) for step in result.steps],
        "failures": [_failure(failure) for failure in result.failures],
        "transcript": to_builtins(result.transcript),
    }


def _scenario(scenario: Scenario) -> Json:
    return {
        **_span(scenario.span),
        "id": scenario.id,
        "title": scenario.title,
        "intro": scenario.intro,
        "outro": scenario.outro,
        "run": scenario.run_line,
        "python": scenario.python,
        "grade": scenario.grade,
        "terminals": scenario.terminals,
        "alias": {**scenario.alias, **{name: {"first": list(them)} for name, them in scenario.late.items()}},
        "steps": len(scenario.steps),
    }


def _step(result: StepResult) -> Json:
    step = result.step
    return {
        **_span(step.span),
        "number": result.number,
        "process": step.process,
        "action": _action(step.action),
        "wait": step.wait,
        "say": step.prose.say,
        "ask": step.prose.ask,
        "why": step.prose.why,
        "observation": None if result.observation is None else _observation(result.observation),
        "failures": [_failure(failure) for failure in result.failures],
    }


def _action(action: Action) -> Json:
    match action:
        case Send():
            return {"send": action.text}
        case Key():
            return {"key": action.name}
        case Look():
            return {"look": True}
        case _:
            assert_never(action)


def _failure(failure: Failure) -> Json:
    own = {name: value for name, value in structs.asdict(failure).items() if name != "span"}
    return {"kind": _KINDS[type(failure)], **_span(failure.span), **own}


def _observation(seen: Observation) -> Json:
    return {
        "process": seen.process,
        "outcome": seen.outcome,
        "before": seen.before,
        "output": seen.output,
        "prompt": to_builtins(seen.prompt),
        "state": to_builtins(seen.state),
        "processes": {name: _process(process) for name, process in seen.processes.items()},
        "unheard": list(seen.unheard),
    }


def _process(process: ProcessView) -> Json:
    return {
        "pid": process.pid,
        "born": process.born or process.name,
        "phase": process.phase,
        "exit": None if process.exit is None else str(process.exit),
        "prompt": to_builtins(process.prompt),
        "stop": None if process.state is None else to_builtins(process.state.stop),
        "doing": process.doing,
        "door": to_builtins(process.door),
        "description": process.describe(),
    }


def _examined(one: Examined) -> Json:
    return {
        "scenario": one.scenario,
        **_span(one.span),
        "python": one.python,
        "verdict": one.verdict,
        "reason": one.reason,
        "seconds": round(one.seconds, 6),
        "runs": one.runs,
        "mutants": to_builtins(one.bites),
        "tries": to_builtins(one.tries),
        "findings": [_finding(finding) for finding in one.findings],
    }


def _finding(finding: Finding) -> Json:
    return {
        "kind": finding.kind,
        **_span(finding.span),
        "message": finding.message,
        "cure": finding.cure,
        "details": list(finding.details),
        "scenario": finding.scenario,
        "python": finding.python,
        "truth": to_builtins(finding.truth),
    }


def _span(span: Span) -> Json:
    return {"file": str(span.file), "line": span.line, "column": span.column}
