"""How processes were and how they are: whether a program restarted, and what two runs share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from pdbcoach.coach.attempt import Attempt, state_of
from pdbcoach.coach.moves import effect
from pdbcoach.observation import Location, ProcessView
from pdbcoach.replay.fingerprint import stable_text
from pdbcoach.scenario.model import Key

_RESTARTED: Final = re.compile(
    r"^(?:The program finished and will be restarted|The program exited via sys\.exit\(\)"
    r"|Post mortem debugger finished\.|Restarting )",
    re.MULTILINE,
)
"""What pdb prints when it restarts a program."""


def standing_of(view: ProcessView, pids: Mapping[str, str]) -> object:
    """Return where a process is, without what no two runs share. ``pids``: names of processes, by pid."""
    state = view.state
    if state is None:
        return view.phase, view.prompt.kind if view.prompt is not None else None, str(view.exit)
    return (
        view.phase,
        state.event,
        str(state.stop),
        state.depth,
        state.focus_depth,
        state.breakpoints,
        tuple((name, stable_text(text, pids)) for name, text in sorted(state.values.items())),
    )


def has_restarted(attempt: Attempt, first: Location | None) -> bool:
    """Return whether the program is back at ``first``, its first stop, and hasn't just stayed there."""
    then, now = (state_of(attempt.process, views) for views in (attempt.before, attempt.after))
    if isinstance(attempt.action, Key):
        return False  # a key restarts nothing: a program that was running may still be at its first line
    if effect(attempt) != "move" or now is None or (now.stop, now.depth, now.event) != (first, 1, "line"):
        return False
    return then is None or then.event == "post-mortem" or _RESTARTED.search(attempt.output) is not None
