"""Who types which step: the coach in front, the learner at the end, and every time a little more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from pdbcoach.progress.records import AttemptRecord, Stage
from pdbcoach.scenario.model import Look, Scenario, Step

_MORE: Final = 3
"""So many steps more are the learner's on each visit."""


def is_asked(step: Step) -> bool:
    """Whether the step is one that a learner may be asked to do."""
    return not isinstance(step.action, Look) and not step.prose.quiet


def asked_steps(scenario: Scenario) -> tuple[int, ...]:
    """Indices of the steps that a learner may be asked to do. None of a demonstration."""
    if scenario.grade == "demo":
        return ()
    return tuple(at for at, step in enumerate(scenario.steps) if is_asked(step))


def learners_steps(scenario: Scenario, stage: Stage, clean: Collection[int] = ()) -> frozenset[int]:
    """Indices of the steps that are the learner's in this stage. What fades, fades from the end.

    ``clean`` are the indices of those that the learner has done without help before: those at the
    end stay theirs, and a few more come to them. In *watch* the coach offers to type each.
    """
    asked = asked_steps(scenario)
    if stage != "guided":
        return frozenset(asked)
    known = 0
    while known < len(asked) and asked[-1 - known] in clean:
        known += 1
    return frozenset(asked[-max(known + _MORE, len(asked) // 2) :] if asked else ())


def clean_steps(attempts: Iterable[AttemptRecord]) -> frozenset[int]:
    """Indices of the steps whose last attempts ended right, without hint or miss."""
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
    """What has been passed by going through ``stage``: everything, if all was done without any help."""
    return "task" if outright else stage
