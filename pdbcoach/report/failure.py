"""A failure in words: its place, what was expected, what came, and where every process is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

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
from pdbcoach.replay.result import ScenarioResult, StepResult, TranscriptEntry, keystrokes
from pdbcoach.report.escape import lines as visible_lines
from pdbcoach.report.escape import one_line
from pdbcoach.report.lines import LineTone, OutputLine, count, describe, place, session_lines

TRANSCRIPT_LINES = 40
_LINES_BEFORE, _LINES_AFTER = 3, 12
_WIDEST = 300


def explain(result: ScenarioResult) -> Iterator[OutputLine]:
    """Yield every failure of a scenario, with the transcript up to it. The stored result is enough."""
    for step in result.steps:
        if step.failures:
            yield from explain_step(step, count_of_steps=len(result.scenario.steps))
            yield from transcript(until(result, step))
    yield from explain_whole(result)
    if result.failures:
        yield from transcript(result.transcript)


def explain_step(step: StepResult, *, count_of_steps: int) -> Iterator[OutputLine]:
    """Yield the failures of one step and where each process is, without a transcript."""
    yield OutputLine(f"step {step.number} of {count_of_steps} failed: {place(step.step.span)}", "heading")
    yield OutputLine(f"  typed: {describe(step.step)}")
    yield from _failures(step.failures)
    seen = step.observation
    if seen is not None and seen.processes:
        yield OutputLine("  processes:")
        for process in seen.processes.values():
            yield OutputLine(f"    {_short(process.describe())}")


def explain_whole(result: ScenarioResult) -> Iterator[OutputLine]:
    """Yield the failures that belong to no step: what was left running at the end."""
    if result.failures:
        yield OutputLine(f"failed at the end: {place(result.scenario.span)}", "heading")
        yield from _failures(result.failures)


def headline(failure: Failure) -> str:
    """Return the failure in one line, without its place."""
    match failure:
        case OutputMismatch(reason=reason):
            return f"output differs: {_short(reason)}"
        case StateMismatch(fact=fact, expected=expected, actual=actual):
            return f"{fact}: expected {_short(expected)}, is {_short(actual)}"
        case TimedOut(seconds=seconds, waited_for=waited_for):
            return f"timed out: waited {seconds:g} s for {_short(waited_for)}"
        case Died(process=process, how=how):
            return f"{process} ended unexpectedly: {_short(how)}"
        case Refused(reason=reason):
            return f"could not be done: {_short(reason)}"
        case LeftRunning(processes=processes):
            return f"left running: {_short(', '.join(processes))}"
        case AnswerMismatch(answer=answer, reason=reason):
            return f"the answer `{_short(answer)}` to the prediction is wrong: {_short(reason)}"
        case UnexpectedPass(reason=reason):
            return f"passed, although it is known to fail: {_short(reason)}; remove `xfail`"
        case _:
            assert_never(failure)


def transcript(entries: Sequence[TranscriptEntry], last: int = TRANSCRIPT_LINES) -> Iterator[OutputLine]:
    """Yield the last lines that a person would have seen, with process names if there are several."""
    drawn = session_lines(entries, max((len(entry.process) for entry in entries), default=0))
    if not drawn:
        return
    more = len(drawn) - last
    yield OutputLine(f"  transcript so far{f' (last {last} of {len(drawn)} lines)' if more > 0 else ''}:")
    for text in drawn[-last:]:
        yield OutputLine(f"    {_cut(text)}", "quiet")


def until(result: ScenarioResult, step: StepResult) -> tuple[TranscriptEntry, ...]:
    """Return the transcript up to the next input after this step.

    Entries don't say which step they come from, but only steps type, and in their order.
    """
    typing = sum(
        1
        for one in result.steps
        if one.number <= step.number
        and one.observation is not None
        and keystrokes(one.step.action) is not None
    )
    for index, entry in enumerate(result.transcript):
        if entry.line is not None:
            if typing == 0:
                return result.transcript[:index]
            typing -= 1
    return result.transcript


def _failures(failures: Sequence[Failure]) -> Iterator[OutputLine]:
    states: list[StateMismatch] = []
    for failure in failures:
        if isinstance(failure, StateMismatch):
            states.append(failure)
            continue
        yield OutputLine(f"  {headline(failure)}  ({place(failure.span)})", "bad")
        if isinstance(failure, OutputMismatch):
            yield from _difference(failure)
    if states:
        yield OutputLine("  state differs:", "bad")
    for failure in states:
        yield OutputLine(f"    {failure.fact}  ({place(failure.span)})")
        for text in visible_lines(failure.expected) or [""]:
            yield OutputLine(f"    - {_cut(text)}", "expected")
        for text in visible_lines(failure.actual) or [""]:
            yield OutputLine(f"    + {_cut(text)}", "came")


def _difference(mismatch: OutputMismatch) -> Iterator[OutputLine]:
    """Yield what matched, then ``-`` expected and ``+`` actual lines; ``>`` marks the first difference."""
    expected_at = _index(mismatch.expected_at, mismatch.expected)
    actual_at = _index(mismatch.actual_at, mismatch.actual)
    yield OutputLine("    - expected, + came, > the first line that differs")
    if actual_at > _LINES_BEFORE:
        yield OutputLine(f"      ... {count(actual_at - _LINES_BEFORE, 'line')} as expected", "quiet")
    for text in mismatch.actual[max(0, actual_at - _LINES_BEFORE) : actual_at]:
        yield OutputLine(f"      {_short(text)}", "quiet")
    yield from _side("-", "expected", mismatch.expected[expected_at:])
    yield from _side("+", "came", mismatch.actual[actual_at:])


def _side(sign: str, tone: LineTone, texts: Sequence[str]) -> Iterator[OutputLine]:
    yield OutputLine(f"    > {sign} {_short(texts[0]) if texts else '(nothing more)'}".rstrip(), tone)
    for text in texts[1:_LINES_AFTER]:
        yield OutputLine(f"      {sign} {_short(text)}".rstrip(), tone)
    if len(texts) > _LINES_AFTER:
        yield OutputLine(f"      {sign} ... {count(len(texts) - _LINES_AFTER, 'more line')}", tone)


def _index(at: int | None, texts: Sequence[str]) -> int:
    return len(texts) if at is None else at


def _short(text: str) -> str:
    return _cut(one_line(text))


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[:_WIDEST]}... ({len(text):,} characters)"
