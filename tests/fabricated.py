"""Scenarios, results and events made up by hand: what reports and the command line are tested with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from pdbcoach.errors import Span
from pdbcoach.facts import FACTS, At, Focus
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
from pdbcoach.scenario.model import Facts, Scenario, Send, Step

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
    """A result whose steps are given with their failures."""
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


def events(of: ScenarioResult, outputs: Sequence[str] = ()) -> Iterator[Event]:
    """The events of a replay that ends in this result; each step prints one of the outputs."""
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
    """Facts from keywords, those that are classes of their own by their keys as well."""
    if isinstance(place := given.get("focus"), At):
        given["focus"] = Focus(**asdict(place))
    by_key = {kind.key: given.pop(kind.key, None) for kind in FACTS}
    return Facts(tuple(fact for fact in by_key.values() if fact is not None), **given)
