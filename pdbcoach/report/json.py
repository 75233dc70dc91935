"""A replay as JSON, format 1: everything that is needed to draw it, without its scenario file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, assert_never

from msgspec import Struct, structs

import pdbcoach
from pdbcoach.errors import Span
from pdbcoach.matching.verdict import (
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    StateMismatch,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.observation import Location, Observation, ProcessView
from pdbcoach.replay.result import ScenarioResult, StepResult
from pdbcoach.report import files
from pdbcoach.report.files import STANDARD_OUTPUT as STANDARD_OUTPUT
from pdbcoach.scenario.model import Action, Key, Look, Scenario, Send

FORMAT = 1

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

_KINDS: dict[type[Failure], str] = {
    OutputMismatch: "output",
    StateMismatch: "state",
    TimedOut: "timeout",
    Died: "died",
    Refused: "refused",
    LeftRunning: "left-running",
    UnexpectedPass: "unexpected-pass",
}


def document(results: Iterable[ScenarioResult], errors: Iterable[str] = ()) -> dict[str, Json]:
    """The whole document. ``errors`` are messages about what could not be run at all."""
    return {
        "format": FORMAT,
        "pdbcoach": pdbcoach.__version__,
        "results": [_result(result) for result in results],
        "errors": list(errors),
    }


def write(destination: str, content: Mapping[str, Json]) -> None:
    """Writes to a file, as ``files.write`` does, or to standard output for ``-``."""
    # ASCII: no encoding of a terminal, and no lone surrogate, can spoil it.
    files.write(destination, json.dumps(content, indent=1, ensure_ascii=True) + "\n", "JSON")


def _result(result: ScenarioResult) -> dict[str, Json]:
    return {
        "scenario": _scenario(result.scenario),
        "target": _plain(result.target),
        "verdict": result.verdict,
        "reason": result.reason,
        "seconds": round(result.seconds, 6),
        "kept": result.kept,
        "steps": [_step(step) for step in result.steps],
        "failures": [_failure(failure) for failure in result.failures],
        "transcript": [_plain(entry) for entry in result.transcript],
    }


def _scenario(scenario: Scenario) -> dict[str, Json]:
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
        "alias": _plain(scenario.alias),
        "steps": len(scenario.steps),
    }


def _step(result: StepResult) -> dict[str, Json]:
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


def _action(action: Action) -> dict[str, Json]:
    match action:
        case Send():
            return {"send": action.text}
        case Key():
            return {"key": action.name}
        case Look():
            return {"look": True}
        case _:
            assert_never(action)


def _failure(failure: Failure) -> dict[str, Json]:
    plain = {name: _plain(item) for name, item in structs.asdict(failure).items() if name != "span"}
    return {"kind": _KINDS[type(failure)], **_span(failure.span), **plain}


def _observation(seen: Observation) -> dict[str, Json]:
    return {
        "process": seen.process,
        "outcome": seen.outcome,
        "before": seen.before,
        "output": seen.output,
        "prompt": _plain(seen.prompt),
        "state": _plain(seen.state),
        "processes": {name: _process(process) for name, process in seen.processes.items()},
    }


def _process(process: ProcessView) -> dict[str, Json]:
    stop: Location | None = process.state.stop if process.state is not None else None
    return {
        "pid": process.pid,
        "phase": process.phase,
        "exit": None if process.exit is None else str(process.exit),
        "prompt": _plain(process.prompt),
        "stop": _plain(stop),
        "doing": process.doing,
        "description": process.describe(),
    }


def _span(span: Span) -> dict[str, Json]:
    return {"file": str(span.file), "line": span.line, "column": span.column}


def _plain(value: object) -> Json:
    """Values of the engine as they are: a field's name is its key."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if isinstance(value, Struct):
        return {name: _plain(item) for name, item in structs.asdict(value).items()}
    raise TypeError(f"{type(value).__name__} has no place in a report")
