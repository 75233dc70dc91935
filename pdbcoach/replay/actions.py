"""Carries out a scenario on a session: its start, one step, the wait for its processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.engine.keyboard import Until
from pdbcoach.engine.late import LateName
from pdbcoach.engine.launch import Launch
from pdbcoach.engine.limits import Limits
from pdbcoach.engine.session import Session
from pdbcoach.engine.terminal import DEFAULT_SIZE
from pdbcoach.facts import At, Facts
from pdbcoach.facts.processes import StatusFact
from pdbcoach.facts.status import ExpectedStatus, Running
from pdbcoach.observation import Observation, ProcessView
from pdbcoach.replay.result import Target
from pdbcoach.scenario.model import Key, Look, Scenario, Send, Step


class Options(Struct, frozen=True):
    """How to replay, whatever the scenario."""

    keep: bool = False
    """Keep the work folder."""
    timeout_factor: float = 1.0
    """Multiplies every time limit, for slow or busy machines."""
    read_size: int = 65536
    """Bytes to read from a terminal at a time, see ``Session``."""
    read_delay: float = 0.0
    """Seconds to wait before each read, see ``Session``."""
    cold: bool = False
    """Start a new interpreter for each session, see ``Session``."""
    go_on: bool = False
    """Go on after a step that only differs."""
    meanwhile: Callable[[], None] | None = None
    """Called repeatedly while the session waits, see ``Session``. If it raises, the replay ends."""


DEFAULTS: Final = Options()


def session_for(scenario: Scenario, target: Target, options: Options = DEFAULTS) -> Session:
    """Return a session of the scenario's program. Raises PdbcoachError if it can't be prepared."""
    launch = Launch(
        scenario.run,
        python=target.executable,
        files=[(file.name, file.path) for file in scenario.files],
        env=scenario.env,
        pdbrc=scenario.pdbrc,
        background=scenario.background,
        start_method=scenario.start_method,
        directed={
            process for step in scenario.steps for process, of, _ in [step.process.partition(":")] if of
        },
        shared_terminal=scenario.terminals == "shared",
        late={name: LateName(patterns, _fits(scenario, name)) for name, patterns in scenario.late.items()},
        size=DEFAULT_SIZE if scenario.columns is None else (DEFAULT_SIZE[0], scenario.columns),
        timeout=scenario.timeout * options.timeout_factor,
        limits=Limits(**{str(name): most for name, most in scenario.limits.items()}),
        keep=options.keep,
        cold=options.cold,
        sandbox=target.sandbox,
        read_size=options.read_size,
        read_delay=options.read_delay,
    )
    session = Session(launch)
    session.meanwhile = options.meanwhile
    return session


def _fits(scenario: Scenario, name: str) -> Callable[[ProcessView], bool]:
    """Return the test whether a process is ``at`` the place where the first step called ``name`` looks."""
    first = next((step for step in scenario.steps if step.process == name), None)
    at = first.facts.of(At) if first is not None and isinstance(first.action, Look) else None
    if at is None:
        return lambda view: True
    facts = Facts((at,))

    def fits(view: ProcessView) -> bool:
        views = {name: replace(view, name=name)}
        seen = Observation(name, "prompt", "", prompt=view.prompt, state=view.state, processes=views)
        return not facts.judge(seen, scenario.script)

    return fits


def act(session: Session, step: Step) -> Observation:
    """Type what the step types, or only look, and return what was observed."""
    match step.action:
        case Send(text):
            return session.send(text, step.process, until=until(step))
        case Key("ctrl-c"):
            return session.interrupt(step.process, until=until(step))
        case Key():
            return session.send_eof(step.process, until=until(step))
        case Look():
            return session.look(step.process)


def until(step: Step) -> Until:
    """Return what ends the step: it may say that its process keeps running after what is typed."""
    said = expected_processes(step).get(step.process)
    keeps_running = isinstance(said, Running) and not isinstance(step.action, Look)
    return "blocked" if keeps_running else "prompt"


def await_processes(session: Session, step: Step, observation: Observation) -> Observation:
    """Return ``observation`` after the step's processes had time to become what it says of them."""
    if not any(fact.names for fact in step.facts):
        return observation
    session.wait_until(lambda processes: all(fact.is_settled(processes) for fact in step.facts))
    doing = {name: view.doing for name, view in observation.processes.items()}
    now = {
        name: replace(view, doing=doing.get(name, "") if view.phase == "running" else "")
        for name, view in session.processes.items()
    }
    return replace(observation, processes=now)


def expected_processes(step: Step) -> Mapping[str, ExpectedStatus]:
    """Return the status that the step asserts of each process, in whichever fact."""
    facts = (fact for fact in step.facts if isinstance(fact, StatusFact))
    return {row.name: row.status for fact in facts for row in fact.rows}
