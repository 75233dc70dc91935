"""How a visit to a lesson ends."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.course import Entry
from pdbcoach.scenario.model import Scenario


class Finished(Struct, frozen=True):
    """The lesson has been gone through to its end."""


class LeftLesson(Struct, frozen=True):
    """The learner has left. ``unfinished``: their lines came to an end in the middle of a lesson."""

    unfinished: bool = False


class Again(Struct, frozen=True):
    """The same lesson, from its beginning."""


class Elsewhere(Struct, frozen=True):
    """Another lesson, and the scenario of its file."""

    entry: Entry
    scenario: Scenario


Ended = Finished | LeftLesson | Again | Elsewhere
