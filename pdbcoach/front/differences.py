"""How processes were and how they are: what a line is for, what has moved, what is unchanged."""

from __future__ import annotations

from collections.abc import Mapping

from pdbcoach.coach.attempt import Attempt, Views, state_of
from pdbcoach.coach.moves import Effect, effect_of
from pdbcoach.coach.questions import is_refusal
from pdbcoach.observation import DebuggerState, Location, ProcessView
from pdbcoach.pdb.line import resolve
from pdbcoach.replay.fingerprint import stable_text
from pdbcoach.scenario.model import Key, Send


def effect_of_action(action: Send | Key, view: ProcessView | None, previous: str) -> Effect:
    """Return what a line or key is for, typed at a process that is as ``view`` says."""
    if isinstance(action, Key):
        return "move"
    kind = view.prompt.kind if view is not None and view.prompt is not None else "pdb"
    aliases = view.state.aliases if view is not None and view.state is not None else {}
    return effect_of(action.text, prompt=kind, previous=previous, aliases=aliases)


def has_moved(process: str, before: Views, after: Views) -> bool:
    """Return whether the process is at another stop, or no longer at a prompt."""
    then, now = state_of(process, before), state_of(process, after)
    if then is None or now is None:
        return then is not None and after[process].phase != "stopped"
    if then.event == now.event == "post-mortem":
        return False  # in post-mortem debugging nothing moves: `exceptions` only looks elsewhere
    return not is_same_stop(then, now)


def is_same_stop(one: DebuggerState, other: DebuggerState) -> bool:
    """Return whether both states are at the same stop."""
    return (one.stop, one.event, one.depth) == (other.stop, other.event, other.depth)


def standing_of(view: ProcessView, pids: Mapping[str, str]) -> object:
    """Return where a process is, without what no two runs share. ``pids``: names of processes, by pid."""
    state = view.state
    if state is None:
        return view.phase, view.prompt.kind if view.prompt is not None else None, str(view.exit)
    values = {**state.global_values, **state.local_values}
    return (
        view.phase,
        state.event,
        str(state.stop),
        state.depth,
        state.focus_depth,
        state.breakpoints,
        tuple((name, stable_text(text, pids)) for name, text in sorted(values.items())),
    )


def has_restarted(attempt: Attempt, first: Location | None) -> bool:
    """Return whether the program is back at ``first``, its first stop, and hasn't just stayed there."""
    then, now = (state_of(attempt.process, views) for views in (attempt.before, attempt.after))
    if isinstance(attempt.action, Key):
        return False  # a key restarts nothing: a program that was running may still be at its first line
    if attempt.effect != "move" or first is None or now is None or now.event != "line":
        return False
    if now.stop != first or now.depth != 1:
        return False
    stayed = resolve(attempt.line) == "jump" or is_refusal(attempt.output)
    return then is None or then.stop != first or not stayed
