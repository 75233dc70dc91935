"""How a process stands, as a value to compare two runs by."""

from __future__ import annotations

from collections.abc import Mapping

from pdbcoach.observation import ProcessView
from pdbcoach.replay.fingerprint import stable_text


def standing_of(view: ProcessView, pids: Mapping[str, str]) -> object:
    """How a process stands, without what no two runs share. ``pids``: names of processes, by their pids."""
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
