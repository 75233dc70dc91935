"""The author's text for a miss, if it is true of what the learner did."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from pdbcoach.coach.attempt import Attempt, observation, state_of
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.moves import effect, prepares
from pdbcoach.facts import Focus, Values
from pdbcoach.observation import DebuggerState
from pdbcoach.pdb.commands import find
from pdbcoach.scenario.model import Wrong

_END_OF_SENTENCE: Final = re.compile(r"\.(?=\s|$)|。")
_QUOTED: Final = re.compile(r"`([^`]*)`")


def authors_word(goal: Goal, attempt: Attempt) -> str | None:
    """Return the first of the step's ``wrong`` texts that fits the state and the line, or None."""
    if not _is_worth_a_word(goal, attempt):
        return None
    return next((wrong.say for wrong in goal.step.prose.wrong if _fits(wrong, goal, attempt)), None)


def _is_worth_a_word(goal: Goal, attempt: Attempt) -> bool:
    process = goal.step.process
    before, now = state_of(process, attempt.before), state_of(process, attempt.after)
    if attempt.started_again or attempt.line.first.name == "help":
        return False
    if effect(attempt) == "look":
        if goal.judged == "shown":
            return True
        if goal.step.facts.of(Focus) is None:
            return goal.effect == "look"
        return _focus(before) != _focus(now)
    if goal.effect != "move" or not prepares(attempt):
        return True
    # A change before a move prepares something, so it isn't a miss, wherever the debugger is.
    return before is None or now is None or before.stop != now.stop


def _fits(wrong: Wrong, goal: Goal, attempt: Attempt) -> bool:
    when, focus = wrong.when, goal.step.facts.of(Focus)
    if attempt.process != goal.step.process and not any(attempt.process in fact.names for fact in when):
        return False
    looks_elsewhere = effect(attempt) == "look" and focus is not None and focus not in goal.met(attempt.after)
    if looks_elsewhere and when.of(Focus) is None and when.of(Values) is None:
        return False
    seen = observation(goal.step.process, attempt.after, attempt.output)
    return not when.judge(seen, goal.script) and _speaks_of(wrong.say, attempt)


def _focus(at: DebuggerState | None) -> object:
    return None if at is None else (at.focus, at.focus_depth)


def _speaks_of(text: str, attempt: Attempt) -> bool:
    """Return whether a text that begins with a command, such as "`c` ran on", is about this line.

    It is about every command that its first sentence names: "`n` or `s` took you there".
    """
    if not text.startswith("`"):
        return True
    named = [find(quoted) for quoted in _QUOTED.findall(_END_OF_SENTENCE.split(text, 1)[0])]
    if not named or named[0] is None:
        return True
    pairs = product(filter(None, named), attempt.line.commands)
    return any(one == other or (one.leaves and other.leaves) for one, other in pairs)
