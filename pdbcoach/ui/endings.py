"""How a visit to a lesson can end."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.course import Entry
from pdbcoach.scenario.model import Scenario


class Finished(Struct, frozen=True):
    """The lesson has been gone through to its end."""


class Left(Struct, frozen=True):
    """The learner has left. ``unfinished``: the input ended in the middle of the lesson."""

    unfinished: bool = False


class Elsewhere(Struct, frozen=True):
    """The learner wants this lesson."""

    entry: Entry
    scenario: Scenario


class Again(Struct, frozen=True):
    """The learner wants this lesson from its beginning."""


Ended = Finished | Left | Elsewhere | Again
