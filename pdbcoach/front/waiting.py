"""How long to wait for the processes of a program once a line has been typed at one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from pdbcoach.coach.attempt import Views
from pdbcoach.engine.session import Session

SETTLE: Final = 0.4
"""Seconds that other processes get to come to their prompts."""
_AWAIT: Final = 3.0
"""Seconds that other processes get to become what the goal says of them."""

Outlook = Callable[[Views], Literal["met", "soon", "no"]]
"""Tells whether a goal is met. ``soon``: it will be when other processes have become what it says."""


def wait_for_the_slow(session: Session, process: str, outlook: Outlook, patience: float) -> None:
    """Wait until ``process`` no longer runs, or another process is at a prompt, or the goal is met.

    A process that looks blocked may only be slow, so this waits up to ``patience`` seconds.
    """

    def enough(views: Views) -> bool:
        view = views.get(process)
        runs = view is not None and view.phase == "running"
        return not runs or outlook(views) == "met" or any(one.phase == "stopped" for one in views.values())

    session.wait_until(enough, patience)


def let_others_arrive(session: Session, outlook: Outlook, before: Views) -> None:
    """Give the processes time to come to their prompts, or to become what the goal says.

    A process that was running ``before`` may run for as long as it likes, so it isn't waited for, unless
    no other is left to type to.
    """

    def at_rest(views: Views) -> bool:
        set_out = _in_phase("running", views)
        if _in_phase("stopped", views):
            set_out -= _in_phase("running", before)
        seen = outlook(views)
        return seen == "met" or (seen == "no" and not set_out)

    if not session.wait_until(at_rest, SETTLE):
        session.wait_until(lambda views: outlook(views) != "soon", _AWAIT)


def _in_phase(phase: str, views: Views) -> set[str]:
    return {name for name, view in views.items() if view.phase == phase}
