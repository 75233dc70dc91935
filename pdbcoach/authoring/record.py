"""Makes a scenario of a recording: replays what was typed, and keeps what is the same each time."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.draft import Draft
from pdbcoach.authoring.setting import Setting
from pdbcoach.engine.temporary import temporary_folder
from pdbcoach.facts.status import Exited, Gone, Killed, Running, Zombie
from pdbcoach.matching.verdict import Failure, OutputMismatch, StateMismatch
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario

_RUNS: Final = 2
_ROUNDS: Final = 5


class WrittenScenario(Struct, frozen=True):
    """A scenario's text, and why a replay of it goes another way than the recording; mostly empty."""

    text: str
    problem: str = ""


def write(draft: Draft, target: Target) -> WrittenScenario:
    """Return the scenario's text, found by replaying it until all that it asserts holds each time."""
    runs, problem = _settled(draft, target)
    text = draft.text(runs)
    if problem:
        return WrittenScenario(text, problem)
    for _ in range(_ROUNDS):
        with _loaded(draft.setting, text) as scenario:
            results = [_run(scenario, target) for _ in range(_RUNS)]
        failed = list(_failing(results))
        if not failed:
            return WrittenScenario(text)
        before = len(draft.dropped)
        for index, failure in failed:
            draft.dropped.add((index, _fact(failure)))
        if len(draft.dropped) == before:
            break
        text = draft.text(runs)
    index, failure = failed[0]
    return WrittenScenario(text, f"step {index + 1} does not come out the same each time ({_fact(failure)})")


def _settled(draft: Draft, target: Target) -> tuple[list[ScenarioResult], str]:
    """Return replays of the bare steps in which the processes do what they did before, or what differs."""
    outline = draft.outline()
    for _ in range(_ROUNDS):
        results = [_run(outline, target) for _ in range(_RUNS)]
        failed = list(_failing(results))
        if not failed:
            return results, ""
        relaxed = [_relax(draft, index, failure) for index, failure in failed]
        if not any(relaxed):
            break
        outline = draft.outline()
    index, failure = failed[0]
    what = draft.lines[index - 1].action if index else "the start"
    return results, f"replayed, {what} (step {index + 1}) goes another way: {_reason(failure)}"


def _relax(draft: Draft, index: int, failure: Failure) -> bool:
    """Assert less of a process whose end can't be told exactly. False: nothing can be done."""
    if not isinstance(failure, StateMismatch):
        return False
    fact, _, name = failure.fact.partition(".")
    known = draft.statuses[index].get(name)
    if fact not in ("processes", "ends") or known is None:
        return False
    if isinstance(known, Exited | Killed | Zombie):
        draft.statuses[index][name] = Gone()
        return True
    if fact == "ends" or (isinstance(known, Running) and name == draft.process(index)):
        return False
    del draft.statuses[index][name]
    return True


def _run(scenario: Scenario, target: Target) -> ScenarioResult:
    return finish(scenario, target, options=Options(go_on=True))


def _failing(results: Sequence[ScenarioResult]) -> Iterator[tuple[int, Failure]]:
    for result in results:
        for step in result.steps:
            yield from ((step.number - 1, failure) for failure in step.failures)
        yield from ((len(result.steps) - 1, failure) for failure in result.failures)


def _fact(failure: Failure) -> str:
    match failure:
        case OutputMismatch():
            return "expect"
        case StateMismatch(fact=fact):
            return fact
        case _:
            return type(failure).__name__


def _reason(failure: Failure) -> str:
    match failure:
        case StateMismatch(fact=fact, expected=expected, actual=actual):
            return f"{fact} was {expected}, is {actual}"
        case OutputMismatch(reason=reason):
            return reason
        case _:
            return getattr(failure, "reason", "") or repr(failure)


@contextlib.contextmanager
def _loaded(where: Setting, text: str) -> Iterator[Scenario]:
    """Give the scenario of a text, loaded from a folder of its own with its files."""
    with temporary_folder("pdbcoach-record-") as folder:
        for file in where.files:
            place = Path(folder, file.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.path, place)
        (scenario,) = load(Path(folder, f"{where.id}.yaml"), text=text)
        yield replace(scenario, path=where.path)
