"""Reads a route as a recording: what was typed into which process, and what became of all processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self, assert_never

from msgspec import Struct, field

from pdbcoach.facts.status import ExpectedStatus, status_of
from pdbcoach.observation import ProcessView
from pdbcoach.pdb.words import PromptKind
from pdbcoach.route import Asked, Became, Performed, Pressed, Route, Typed, Waited
from pdbcoach.scenario.model import Key, Send

Statuses = Mapping[str, ExpectedStatus]
"""How each process is, by its name."""


class RecordedLine(Struct, frozen=True):
    """A line or key, and what became of the processes until the next one was typed."""

    entry: Typed | Pressed
    took: float = 0.0
    """Seconds until the process was at a prompt again, or had ended."""
    after: Statuses = field(default_factory=dict)

    @property
    def process(self) -> str:
        """The process that it was typed at."""
        return self.entry.process

    @property
    def action(self) -> Send | Key:
        """What was typed, as a step's action."""
        return Send(self.entry.text) if isinstance(self.entry, Typed) else Key(self.entry.key)

    @property
    def prompt(self) -> PromptKind | None:
        """The prompt it was typed at; ``None`` if the process was running."""
        return self.entry.prompt

    @property
    def ran(self) -> float:
        """Seconds that a running process had run by then."""
        return self.entry.ran if isinstance(self.entry, Pressed) else 0.0


class RecordedRoute(Struct, frozen=True):
    """What was recorded. ``before`` tells how the processes were when the first line was typed."""

    before: Statuses
    lines: tuple[RecordedLine, ...]

    @classmethod
    def of(cls, views: Mapping[str, ProcessView], route: Route) -> Self:
        """Read ``route``, which begins where the processes are as in ``views``."""
        before = {name: status_of(view) for name, view in views.items()}
        now = dict(before)
        lines: list[RecordedLine] = []
        for entry in route:
            match entry:
                case Typed() | Pressed():
                    lines.append(RecordedLine(entry, after=_in_order(now)))
                case Became(process):
                    now[process] = status_of(entry)
                    if lines:
                        lines[-1] = _followed_by(lines[-1], entry, now)
                    else:
                        before = _in_order(now)
                case Waited() | Asked() | Performed():
                    pass
                case _:
                    assert_never(entry)
        return cls(before, tuple(lines))


def _followed_by(line: RecordedLine, became: Became, now: Statuses) -> RecordedLine:
    is_first = not line.took and became.process == line.process and became.phase != "running"
    return RecordedLine(line.entry, became.seconds if is_first else line.took, _in_order(now))


def _in_order(statuses: Statuses) -> dict[str, ExpectedStatus]:
    """Sort by name: ``main``, ``main.1``, ``main.1.1``, ``main.2``."""
    return dict(sorted(statuses.items(), key=lambda one: _birth(one[0])))


def _birth(name: str) -> tuple[str, Sequence[int]]:
    first, *births = name.split(".")
    return first, [int(number) for number in births]
