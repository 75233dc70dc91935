"""Which steps the learner types: the last ones first, and more on each visit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pdbcoach.progress.records import AttemptRecord, Stage
from pdbcoach.scenario.model import Look, Scenario, Step

_MORE: Final = 3
"""How many more steps are the learner's on each visit."""


def is_asked(step: Step) -> bool:
    """Return whether the learner can be asked to do the step."""
    return not isinstance(step.action, Look) and not step.prose.quiet


def asked_steps(scenario: Scenario) -> tuple[int, ...]:
    """Return the indices of the steps that the learner can be asked to do; none in a demonstration."""
    if scenario.grade == "demo":
        return ()
    return tuple(at for at, step in enumerate(scenario.steps) if is_asked(step))


def learners_steps(scenario: Scenario, stage: Stage, clean: Collection[int] = ()) -> frozenset[int]:
    """Return the indices of the steps that are the learner's in this stage.

    ``clean`` are the indices of the steps done without help before. In *guided*, those of them at the end
    stay the learner's, with a few more before them. In *watch* the coach offers to type each step.
    """
    asked = asked_steps(scenario)
    if stage != "guided":
        return frozenset(asked)
    known = 0
    while known < len(asked) and asked[-1 - known] in clean:
        known += 1
    return frozenset(asked[-max(known + _MORE, len(asked) // 2) :] if asked else ())


def clean_steps(attempts: Iterable[AttemptRecord]) -> frozenset[int]:
    """Return the indices of the steps that were last done without hint or miss."""
    helped: dict[int, bool] = {}
    clean: dict[int, bool] = {}
    for attempt in attempts:
        at = attempt.step - 1
        helped[at] = helped.get(at, False) or attempt.verdict in ("miss", "assisted") or attempt.hints > 0
        if attempt.verdict in ("done", "assisted", "skipped"):
            clean[at] = attempt.verdict == "done" and not helped[at]
            helped[at] = False
    return frozenset(at for at, well in clean.items() if well)


def passed_by(stage: Stage, outright: bool) -> Stage:
    """Return the stage passed by finishing ``stage``: the last one if it was done without any help."""
    return "task" if outright else stage
