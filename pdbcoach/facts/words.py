"""Places in words: where a goal is, and what kind of stop it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pdbcoach.facts.base import is_file
from pdbcoach.language import _
from pdbcoach.pdb.words import EventName

if TYPE_CHECKING:
    from pdbcoach.facts.place import Place


def place_text(place: Place, here: str | None = None) -> str:
    """Describe a place: ``line 15``, ``line 4, in `report```, ``the start of a call of `fact```.

    ``here`` is the file that the reader is looking at already; it is not named.
    """
    function = place.function if place.function != "<module>" else None
    if place.line is None:
        return _without_line(place, function)
    where = _("line {line}").format(line=place.line)
    if place.file is not None and not (here is not None and is_file(place.file, here)):
        where = _("line {line} of {file}").format(line=place.line, file=place.file)
    if function is not None:
        where = _("{where}, in `{function}`").format(where=where, function=function)
    match place.event:
        case "call":
            return _("{where}, where the call starts").format(where=where)
        case "return":
            return _("{where}, where it returns").format(where=where)
        case "exception":
            return _("{where}, where the exception is raised").format(where=where)
        case "post-mortem":
            return _("{where}, after the crash").format(where=where)
        case _:
            return where


def _without_line(place: Place, function: str | None) -> str:
    match place.event:
        case "call" if function is not None:
            return _("the start of a call of `{function}`").format(function=function)
        case "return" if function is not None:
            return _("where `{function}` returns").format(function=function)
        case "exception" | "post-mortem":
            return sort_text(place.event)
        case _:
            pass
    if function is not None:
        return _("a stop in `{function}`").format(function=function)
    if place.function is not None and place.file is not None:
        return _("the module level of {file}").format(file=place.file)
    if place.function is not None:
        return _("the module level")
    if place.file is not None:
        return _("a stop in {file}").format(file=place.file)
    return _("another stop") if place.event is None else sort_text(place.event)


def sort_text(event: EventName) -> str:
    """Describe what kind of stop it is."""
    match event:
        case "line":
            return _("a stop before a line runs")
        case "call":
            return _("the start of a call")
        case "return":
            return _("the end of a call, where it returns")
        case "exception":
            return _("a stop where an exception was raised")
        case "post-mortem":
            return _("a post-mortem stop, after a crash")
