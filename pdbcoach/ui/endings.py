"""How a visit to a lesson can end."""

from __future__ import annotations

from dataclasses import dataclass

from pdbcoach.coach.course import Entry
from pdbcoach.scenario.model import Scenario


@dataclass(frozen=True, slots=True)
class Finished:
    """The lesson has been gone through to its end."""


@dataclass(frozen=True, slots=True)
class Left:
    """The learner has left. ``unfinished``: the input ended in the middle of the lesson."""

    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The learner wants this lesson."""

    entry: Entry
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Again:
    """The learner wants this lesson from its beginning."""


Ended = Finished | Left | Elsewhere | Again
