"""The status of a process, in words."""

from __future__ import annotations

from pdbcoach.language import _
from pdbcoach.observation import ExitStatus, Location, ProcessView


def status_text(view: ProcessView) -> str:
    """Return the status of a process in words: ``stopped at tally.py:8, in `add_ticks```."""
    match view.phase:
        case "stopped":
            return _stopped_text(view)
        case "running":
            return _("running")
        case "zombie":
            return _("a zombie ({how})").format(how=ending(view.exit))
        case "gone" if view.is_thread:
            return _("ended")
        case "gone":
            return _("gone ({how})").format(how=ending(view.exit))


def _stopped_text(view: ProcessView) -> str:
    if view.state is None and view.door is not None:
        return _("at the debugger's door, {place}").format(place=location(view.door))
    if view.state is None:
        prompt = view.prompt.text.strip() if view.prompt is not None else ""
        return _("waiting at `{prompt}`").format(prompt=prompt)
    if view.state.event == "post-mortem":
        return _("crashed at {place} (post-mortem)").format(place=location(view.state.stop))
    return _("stopped at {place}").format(place=location(view.state.stop))


def location(where: Location) -> str:
    """Return a location in words: ``tally.py:8, in `add_ticks```."""
    place = f"{where.file}:{where.line}"
    if where.function == "<module>":
        return place
    return _("{place}, in `{function}`").format(place=place, function=where.function)


def ending(exit: ExitStatus | None) -> str:
    """Return how a process ended, in words: ``exit 7``."""
    if exit is None:
        return _("exit status unknown")
    if exit.signal is not None:
        return _("killed by {signal}").format(signal=exit.signal_name)
    return _("exit {code}").format(code=exit.code)
