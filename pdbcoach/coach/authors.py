"""The author's text for a miss, if it is true of what the learner did."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

from pdbcoach.coach.attempt import Attempt, has_moved, observation, state_of
from pdbcoach.coach.fill import filled_text
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.moves import effect, prepares
from pdbcoach.facts import At, Focus, Values
from pdbcoach.observation import DebuggerState
from pdbcoach.pdb.commands import Command, find
from pdbcoach.scenario.model import Wrong

_END_OF_SENTENCE: Final = re.compile(r"\.(?=\s|$)|。")
_QUOTED: Final = re.compile(r"`([^`]*)`")


def authors_word(goal: Goal, attempt: Attempt, *, new_run: bool = False) -> str | None:
    """Return the first of the step's ``wrong`` texts that fits the state and the line, or None.

    ``new_run``: an earlier line of the step has restarted the program. The author's texts about places are
    about the run in which the step began.
    """
    if not _is_worth_a_word(goal, attempt):
        return None
    fitting = (wrong for wrong in goal.step.prose.wrong if _fits(wrong, goal, attempt))
    is_elsewhere = (new_run and not attempt.restarted) or _only_jumps(goal, attempt)
    texts = (
        filled_text(wrong.say, goal.step.process, attempt.after, goal.script)
        for wrong in fitting
        if not (is_elsewhere and _is_of_a_place(wrong))
    )
    return next(filter(None, texts), None)


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
    when = wrong.when
    if attempt.process != goal.step.process and not any(attempt.process in fact.names for fact in when):
        return False
    if _looks_from_elsewhere(goal, attempt) and when.of(Focus) is None and when.of(Values) is None:
        return False
    seen = observation(goal.step.process, attempt.after, attempt.output)
    if when.judge(seen, goal.script) or not _speaks_of(wrong.say, attempt):
        return False
    # Unless it names the command, a text about a line can't be about a move from that line and back.
    return bool(_commands(wrong.say)) or not _set_out_there(wrong, goal, attempt)


def _looks_from_elsewhere(goal: Goal, attempt: Attempt) -> bool:
    """Return whether the line looks, but not from the frame in which the step is done."""
    focus = goal.step.facts.of(Focus)
    return effect(attempt) == "look" and focus is not None and focus not in goal.met(attempt.after)


def _set_out_there(wrong: Wrong, goal: Goal, attempt: Attempt) -> bool:
    place, process = wrong.when.of(At), goal.step.process
    if place is None or place.line is None or not has_moved(process, attempt.before, attempt.after):
        return False
    return not wrong.when.judge(observation(process, attempt.before), goal.script)


def _only_jumps(goal: Goal, attempt: Attempt) -> bool:
    """Return whether the line jumped although the step doesn't: no line has run that a text could tell of."""
    return attempt.line.first.name == "jump" and "jump" not in goal.line.names


def _is_of_a_place(wrong: Wrong) -> bool:
    """Return whether the text is about how the program got to a place, as far as can be told."""
    return wrong.when.of(At) is not None and "jump" not in {one.name for one in _commands(wrong.say)}


def _focus(at: DebuggerState | None) -> object:
    return None if at is None else (at.focus, at.focus_depth)


def _speaks_of(text: str, attempt: Attempt) -> bool:
    """Return whether a text that begins with a command, such as "`c` ran on", is about this line.

    It is about every command that its first sentence names: "`n` or `s` took you there".
    """
    named = _commands(text)
    pairs = product(named, attempt.line.commands)
    return not named or any(one == other or (one.leaves and other.leaves) for one, other in pairs)


def _commands(text: str) -> list[Command]:
    """Return the commands in the first sentence of a text that begins with one."""
    if not text.startswith("`"):
        return []
    named = [find(quoted) for quoted in _QUOTED.findall(_END_OF_SENTENCE.split(text, 1)[0])]
    return [one for one in named if one is not None] if named and named[0] is not None else []
