"""What to do about a failed replay: the line to write, the verb to run, or what has changed in Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from pdbcoach.authoring.difference import cure_of_refusal, keeps_running
from pdbcoach.authoring.setting import uses_multiprocessing
from pdbcoach.facts.base import StateMismatch
from pdbcoach.matching.verdict import (
    AnswerMismatch,
    Died,
    Failure,
    LeftRunning,
    OutputMismatch,
    Refused,
    TimedOut,
    UnexpectedPass,
)
from pdbcoach.matching.versions import admits
from pdbcoach.replay.result import ScenarioResult, StepResult
from pdbcoach.scenario.model import Scenario

UPDATE = "if the program is right, `pdbcoach update` writes what came"


def cure(result: ScenarioResult, number: int, failure: Failure) -> str:
    """Return what to do about a failure of step ``number``, or of the end if that is 0."""
    step = result.steps[number - 1]
    known = next(_known_changes(result, step, failure), "")
    return known or _usual(result.scenario, step, failure)


def _usual(scenario: Scenario, step: StepResult, failure: Failure) -> str:
    match failure:
        case StateMismatch() | OutputMismatch():
            return UPDATE
        case AnswerMismatch():
            return "correct `answer` or `when`; `pdbcoach update` rewrites an answer that is a value"
        case Died(process=process, how=how):
            key = "ends" if step.number == len(scenario.steps) else "processes"
            return f"if it should end here, write `{key}: {{{scenario.own_name(process)}: {how}}}`"
        case LeftRunning(processes=processes):
            name = processes[0].split(" ")[0]
            return f"make the program end, or write `ends: {{{name}: running}}` in the last step"
        case TimedOut():
            return f"write {keeps_running(step)} if it should keep running; else raise `timeout`"
        case Refused():
            return cure_of_refusal(step)
        case UnexpectedPass():
            return "delete `xfail`"
        case _:
            assert_never(failure)


def _known_changes(result: ScenarioResult, step: StepResult, failure: Failure) -> Iterator[str]:
    """Yield what has changed between Pythons and looks like this failure."""
    scenario, python = result.scenario, result.target.version
    if isinstance(failure, StateMismatch) and failure.fact == "breakpoints" and _breaks_on_a_function(step):
        yield (
            "before Python 3.13, a breakpoint on a function is on its `def` line, since then on the first "
            "line of its body: write `b @mark` with a mark of the line that is meant"
        )
    shown = (*failure.expected, *failure.actual) if isinstance(failure, OutputMismatch) else ()
    if any("will be restarted" in one for one in shown):
        yield "Python 3.13 changed what pdb prints after a crash or a restart: write `python:` and `then:`"
    prompt = step.observation.prompt if step.observation is not None else None
    if isinstance(failure, Refused) and prompt is not None and prompt.kind == "confirm":
        yield (
            "since Python 3.14, `q` at a `breakpoint()` asks first: add a step with `prompt: confirm` and "
            '`send: y`, or write `python: "<3.14"`'
        )
    # A place, a process or its end: what the program has printed says nothing about how it started.
    of_processes = not isinstance(failure, OutputMismatch | AnswerMismatch | UnexpectedPass)
    is_new = scenario.start_method is None and admits(">=3.14", python)
    if of_processes and is_new and uses_multiprocessing(scenario.files):
        yield (
            "Python 3.14 starts processes with `forkserver`, earlier ones with `fork`: write "
            "`start_method: fork`, or what is meant, at the top level"
        )


def _breaks_on_a_function(step: StepResult) -> bool:
    first = step.step.line.first
    sets = first.command is not None and first.command.sets_breakpoint
    return sets and first.argument.split(",")[0].strip().isidentifier()
