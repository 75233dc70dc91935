"""Where the debugger should be, and where it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pdbcoach.errors import Span
from pdbcoach.facts import AnyFact, At, Focus
from pdbcoach.matching.status import compare_status, expected_status_text, statuses_met
from pdbcoach.matching.verdict import StateMismatch
from pdbcoach.observation import DebuggerState, Observation, ProcessView
from pdbcoach.scenario.model import ExpectedStatus, Fact, Facts

__all__ = ["UNDEFINED", "compare", "expected_status_text", "statuses_met"]

UNDEFINED = "undefined"
"""Expected of a name that must not be defined."""


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
    places = [fact for fact in facts.stated if isinstance(fact, At | Focus)]
    yield from _stated(places, observation, script, reported)
    here = observation.process
    if (state := _state_of(here, observation)) is not None:
        yield from _rest(facts, state)
    elif here not in reported and (first := _first_of_rest(facts)) is not None:
        name, span, expected = first
        reported.add(here)
        yield StateMismatch(span, name, expected, _whereabouts(here, observation))
    yield from _stated([one for one in facts.stated if one not in places], observation, script, reported)


def _stated(
    facts: Iterable[AnyFact], observation: Observation, script: str | None, reported: set[str]
) -> Iterator[StateMismatch]:
    """What is not so. ``reported`` are the processes that were said to be at no debugger's prompt."""
    for fact in facts:
        process = fact.whose or observation.process
        if process != observation.process and process not in observation.processes:
            yield StateMismatch(fact.span, f"{fact.key}.process", process, _no_such(observation.processes))
        elif (state := _state_of(process, observation)) is not None:
            yield from fact.judge(state, script)
        elif process not in reported:
            reported.add(process)
            yield StateMismatch(fact.span, fact.key, fact.expected(), _whereabouts(process, observation))


def _rest(facts: Facts, state: DebuggerState) -> Iterator[StateMismatch]:
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


def _first_of_rest(facts: Facts) -> tuple[str, Span, str] | None:
    """Name, place and text of the first fact besides places that needs a debugger's state."""
    if facts.returns is not None:
        return "returns", facts.returns.span, facts.returns.value
    if facts.raises is not None:
        return "raises", facts.raises.span, facts.raises.value
    for name, fact in facts.values.items():
        return f"values.{name}", fact.span, fact.value
    return None


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
