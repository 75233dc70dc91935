"""What has been tried in the step that is asked now."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.coach.goal import Goal


class StepProgress(Struct, frozen=True):
    goal: Goal
    typed: tuple[str, ...] = ()
    met: frozenset[str] = frozenset()
    """The criteria of the goal that are met now."""
    shown: frozenset[str] = frozenset()
    """What the lines of this step have shown, see ``questions.answered``."""
    printed: str = ""
    """What has come of the moving lines of this step."""
    hints: int = 0
    """Rungs of the ladder that have been climbed."""
    misses: int = 0
    assisted: bool = False
    """The answer was shown, or the coach typed it."""
    asking: bool = False
    """The prediction is still open."""
    predicted: str | None = None
    remark: str = ""
    """What the last remark was about: the same is not said twice in a row."""
    said: str = ""
    """The author's text that was said last."""
    lost: bool = False
    """It has been said that the goal cannot be reached from here."""
