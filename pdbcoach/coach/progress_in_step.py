"""What the learner has done so far in the step that is asked now."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.explanation import Gravity
from pdbcoach.coach.goal import Goal
from pdbcoach.facts import AnyCriterion
from pdbcoach.pdb.line import Line


class StepProgress(Struct, frozen=True):
    goal: Goal
    typed: tuple[Line, ...] = ()
    """The lines of this step; the empty line for a key."""
    met: frozenset[AnyCriterion] = frozenset()
    """The criteria of the goal that are met now."""
    shown: frozenset[str] = frozenset()
    """What the lines of this step have shown, see ``questions.answered``."""
    printed: str = ""
    """The output of the moving lines of this step."""
    hints: int = 0
    """How many hints were given."""
    misses: int = 0
    assisted: bool = False
    """The answer was shown, or the coach typed it."""
    asking: bool = False
    """The prediction question is still open."""
    predicted: str | None = None
    remark: str = ""
    """What the last remark was about. The next one must be about something else."""
    said: str = ""
    """The author's text that was shown last."""
    counted: int = 0
    """How many of its lines ``:undo`` counts."""
    moves: int = 0
    """How many of its lines have moved the program."""
    new_run: bool = False
    """The program has restarted since the step began."""
    jumped: bool = False
    """Lines of this run were jumped over since the step began, so they may not have run."""
    gravity: Gravity = "aside"
    """How far from the goal the learner is: if not ``aside``, they were told so."""
    unsaid: int = 0
    """How many moves of this step were answered only by where they led."""
