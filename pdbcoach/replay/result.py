"""What a replay yields: events while it runs, and a result that reports are drawn from."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from pdbcoach.matching.verdict import Failure
from pdbcoach.observation import Observation
from pdbcoach.scenario.model import Action, Key, Look, Scenario, Send, Step

Verdict = Literal["passed", "failed", "skipped", "xfailed"]
"""``xfailed``: it failed, and its author says that it is known to."""


class Target(Struct, frozen=True):
    """A Python to debug with: ``version`` as in ``3.13.0``."""

    executable: str
    version: str
    sandbox: bool = False
    """Programs run in a sandbox."""


class StepResult(Struct, frozen=True):
    number: int
    """Counts from 1."""
    step: Step
    observation: Observation | None
    """``None`` when the step was never carried out."""
    failures: tuple[Failure, ...]


class TranscriptEntry(Struct, frozen=True):
    """A piece of what a person would have seen on one process's terminal.

    ``prompt`` and ``line`` are set when a line was typed (``line`` is shown after ``prompt``;
    a key shows as ``^C`` or ``^D``); ``output`` is what came then.
    """

    process: str
    prompt: str | None
    line: str | None
    output: str


_KEYS: Final = {"ctrl-c": "^C", "ctrl-d": "^D"}


def keystrokes(action: Action) -> str | None:
    """What a person sees typed behind the prompt; ``None`` where nothing is typed."""
    match action:
        case Send(text):
            return text
        case Key(name):
            return _KEYS[name]
        case Look():
            return None


class ScenarioResult(Struct, frozen=True):
    scenario: Scenario
    target: Target
    verdict: Verdict
    reason: str
    """Why it was skipped, or is known to fail; empty otherwise."""
    steps: tuple[StepResult, ...]
    failures: tuple[Failure, ...]
    """Failures of the whole: what was left running at the end."""
    transcript: tuple[TranscriptEntry, ...]
    seconds: float
    kept: str = ""
    """The work folder, where ``--keep`` kept it."""

    @property
    def all_failures(self) -> tuple[Failure, ...]:
        """Those of the steps, then those of the whole."""
        return (*(failure for step in self.steps for failure in step.failures), *self.failures)


class ScenarioStarted(Struct, frozen=True):
    scenario: Scenario
    target: Target


class StepStarted(Struct, frozen=True):
    """About to be typed: the place for a demonstration to pause."""

    number: int
    step: Step
    prompt: str


class Seen(Struct, frozen=True):
    """A transcript entry has come into being."""

    entry: TranscriptEntry


class StepFinished(Struct, frozen=True):
    result: StepResult


class ScenarioFinished(Struct, frozen=True):
    result: ScenarioResult


Event = ScenarioStarted | StepStarted | Seen | StepFinished | ScenarioFinished
