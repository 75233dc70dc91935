"""What a replay yields: events while it runs, and a result for the reports."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from pdbcoach.matching.verdict import Failure
from pdbcoach.observation import Observation
from pdbcoach.scenario.model import Action, Key, Look, Scenario, Send, Step
from pdbcoach.scenario.placeholders import in_general

Result = Literal["passed", "failed", "skipped", "xfailed"]
"""``xfailed``: it failed, as its author says under ``xfail``."""


class Target(Struct, frozen=True):
    """A Python to debug with. ``version`` is such as ``3.13.0``."""

    executable: str
    version: str
    sandbox: bool = False
    """Whether programs run in a sandbox."""


class StepResult(Struct, frozen=True):
    """What came of one step."""

    number: int
    """Counts from 1."""
    step: Step
    observation: Observation | None
    """``None`` if the step was never carried out."""
    failures: tuple[Failure, ...]


class TranscriptEntry(Struct, frozen=True):
    """A piece of what a person would have seen on the terminal of one process.

    ``prompt`` and ``line`` are set if a line was typed (``line`` is shown after ``prompt``; a key shows as
    ``^C`` or ``^D``); ``output`` is what came after it.
    """

    process: str
    prompt: str | None
    line: str | None
    output: str


_KEYS: Final = {"ctrl-c": "^C", "ctrl-d": "^D"}


def keystrokes(action: Action) -> str | None:
    """Return what a person sees typed after the prompt; ``None`` if nothing is typed."""
    match action:
        case Send(text):
            return in_general(text)
        case Key(name):
            return _KEYS[name]
        case Look():
            return None


class ScenarioResult(Struct, frozen=True):
    """What came of a whole replay."""

    scenario: Scenario
    target: Target
    verdict: Result
    reason: str
    """Why it was skipped, or why it is known to fail; otherwise empty."""
    steps: tuple[StepResult, ...]
    failures: tuple[Failure, ...]
    """Failures that belong to no step: what was left running at the end."""
    transcript: tuple[TranscriptEntry, ...]
    seconds: float
    kept: str = ""
    """The work folder, if ``--keep`` kept it."""

    @property
    def numbered_failures(self) -> tuple[tuple[int, Failure], ...]:
        """The failures of the steps with their numbers, then those of the whole with 0."""
        of_steps = ((step.number, failure) for step in self.steps for failure in step.failures)
        return (*of_steps, *((0, failure) for failure in self.failures))

    @property
    def all_failures(self) -> tuple[Failure, ...]:
        """The failures of the steps, then those of the whole."""
        return tuple(failure for _, failure in self.numbered_failures)


class ScenarioStarted(Struct, frozen=True):
    """The program is starting."""

    scenario: Scenario
    target: Target


class StepStarted(Struct, frozen=True):
    """The step is about to be typed: a demonstration pauses here."""

    number: int
    step: Step
    prompt: str


class Seen(Struct, frozen=True):
    """There is a new transcript entry."""

    entry: TranscriptEntry


class StepFinished(Struct, frozen=True):
    """A step has been carried out and judged."""

    result: StepResult


class ScenarioFinished(Struct, frozen=True):
    """The replay is over."""

    result: ScenarioResult


Event = ScenarioStarted | StepStarted | Seen | StepFinished | ScenarioFinished
