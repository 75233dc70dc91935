"""What people type to pdb that means something else to it, and how it is said there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pdbcoach.coach import commands_misused, foreign, slips
from pdbcoach.coach.attempt import Attempt
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.mistaken import Mistaken
from pdbcoach.coach.source_outline import SourceOutline
from pdbcoach.pdb.line import split

_RULES: Final = (*foreign.RULES, *commands_misused.RULES, *slips.RULES)


def mistaken(attempt: Attempt, program: SourceOutline, goal: Goal) -> Mistaken | None:
    """The explanation of a line that pdb did not take as its writer meant it, if it is one."""
    if not attempt.text.strip():
        return None
    if attempt.prompt in ("python", "interact"):
        return slips.in_the_shell(attempt)
    if attempt.prompt not in ("pdb", "nested"):
        return None
    return next(_found(split(attempt.text)[0].strip(), attempt, program, goal), None)


def _found(line: str, attempt: Attempt, program: SourceOutline, goal: Goal) -> Iterator[Mistaken]:
    found = [rule(line, attempt) for rule in _RULES]
    if goal.effect != "move":  # else a command is meant as one, whatever variables there are
        found.append(commands_misused.variable(line, attempt))
    found.append(commands_misused.comparison(line, attempt, goal.line))
    found.append(slips.name_misspelt(line, attempt, program, goal.line))
    yield from (one for one in found if one is not None)
