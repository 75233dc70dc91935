"""A debugger's state, written as the facts of a step."""

from __future__ import annotations

from pdbcoach.form.source import UNWANTED
from pdbcoach.observation import ProcessView
from pdbcoach.route import Became
from pdbcoach.scenario.model import Exited, ExpectedStatus, Gone, Killed, Running, Stopped, Zombie


def status(view: ProcessView | Became) -> ExpectedStatus:
    """What has become of a process."""
    if view.phase == "stopped":
        return Stopped()
    if view.phase == "running":
        return Running()
    if view.exit is not None and view.exit.code is not None:
        return Exited(view.exit.code)
    name = str(view.exit).removeprefix("killed ") if view.exit is not None else ""
    if name.startswith("SIG"):
        return Killed(name)
    return Zombie() if view.phase == "zombie" else Gone()


def is_text(text: str) -> bool:
    """Whether a scenario file can hold ``text`` on one line."""
    return not UNWANTED.search(text) and not any(sign in text for sign in "\n\t\r")
