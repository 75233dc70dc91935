"""Scenarios, results and events made by hand, for tests of reports and of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from pdbcoach.errors import PdbcoachError, Span
from pdbcoach.facts import FACTS, AnyFact, Facts, Focus, Raises, Returns, Values
from pdbcoach.facts.processes import ExpectedProcess, StatusFact
from pdbcoach.facts.values import ExpectedValue
from pdbcoach.matching.verdict import Failure, OutputMismatch, StateMismatch
from pdbcoach.observation import (
    DebuggerState,
    ExitStatus,
    Location,
    Observation,
    ProcessView,
    Prompt,
)
from pdbcoach.replay.result import (
    Event,
    Result,
    ScenarioFinished,
    ScenarioResult,
    ScenarioStarted,
    Seen,
    StepFinished,
    StepResult,
    StepStarted,
    Target,
    TranscriptEntry,
)
from pdbcoach.report.replayed import NotRun, Replayed
from pdbcoach.scenario.model import Scenario, Send, Step

FILE = Path("/packs/fork/fork-count-them.yaml")
TARGET = Target("/usr/bin/python3.13", "3.13.0")
PDB = "(Pdb) "


def span(line: int = 1, column: int = 5) -> Span:
    return Span(FILE, line, column)


def step(text: str = "n", *, line: int = 10, process: str = "main") -> Step:
    return Step(span(line), Send(text), process=process)


def scenario(*steps: Step, **changes: object) -> Scenario:
    made = Scenario(
        path=FILE,
        span=span(),
        id="fork-count-them",
        run=("-m", "pdb", "ex2.py"),
        steps=steps or (step(),),
        run_line="python -m pdb ex2.py",
        script="ex2.py",
        title="Count them",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def at_prompt(name: str = "main", line: int = 3, pid: int = 100) -> ProcessView:
    where = Location("ex2.py", line, "<module>")
    return ProcessView(
        name, pid, "stopped", prompt=Prompt("pdb", PDB), state=DebuggerState("line", where, 1, where)
    )


def ended(name: str = "main.1", code: int = 0, pid: int = 101) -> ProcessView:
    return ProcessView(name, pid, "gone", ExitStatus(code=code))


def observation(output: str = "", *processes: ProcessView, process: str = "main") -> Observation:
    views = processes or (at_prompt(process),)
    mine = next((view for view in views if view.name == process), None)
    return Observation(
        process,
        "prompt",
        output,
        prompt=Prompt("pdb", PDB),
        state=mine.state if mine is not None else None,
        processes={view.name: view for view in views},
    )


def output_mismatch(line: int = 12) -> OutputMismatch:
    return OutputMismatch(
        span(line),
        "line 2 differs",
        expected=("> [..]ex2.py(4)<module>()", "-> if ret == 0:"),
        actual=("> /ex2.py(4)<module>()", "-> if ret == 1:", "and more"),
        expected_at=1,
        actual_at=1,
    )


def state_mismatch(line: int = 13) -> StateMismatch:
    return StateMismatch(span(line), "at.line", "4", "5")


def entry(line: str | None = "n", output: str = "", *, process: str = "main") -> TranscriptEntry:
    return TranscriptEntry(process, None if line is None else PDB, line, output)


def result(
    steps: Sequence[tuple[Step, Sequence[Failure]]] = (),
    *,
    verdict: Result = "passed",
    reason: str = "",
    failures: Sequence[Failure] = (),
    transcript: Sequence[TranscriptEntry] = (),
    target: Target = TARGET,
    seconds: float = 0.25,
    kept: str = "",
    **changes: object,
) -> ScenarioResult:
    """Return a result with these steps and their failures."""
    taken = tuple(steps) or ((step(), ()),)
    return ScenarioResult(
        scenario(*(one for one, _ in taken), **changes),
        target,
        verdict,
        reason,
        tuple(
            StepResult(number, one, observation(process=one.process), tuple(failed))
            for number, (one, failed) in enumerate(taken, 1)
        ),
        tuple(failures),
        tuple(transcript),
        seconds,
        kept,
    )


def replayed(*results: ScenarioResult, error: str = "", seconds: float = 0.0) -> Replayed:
    """Return a run of `replay`; with ``error``, one more scenario could not be run."""
    not_run = (NotRun(scenario(), TARGET, PdbcoachError(error)),) if error else ()
    return Replayed(results, not_run, seconds)


def events(of: ScenarioResult, outputs: Sequence[str] = ()) -> Iterator[Event]:
    """Yield the events of a replay with this result; each step prints one of the outputs."""
    yield ScenarioStarted(of.scenario, of.target)
    for number, one in enumerate(of.steps):
        action = one.step.action
        text = action.text if isinstance(action, Send) else ""
        yield StepStarted(one.number, one.step, PDB)
        output = outputs[number] if number < len(outputs) else ""
        yield Seen(TranscriptEntry(one.step.process, PDB, text, output))
        yield StepFinished(one)
    yield ScenarioFinished(of)


def facts_of(**given: Any) -> Facts:
    """Return facts from keywords, by their keys: the facts themselves, or just what they say."""
    made = tuple(_fact(kind, given.pop(kind.key)) for kind in FACTS if given.get(kind.key) is not None)
    assert not any(given.values()), given
    return Facts(made)


def _fact(kind: type[AnyFact], value: Any) -> AnyFact:
    if isinstance(value, kind):
        return value
    if issubclass(kind, Focus):
        return Focus(**asdict(value))
    if issubclass(kind, Values):
        return Values(span(), tuple(ExpectedValue(name, text, span()) for name, text in value.items()))
    if issubclass(kind, StatusFact):
        rows = (ExpectedProcess(name, status, span()) for name, status in value.items())
        return kind(span(), tuple(rows))
    assert issubclass(kind, Returns | Raises)
    return kind(span(), value)
