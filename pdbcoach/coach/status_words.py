"""The status of a process, in words."""

from __future__ import annotations

from pdbcoach.language import _
from pdbcoach.observation import ExitStatus, Location, ProcessView


def status_text(view: ProcessView) -> str:
    """Return the status of a process in words: ``stopped at tally.py:8, in `add_ticks```."""
    match view.phase:
        case "stopped" if view.state is not None and view.state.event == "post-mortem":
            return _("crashed at {place} (post-mortem)").format(place=location(view.state.stop))
        case "stopped" if view.state is not None:
            return _("stopped at {place}").format(place=location(view.state.stop))
        case "stopped" if view.door is not None:
            return _("at the debugger's door, {place}").format(place=location(view.door))
        case "stopped":
            prompt = view.prompt.text.strip() if view.prompt is not None else ""
            return _("waiting at `{prompt}`").format(prompt=prompt)
        case "running":
            return _("running")
        case "zombie":
            return _("a zombie ({how})").format(how=ending(view.exit))
        case "gone" if view.is_thread:
            return _("ended")
        case "gone":
            return _("gone ({how})").format(how=ending(view.exit))


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
