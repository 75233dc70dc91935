"""What a step types, as it looks on a screen."""

from __future__ import annotations

from pdbcoach.replay.result import keystrokes
from pdbcoach.report.escape import one_line
from pdbcoach.scenario.model import Step


def describe(step: Step) -> str:
    """In words: the line, and whose terminal gets it when that is not ``main``'s."""
    text = keystrokes(step.action)
    if text is None:
        return f"(nothing: looks at {step.process})"
    to = "" if step.process == "main" else f"  (to {step.process})"
    return f"{one_line(text) or '(Enter)'}{to}"
