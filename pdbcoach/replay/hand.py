"""Carries out what a scenario says on a session: the start, one step, the waiting for its processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.engine.launch import Launch
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.session import Session, Until
from pdbcoach.engine.terminal import DEFAULT_SIZE
from pdbcoach.matching import state
from pdbcoach.observation import Observation, ProcessView
from pdbcoach.replay.result import Target
from pdbcoach.scenario.model import ExpectedStatus, Fact, Key, Look, Running, Scenario, Send, Step


class Options(Struct, frozen=True):
    keep: bool = False
    """Leave the work folder behind."""
    timeout_factor: float = 1.0
    """Multiplies every bound in time, for slow or loaded machines."""
    read_size: int = 65536
    """Bytes of a terminal to read at a time, see ``Session``."""
    read_delay: float = 0.0
    """Seconds to let pass before reading, see ``Session``."""
    cold: bool = False
    """Start each interpreter anew, see ``Session``."""
    go_on: bool = False
    """After a step that only differs, carry out the rest all the same."""


DEFAULTS: Final = Options()


def session_for(scenario: Scenario, target: Target, options: Options = DEFAULTS) -> Session:
    """A session of the scenario's program. Raises PdbcoachError if it cannot be prepared."""
    launch = Launch(
        scenario.run,
        python=target.executable,
        files=[(file.name, file.path) for file in scenario.files],
        env=scenario.env,
        pdbrc=scenario.pdbrc,
        background=scenario.background,
        start_method=scenario.start_method,
        shared_terminal=scenario.terminals == "shared",
        size=DEFAULT_SIZE if scenario.columns is None else (DEFAULT_SIZE[0], scenario.columns),
        timeout=scenario.timeout * options.timeout_factor,
        limits=Limits(**{str(name): most for name, most in scenario.limits.items()}),
        keep=options.keep,
        cold=options.cold,
        sandbox=target.sandbox,
        read_size=options.read_size,
        read_delay=options.read_delay,
    )
    return Session(launch)


def act(session: Session, step: Step) -> Observation:
    """Type what the step types, or only look, and observe what comes of it."""
    said = expected_processes(step).get(step.process)
    until: Until = "blocked" if said is not None and isinstance(said.value, Running) else "prompt"
    match step.action:
        case Send(text):
            return session.send(text, step.process, until=until)
        case Key("ctrl-c"):
            return session.interrupt(step.process, until=until)
        case Key():
            return session.send_eof(step.process, until=until)
        case Look():
            return session.look(step.process)


def await_processes(session: Session, step: Step, observation: Observation) -> Observation:
    """Give every process that the step speaks of the time to become as it says."""
    facts = step.facts
    expected = expected_processes(step)
    places = [fact.whose for fact in facts.stated if fact.whose]
    if not expected and not places:
        return observation

    def met(processes: Mapping[str, ProcessView]) -> bool:
        there = all(name in processes and processes[name].phase == "stopped" for name in places)
        return there and state.statuses_met(expected, processes)

    session.wait_until(met)
    doing = {name: view.doing for name, view in observation.processes.items()}
    now = {
        name: replace(view, doing=doing.get(name, "") if view.phase == "running" else "")
        for name, view in session.processes.items()
    }
    return replace(observation, processes=now)


def expected_processes(step: Step) -> Mapping[str, Fact[ExpectedStatus]]:
    """What the step says of processes, wherever it says it."""
    return {**step.facts.processes, **(step.facts.ends or {})}
