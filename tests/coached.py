"""States of a debugger, steps, goals and typed lines made by hand, for tests of the coach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fabricated import facts_of, span
from msgspec.structs import replace

from pdbcoach.coach.attempt import Attempt, Views
from pdbcoach.coach.goal import Goal, make_goal
from pdbcoach.coach.grade import Judgement, judge
from pdbcoach.coach.progress_in_step import StepProgress
from pdbcoach.coach.source_outline import MODULE, SourceOutline
from pdbcoach.facts import At, Breakpoints
from pdbcoach.facts.status import ExpectedStatus
from pdbcoach.facts.table import ExpectedBreakpoint
from pdbcoach.observation import Breakpoint, DebuggerState, ExitStatus, Location, Phase, ProcessView, Prompt
from pdbcoach.pdb.words import EventName, PromptKind
from pdbcoach.scenario.model import Expect, Key, OutputBlock, Prose, Send, Step, Wrong

SCRIPT = "tally.py"
TALLY = '''\
"""tally.py - add up ticks."""


def add_ticks(ticks, bonus=0):
    total = 0
    for t in ticks:
        total += t
        last = t
    return total


def report(name, ticks):
    total = add_ticks(ticks)
    return name, total


reports = []
reports.append(report("w1", [1, 2, 3]))
reports.append(report("w2", [10, 20]))
print(reports)
'''
"""``add_ticks`` has lines 5 to 9, its loop 6 to 8, ``report`` 13 and 14, module level 17 to 20."""

PROGRAM = SourceOutline({SCRIPT: TALLY})

PROMPTS: Mapping[PromptKind, str] = {
    "pdb": "(Pdb) ",
    "nested": "((Pdb)) ",
    "commands": "(com) ",
    "python": ">>> ",
    "interact": ">>> ",
    "confirm": "Clear all breaks? ",
    "program": "name? ",
    "terminal": "name? ",
}


# --- where a debugger is


def stop(
    line: int,
    function: str = MODULE,
    *,
    depth: int | None = None,
    event: EventName = "line",
    file: str = SCRIPT,
    **changes: Any,
) -> DebuggerState:
    """Return a debugger's state, by default in a function that was called from module level."""
    where = Location(file, line, function)
    deep = depth if depth is not None else 1 if function == MODULE else 2
    state = DebuggerState(event, where, deep, where, deep)
    return replace(state, **changes)


def looking_up(state: DebuggerState, line: int, function: str = MODULE) -> DebuggerState:
    """Return the same stop with the caller's frame in focus."""
    return replace(state, focus=Location(SCRIPT, line, function), focus_depth=state.depth - 1)


def row(number: int, line: int, condition: str | None = None, **changes: Any) -> Breakpoint:
    return replace(Breakpoint(number, SCRIPT, line, False, True, condition, 0, 0), **changes)


def stopped(state: DebuggerState | None, name: str = "main", prompt: PromptKind = "pdb") -> ProcessView:
    return ProcessView(name, 100, "stopped", prompt=Prompt(prompt, PROMPTS[prompt]), state=state)


def running(name: str = "main") -> ProcessView:
    return ProcessView(name, 100, "running")


def ended(name: str = "main", phase: Phase = "gone", code: int = 0) -> ProcessView:
    return ProcessView(name, 100, phase, ExitStatus(code=code))


def views(*processes: ProcessView | DebuggerState) -> Views:
    """Return processes by name; a state alone is that of ``main`` at pdb's prompt."""
    made = [one if isinstance(one, ProcessView) else stopped(one) for one in processes]
    return {one.name: one for one in made}


# --- what a step asks for


def place(line: int | None = None, **facts: Any) -> At:
    return At(span(), line=line, **facts)


def table(*rows: int | ExpectedBreakpoint) -> Breakpoints:
    """Return the breakpoints that a step asserts; a number is a line of the script."""
    made = (one if isinstance(one, ExpectedBreakpoint) else ExpectedBreakpoint(span(), one) for one in rows)
    return Breakpoints(span(), tuple(made))


def statuses(**expected: ExpectedStatus) -> dict[str, ExpectedStatus]:
    """Return statuses of processes; ``main_1`` is ``main.1``."""
    return {name.replace("_", "."): status for name, status in expected.items()}


def text(pattern: str) -> Expect:
    return Expect((OutputBlock(pattern, span()),), span())


def wrong(say: str, **when: Any) -> Wrong:
    return Wrong(facts_of(**when), say)


def step(
    typed: str | Key,
    *,
    expect: str | None = None,
    process: str = "main",
    prompt: PromptKind | None = None,
    prose: Prose | None = None,
    **facts: Any,
) -> Step:
    return Step(
        span(),
        typed if isinstance(typed, Key) else Send(typed),
        process=process,
        prompt=prompt,
        facts=facts_of(**facts),
        expect=text(expect) if expect is not None else None,
        prose=prose or Prose(),
    )


def goal(asked: Step, start: Views | DebuggerState, **more: Any) -> Goal:
    """Return the goal of a step that begins at ``start``, on Python 3.13."""
    return make_goal(asked, SCRIPT, "3.13.0", _views(start), **more)


# --- what is typed


def attempt(
    typed: str | Key,
    before: Views | DebuggerState,
    after: Views | DebuggerState | None = None,
    output: str = "",
    *,
    process: str = "main",
    prompt: PromptKind | None = "pdb",
    previous: str = "",
    **more: Any,
) -> Attempt:
    """Return a line with the states before and after it; without ``after``, nothing changed."""
    action = typed if isinstance(typed, Key) else Send(typed)
    then = _views(before)
    now = then if after is None else _views(after)
    return Attempt(process, action, prompt, then, now, output, previous=previous, **more)


def judged(asked: Goal, *tried: Attempt) -> Judgement:
    """Return the grade of the last of several attempts."""
    now = StepProgress(asked)
    *earlier, last = tried
    for one in earlier:
        now = judge(now, one, PROGRAM).now
    return judge(now, last, PROGRAM)


def _views(of: Views | DebuggerState) -> Views:
    return views(of) if isinstance(of, DebuggerState) else of
