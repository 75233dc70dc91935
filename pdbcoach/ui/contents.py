"""All lessons, pack by pack, and how far the learner is in each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from pdbcoach.coach.course import Course, Entry, States
from pdbcoach.language import _

Shelf = tuple[str, tuple[tuple[str, str], ...]]
"""Title of a pack, and for each of its lessons the id and how far the learner is; empty: not begun."""


def contents(course: Course, states: States) -> Iterator[Shelf]:
    """The lessons in the order in which they are learned. Those without a pack have no title."""
    for title, entries in groupby(course.entries, key=lambda entry: entry.pack.title if entry.pack else ""):
        yield title, tuple((entry.id, _progress(entry, states)) for entry in entries)


def _progress(entry: Entry, states: States) -> str:
    if entry.finished(states):
        return _("finished")
    state = states.get(entry.name)
    if state is None:
        return ""
    if state.position is not None:
        return _("in progress")
    return _("seen") if state.passed == "watch" else _("halfway") if state.passed is not None else ""
