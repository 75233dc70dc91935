"""What a replay has found different, in words for the author: the step, the key, the reason and the cure."""

from __future__ import annotations

from typing import Final, assert_never

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.matching.grammar import flatten
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
from pdbcoach.observation import Outcome
from pdbcoach.replay.result import StepResult
from pdbcoach.scenario.model import Step

BY_HAND: Final = "edit it by hand"


class Difference(Struct, frozen=True):
    """One thing that differs from what the file says."""

    span: Span
    what: str
    """What differs, and why it can't be rewritten if that is known."""
    cure: str = BY_HAND
    step: int = 0
    """Counts from 1; 0 if it is not about a step."""
    key: str = ""
    """The key of the step, such as ``at.line``."""

    def __str__(self) -> str:
        where = f"{self.span.file}:{self.span.line}"
        step = f"step {self.step}, `{self.key}`: " if self.step else ""
        return f"{where}: {step}{self.what}\n  {self.cure}"


def describe(step: StepResult, failure: Failure, python: str) -> tuple[str, str]:
    """Return the key that a failure is about, and in words what differs."""
    match failure:
        case StateMismatch(fact=fact, expected=expected, actual=actual):
            return fact, f"{expected!r} was expected, but it is {actual!r}"
        case OutputMismatch(span=span, reason=reason):
            return what_is_forbidden(step.step, span, python) or "expect", reason
        case Died(process=process, how=how):
            return "processes", f"{process} has ended ({how})"
        case LeftRunning(processes=processes):
            return "ends", f"left running: {', '.join(processes)}"
        case TimedOut(seconds=seconds, waited_for=waited_for):
            return "timeout", f"waited {seconds:g} s for {waited_for}"
        case Refused(reason=reason):
            return _key_of_refusal(step), reason
        case AnswerMismatch(answer=answer, reason=reason):
            return "predict", f"the answer `{answer}` is wrong: {reason}"
        case UnexpectedPass(reason=reason):
            return "xfail", f"it passes, but was expected to fail: {reason}"
        case _:
            assert_never(failure)


def what_is_forbidden(step: Step, span: Span, python: str) -> str:
    """Return `reject` or `not`, the key of the pattern at ``span``; empty if output is expected there."""
    if span in [item.span for item in step.reject]:
        return "reject"
    forbidden = flatten(step.expect, python).forbidden if step.expect is not None else ()
    return "not" if span in [item.span for item in forbidden] else ""


def _outcome(step: StepResult) -> Outcome:
    return step.observation.outcome if step.observation is not None else "absent"


def _key_of_refusal(step: StepResult) -> str:
    match _outcome(step):
        case "prompt":
            return "prompt"
        case "flooded" | "limited":
            return "limits"
        case "absent":
            return "process"
        case "ended" | "blocked" | "timeout" | "unheard":
            return "processes"
        case other:
            assert_never(other)


def keeps_running(step: StepResult) -> str:
    """Return what a step says if its process keeps running after it."""
    return f"`processes: {{{step.step.process}: running}}`"


def cure_of_refusal(step: StepResult) -> str:
    match _outcome(step):
        case "prompt":
            return "change `prompt`, or the steps before"
        case "flooded" | "limited":
            return "raise `limits`, or make the program need less"
        case "absent":
            return "change `process`, or make the program start it"
        case "blocked":
            return f"write {keeps_running(step)} if it should keep running"
        case "ended" | "timeout" | "unheard":
            return BY_HAND
        case other:
            assert_never(other)
