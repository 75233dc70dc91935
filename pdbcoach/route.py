"""The route to where a debugger is: what was typed, what was waited for, and where steps began.

Typed again in a fresh debugger, it leads to the same place. ``progress`` stores it, ``front`` goes it
again, ``authoring`` drafts a scenario from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from pdbcoach.observation import ExitStatus, Phase, ProcessView
from pdbcoach.pdb.words import KeyName, PromptKind

Duration = Annotated[float, Meta(ge=0)]
"""In seconds."""
StepNumber = Annotated[int, Meta(ge=1, le=2**63 - 1)]
"""Counted from 1; SQLite can store no larger integer."""


class _Entry(Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    pass


class Typed(_Entry, frozen=True, tag="line"):
    """A line that was typed at a process."""

    process: str
    text: str
    prompt: PromptKind = "pdb"
    """The prompt it was typed at."""


class Pressed(_Entry, frozen=True, tag="key"):
    """A key that was pressed at a process."""

    process: str
    key: KeyName
    prompt: PromptKind | None = None
    """The prompt it was pressed at; ``None`` if the process was running."""
    ran: Duration = 0.0
    """How long a running process had run when the key was pressed."""


class Waited(_Entry, frozen=True, tag="wait"):
    """Time that the program was given, because its lesson says so."""

    seconds: Duration


class Became(_Entry, frozen=True, tag="became"):
    """What a process has become, by itself or because of what was typed before."""

    process: str
    phase: Phase
    seconds: Duration = 0.0
    """How long that took at most, since something was last typed."""
    exit: ExitStatus | None = None
    """How it ended, where that is known."""

    def holds(self, views: Mapping[str, ProcessView]) -> bool:
        """Return whether the process is so now, or has since gone further by itself."""
        if self.process not in views:
            return False
        phase = views[self.process].phase
        return self.phase in (phase, "running") or (self.phase, phase) == ("zombie", "gone")


class Asked(_Entry, frozen=True, tag="asked"):
    """From here on, a step is the learner's to do."""

    step: StepNumber


class Performed(_Entry, frozen=True, tag="performed"):
    """From here on, the coach does a step."""

    step: StepNumber


RouteEntry = Typed | Pressed | Waited | Became | Asked | Performed
Route = Sequence[RouteEntry]


def stretches(route: Route) -> Iterator[tuple[int, RouteEntry, list[Became]]]:
    """Yield each thing that was done, with its index, and what was waited for after it."""
    at = 0
    while at < len(route):
        awaited: list[Became] = []
        for entry in route[at + 1 :]:
            if not isinstance(entry, Became):
                break
            awaited.append(entry)
        yield at, route[at], awaited
        at += 1 + len(awaited)
