"""The author's text for a miss, if it is true of what the learner did."""

from __future__ import annotations

import re
from typing import Final

from pdbcoach.coach.attempt import Attempt, observation, state_of
from pdbcoach.coach.goal import Goal
from pdbcoach.coach.moves import effect, prepares
from pdbcoach.facts import Facts, Focus, Values
from pdbcoach.observation import DebuggerState
from pdbcoach.pdb.commands import find

_FIRST_SENTENCE: Final = re.compile(r".*?(?:[.。](?=\s|$)|。|$)", re.DOTALL)
_QUOTED: Final = re.compile(r"`([^`]*)`")


def authors_word(goal: Goal, attempt: Attempt) -> str | None:
    """Return the first of the step's ``wrong`` texts that fits the state and the line, or None."""
    if not _is_worth_a_word(goal, attempt):
        return None
    elsewhere = attempt.process != goal.step.process
    looks_elsewhere = effect(attempt) == "look" and not _looks_where_it_should(goal, attempt)
    for wrong in goal.step.prose.wrong:
        if elsewhere and not _is_about(wrong.when, attempt.process):
            continue
        if looks_elsewhere and wrong.when.of(Focus) is None and wrong.when.of(Values) is None:
            continue
        seen = observation(goal.step.process, attempt.after, attempt.output)
        if not wrong.when.judge(seen, goal.script) and _speaks_of(wrong.say, attempt):
            return wrong.say
    return None


def _is_worth_a_word(goal: Goal, attempt: Attempt) -> bool:
    before, now = (state_of(goal.step.process, views) for views in (attempt.before, attempt.after))
    if attempt.started_again or attempt.line.first.name == "help":
        return False
    if effect(attempt) == "look":
        if goal.judged == "shown" or goal.step.facts.of(Focus) is None:
            return goal.effect == "look" or goal.judged == "shown"
        return _focus(before) != _focus(now)
    # A change before a move prepares something, so it isn't a miss, wherever the debugger is.
    on_the_way = goal.effect == "move" and prepares(attempt)
    return not (on_the_way and before is not None and now is not None and before.stop == now.stop)


def _looks_where_it_should(goal: Goal, attempt: Attempt) -> bool:
    focus = goal.step.facts.of(Focus)
    return focus is None or focus in goal.met(attempt.after)


def _focus(at: DebuggerState | None) -> object:
    return None if at is None else (at.focus, at.focus_depth)


def _is_about(when: Facts, process: str) -> bool:
    return any(process in fact.names for fact in when)


def _speaks_of(text: str, attempt: Attempt) -> bool:
    """Return whether a text that begins with a command, such as "`c` ran on", is about this line.

    It is about every command that its first sentence names: "`n` or `s` took you there".
    """
    if not text.startswith("`"):
        return True
    sentence = _FIRST_SENTENCE.match(text)
    quoted = _QUOTED.findall(sentence[0] if sentence is not None else text)
    named = [command for command in map(find, quoted) if command is not None]
    if not quoted or find(quoted[0]) is None:
        return True
    used = attempt.line.commands
    return any(one == other or (one.leaves and other.leaves) for one in named for other in used)
