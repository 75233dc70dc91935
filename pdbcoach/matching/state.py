"""Where the debugger should be, and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pdbcoach.errors import Span
from pdbcoach.matching.breakpoints import compare_tables
from pdbcoach.matching.files import is_file
from pdbcoach.matching.status import compare_status, expected_status_text, statuses_met
from pdbcoach.matching.verdict import StateMismatch
from pdbcoach.observation import DebuggerState, Location, Observation, ProcessView
from pdbcoach.scenario.model import ExpectedStatus, Fact, Facts, Place

__all__ = ["UNDEFINED", "compare", "expected_status_text", "statuses_met"]

UNDEFINED = "undefined"
"""Expected of a name that must not be defined."""

AT_PROMPT = "at a prompt of the debugger"


def compare(facts: Facts, observation: Observation, script: str | None) -> tuple[StateMismatch, ...]:
    """Every fact that is not so. ``script`` is the file that breakpoints without a file are in.

    All is about the observed process, but for a place that names another, and for ``processes`` and
    ``ends``, which name theirs. A process that is at no debugger's prompt gives one mismatch for all
    that was asserted of its debugger.
    """
    return (
        *_debugger(facts, observation, script),
        *_statuses("processes", facts.processes, observation.processes),
        *_statuses("ends", facts.ends or {}, observation.processes),
    )


def _debugger(facts: Facts, observation: Observation, script: str | None) -> Iterator[StateMismatch]:
    reported: set[str] = set()
    for fact, place in (("at", facts.at), ("focus", facts.focus)):
        if place is None:
            continue
        process = place.process or observation.process
        if process != observation.process and process not in observation.processes:
            yield StateMismatch(place.span, f"{fact}.process", process, _no_such(observation.processes))
        elif (state := _state_of(process, observation)) is not None:
            yield from _place(fact, place, state)
        elif process not in reported:
            reported.add(process)
            yield StateMismatch(place.span, fact, _place_text(place), _whereabouts(process, observation))
    here = observation.process
    if (state := _state_of(here, observation)) is not None:
        yield from _rest(facts, state, script)
    elif here not in reported and (first := _first_of_rest(facts)) is not None:
        name, span, expected = first
        yield StateMismatch(span, name, expected, _whereabouts(here, observation))


def _rest(facts: Facts, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
    if facts.returns is not None:
        actual = f"not returning (event: {state.event})"
        if state.event == "return":
            actual = "not known" if state.returning is None else state.returning
        if actual != facts.returns.value:
            yield StateMismatch(facts.returns.span, "returns", facts.returns.value, actual)
    if facts.raises is not None and (state.raised is None or state.raised.type != facts.raises.value):
        raised = state.raised
        actual = "nothing is raised" if raised is None else f"{raised.type}: {raised.text}".rstrip(": ")
        yield StateMismatch(facts.raises.span, "raises", facts.raises.value, actual)
    for name, fact in facts.values.items():
        value = state.value(name)
        actual = UNDEFINED if value is None else value
        if actual != fact.value:
            yield StateMismatch(fact.span, f"values.{name}", fact.value, actual)
    if facts.breakpoints is not None:
        table = compare_tables(facts.breakpoints.value, state.breakpoints, script)
        if table is not None:
            yield StateMismatch(facts.breakpoints.span, "breakpoints", *table)


def _first_of_rest(facts: Facts) -> tuple[str, Span, str] | None:
    """Name, place and text of the first fact besides places that needs a debugger's state."""
    if facts.returns is not None:
        return "returns", facts.returns.span, facts.returns.value
    if facts.raises is not None:
        return "raises", facts.raises.span, facts.raises.value
    for name, fact in facts.values.items():
        return f"values.{name}", fact.span, fact.value
    if facts.breakpoints is not None:
        return "breakpoints", facts.breakpoints.span, AT_PROMPT
    return None


def _place(fact: str, place: Place, state: DebuggerState) -> Iterator[StateMismatch]:
    where: Location = state.stop if fact == "at" else state.focus
    depth = state.depth if fact == "at" else state.focus_depth
    if place.file is not None and not is_file(place.file, where.file):
        yield StateMismatch(place.span, f"{fact}.file", place.file, where.file)
    if place.line is not None and place.line != where.line:
        yield StateMismatch(place.span, f"{fact}.line", str(place.line), str(where.line))
    if place.function is not None and place.function != where.function:
        yield StateMismatch(place.span, f"{fact}.function", place.function, where.function)
    if place.event is not None and place.event != state.event:
        yield StateMismatch(place.span, f"{fact}.event", place.event, state.event)
    if place.depth is not None and place.depth != depth:
        yield StateMismatch(place.span, f"{fact}.depth", str(place.depth), str(depth))


def _place_text(place: Place) -> str:
    parts = [] if place.file is None and place.line is None else [_spot(place.file, place.line)]
    parts += [] if place.function is None else [f"function {place.function}"]
    parts += [] if place.event is None else [f"event {place.event}"]
    parts += [] if place.depth is None else [f"depth {place.depth}"]
    return ", ".join(parts) or AT_PROMPT


def _spot(file: str | None, line: int | None) -> str:
    if file is None:
        return f"line {line}"
    return file if line is None else f"{file}:{line}"


def _state_of(process: str, observation: Observation) -> DebuggerState | None:
    if process == observation.process:
        return observation.state
    view = observation.processes.get(process)
    return None if view is None else view.state


def _whereabouts(process: str, observation: Observation) -> str:
    view = observation.processes.get(process)
    if view is not None:
        return view.describe()
    if observation.outcome == "absent":
        return _no_such(observation.processes)
    if observation.prompt is not None:
        return f"{process} waits at {observation.prompt.text.strip()}"
    return f"{process} is at no prompt ({observation.outcome})"


def _no_such(processes: Mapping[str, ProcessView]) -> str:
    return f"no such process; there are {', '.join(processes)}" if processes else "no such process"


def _statuses(
    fact: str, expected: Mapping[str, Fact[ExpectedStatus]], processes: Mapping[str, ProcessView]
) -> Iterator[StateMismatch]:
    for name, status in expected.items():
        view = processes.get(name)
        actual = _no_such(processes) if view is None else compare_status(status.value, view)
        if actual is not None:
            yield StateMismatch(status.span, f"{fact}.{name}", expected_status_text(status.value), actual)
