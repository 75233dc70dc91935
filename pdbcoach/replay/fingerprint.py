"""Compares two replays of one scenario, without what differs from run to run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.matching.kinds import ADDRESS, TIME
from pdbcoach.replay.result import ScenarioResult, StepResult, TranscriptEntry, keystrokes

_DIGITS = re.compile("([0-9]+)")

# Processes outside the lesson (a leader, a resource tracker) have no name, but a label before the number.
_LABEL_OF_PID = re.compile(r"\bp?pid\b\W{0,4}$", re.IGNORECASE)


class RunDifference(Struct, frozen=True):
    """Where two replays differ first. ``step`` is the number of the step that was typed last."""

    step: int
    process: str
    one: str
    other: str
    """The first line that differs, as each replay showed it; empty if it showed none."""


class _OutputRun(Struct, frozen=True):
    """What one process showed from one typed line to its next."""

    step: int
    entry: TranscriptEntry


def own_pids(result: ScenarioResult) -> dict[str, str]:
    """Return the names of the session's own processes, by their pids as text."""
    return {
        str(process.pid): process.common
        for step in result.steps
        if step.observation is not None
        for process in step.observation.processes.values()
    }


def stable_text(text: str, pids: Mapping[str, str]) -> str:
    """Return ``text`` without what differs from run to run.

    Pids of the program's own processes become their names, addresses ``[addr]``, times ``[time]``.
    """
    pieces = _pieces(text)
    for at in range(1, len(pieces), 2):
        if (name := pids.get(pieces[at])) is not None:
            pieces[at] = f"[pid {name}]"
        elif _LABEL_OF_PID.search(pieces[at - 1]):
            pieces[at] = "[pid]"
    return "".join(pieces)


def same_text(one: str, one_pids: Mapping[str, str], other: str, other_pids: Mapping[str, str]) -> bool:
    """Return whether two texts are equal, apart from what differs from run to run.

    A number that is the same in both is no difference, even if it happens to be a pid in one of them;
    that is why this doesn't compare ``stable_text``.
    """
    pieces, others = _pieces(one), _pieces(other)
    if len(pieces) != len(others):
        return False
    for at, (mine, theirs) in enumerate(zip(pieces, others, strict=True)):
        if mine == theirs:
            continue
        name, other_name = one_pids.get(mine), other_pids.get(theirs)
        is_pid = at % 2 == 1 and (name is not None or _LABEL_OF_PID.search(pieces[at - 1]) is not None)
        if not is_pid or name != other_name:
            return False
    return True


def first_difference(one: ScenarioResult, other: ScenarioResult) -> RunDifference | None:
    """Return where two replays of one scenario first showed different things, or ``None``."""
    pids, other_pids = own_pids(one), own_pids(other)
    mine, theirs = _by_process(one), _by_process(other)
    found = [
        difference
        for process in dict.fromkeys((*mine, *theirs))
        if (
            difference := _difference(
                process, mine.get(process, ()), pids, theirs.get(process, ()), other_pids
            )
        )
    ]
    return min(found, key=lambda difference: difference.step, default=None)


def _pieces(text: str) -> list[str]:
    """Split a text at its numbers, which are at the odd indices."""
    return _DIGITS.split(TIME.sub("[time]", ADDRESS.sub("[addr]", text)))


def _difference(
    process: str,
    one: Sequence[_OutputRun],
    pids: Mapping[str, str],
    other: Sequence[_OutputRun],
    other_pids: Mapping[str, str],
) -> RunDifference | None:
    for mine, theirs in zip(one, other, strict=False):
        typed = (mine.entry.prompt, mine.entry.line) == (theirs.entry.prompt, theirs.entry.line)
        if typed and same_text(mine.entry.output, pids, theirs.entry.output, other_pids):
            continue
        lines, others = _shown(mine.entry), _shown(theirs.entry)
        pairs = zip(lines, others, strict=False)
        at = next(
            (at for at, (a, b) in enumerate(pairs) if not same_text(a, pids, b, other_pids)),
            min(len(lines), len(others)),
        )
        return RunDifference(mine.step, process, _line(lines, at), _line(others, at))
    if len(one) == len(other):
        return None
    more = (*one[len(other) :], *other[len(one) :])[0]
    text = _line(_shown(more.entry), 0)
    return RunDifference(more.step, process, *((text, "") if len(one) > len(other) else ("", text)))


def _shown(entry: TranscriptEntry) -> list[str]:
    typed = [] if entry.prompt is None else [f"{entry.prompt}{entry.line or ''}"]
    return [*typed, *(entry.output.split("\n") if entry.output else ())]


def _line(lines: Sequence[str], at: int) -> str:
    return lines[at] if at < len(lines) else ""


def _by_process(result: ScenarioResult) -> dict[str, list[_OutputRun]]:
    found: dict[str, list[_OutputRun]] = {}
    for run in _output_runs(result):
        found.setdefault(run.entry.process, []).append(run)
    return found


def _output_runs(result: ScenarioResult) -> list[_OutputRun]:
    """Return all runs of output in the order in which they began."""
    typing = _typing(result.steps)
    step = result.steps[0].number if result.steps else 1
    found: list[_OutputRun] = []
    last: dict[str, int] = {}
    for entry in result.transcript:
        if entry.line is not None:
            step = next(typing, step)
        elif entry.process in last:
            earlier = found[last[entry.process]]
            joined = "\n".join(text for text in (earlier.entry.output, entry.output) if text)
            found[last[entry.process]] = replace(earlier, entry=replace(earlier.entry, output=joined))
            continue
        last[entry.process] = len(found)
        found.append(_OutputRun(step, entry))
    return found


def _typing(steps: Sequence[StepResult]) -> Iterator[int]:
    """Return the numbers of the steps that typed, because entries don't have their step."""
    return (step.number for step in steps if keystrokes(step.step.action) is not None)
