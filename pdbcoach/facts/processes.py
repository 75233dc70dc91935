"""``processes`` and ``ends``: what has become of processes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self, final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import (
    CannotRewriteError,
    Fact,
    FactEntry,
    Names,
    Plain,
    Reading,
    Recorded,
    SameText,
    StateMismatch,
)
from pdbcoach.facts.seen import no_such
from pdbcoach.facts.status import (
    ExpectedStatus,
    compare_status,
    other_status,
    read_status,
    status_of,
    status_text,
)
from pdbcoach.form.shapes import MapOf, Shape, Text, Written
from pdbcoach.language import _
from pdbcoach.observation import Observation, ProcessView


class ExpectedProcess(Struct, frozen=True):
    """A process, by the engine's name, and its status."""

    name: str
    status: ExpectedStatus
    span: Span
    written: str = ""
    """The name that the author wrote, if it may be an alias."""


class StatusFact(Fact, frozen=True):
    """The statuses of some processes."""

    shape: ClassVar[Shape[Any]] = MapOf(
        Text(what="the name of a process", one_line=True), Text(what="a status", one_line=True)
    )
    in_last_step: ClassVar[bool]
    """Whether it describes the end of a session, and not the course of it."""

    rows: tuple[ExpectedProcess, ...]

    @classmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self:
        entries: tuple[tuple[Written[str], Written[str]], ...] = written.value
        rows: dict[str, ExpectedProcess] = {}
        for name, text in entries:
            process = reading.process_or_others(name)
            status = read_status(text, reading)
            if process in rows:
                reading.problem(name.span, f"`{name.value}` is `{process}`, which is already named here")
            elif process is not None and status is not None:
                rows[process] = ExpectedProcess(process, status, text.span, name.value)
        return cls(written.span, tuple(rows.values()))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(row.name for row in self.rows)

    def single(self) -> Iterator[Self]:
        for row in self.rows:
            yield replace(self, span=row.span, rows=(row,))

    def is_settled(self, processes: Mapping[str, ProcessView]) -> bool:
        return not any(self._mismatches(processes))

    def judge(self, seen: Observation, script: str | None, reported: set[str]) -> Iterator[StateMismatch]:
        yield from self._mismatches(seen.processes)

    def _mismatches(self, processes: Mapping[str, ProcessView]) -> Iterator[StateMismatch]:
        for row in self.rows:
            views = _called(row.name, processes)
            compared = (compare_status(row.status, view) for view in views)
            actual = next(filter(None, compared), None) if views else no_such(processes)
            if actual is not None:
                yield StateMismatch(row.span, f"{self.key}.{row.name}", status_text(row.status), actual)

    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        for at, row in enumerate(self.rows):
            other = replace(row, status=other_status(row.status))
            rows = (*self.rows[:at], other, *self.rows[at + 1 :])
            yield f"{self.key}.{row.name}", row.span, replace(self, rows=rows)

    @classmethod
    def apart(cls, one: Observation, other: Observation, same: SameText, *, last: bool) -> str:
        names = [view.common for view in one.processes.values()] if last == cls.in_last_step else []
        for name in names:
            here, there = _exits(name, one.processes), _exits(name, other.processes)
            if here and there and here != there:
                return f"`{cls.key}: {{{name}: {here[0]}}}`"
        return ""

    @classmethod
    def record(cls, seen: Recorded, names: Names) -> Plain | None:
        if seen.last != cls.in_last_step or not seen.statuses:
            return None
        return {name: status_text(status) for name, status in seen.statuses.items()}

    def rewrite(self, entry: FactEntry, what: str, seen: Observation, names: Names) -> None:
        views = _called(what, seen.processes)
        if not views:
            raise CannotRewriteError(f"there is no process {what} any more")
        if len({status_text(status_of(view)) for view in views}) > 1:
            raise CannotRewriteError(f"the {what} differ; leave them out, or make them alike")
        view = views[0]
        written = next((row.written for row in self.rows if row.name == what), "")
        entry.put(written or what, status_text(status_of(view)))

    def words(self) -> str:
        text = _("`{name}` should be {status}")
        rows = (text.format(name=row.name, status=status_text(row.status)) for row in self.rows)
        return ", ".join(rows)


def _exits(name: str, processes: Mapping[str, ProcessView]) -> list[str]:
    return sorted(str(view.exit) for view in _called(name, processes) if view.exit is not None)


def _called(name: str, processes: Mapping[str, ProcessView]) -> list[ProcessView]:
    """Return the process with this name, or all that have it in common."""
    return [view for known, view in processes.items() if name in (known, view.group)]


@final
class Processes(StatusFact, frozen=True):
    """The statuses of processes after a step."""

    key: ClassVar[str] = "processes"
    doc: ClassVar[str] = "Process to `stopped`, `running`, `zombie`, `gone`, `exit N` or `killed SIGNAME`."
    in_last_step: ClassVar[bool] = False


@final
class Ends(StatusFact, frozen=True):
    """The statuses of processes when the session is over."""

    key: ClassVar[str] = "ends"
    doc: ClassVar[str] = "The session is over after this step, and this is how its processes are then."
    in_last_step: ClassVar[bool] = True
