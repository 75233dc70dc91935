"""Asserted state: places, values, breakpoints and processes, marks and aliases resolved."""

from __future__ import annotations

import keyword
from collections.abc import Sequence

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written
from pdbcoach.form.source import Problems
from pdbcoach.scenario.fields import BreakpointFields, FactFields, PlaceFields, WhenFields
from pdbcoach.scenario.marks import Marks
from pdbcoach.scenario.model import ExpectedBreakpoint, Fact, Facts, Place
from pdbcoach.scenario.processes import ProcessNames

Breakpoints = tuple[Written[str | BreakpointFields], ...]

_PLACE_FIELDS = tuple(PlaceFields.fields().values())


class FactReader(Struct, frozen=True):
    """Reads what the steps of one scenario assert. What is wrong is reported and left out."""

    marks: Marks
    processes: ProcessNames
    problems: Problems

    def facts(self, record: FactFields) -> Facts:
        """All that a step asserts of the state."""
        return Facts(
            at=self._place(record.at),
            focus=self._place(record.focus),
            returns=_fact(record.returns),
            raises=_fact(record.raises),
            values=self._values(record.values.value if record.values else ()),
            breakpoints=self._breakpoints(record.breakpoints),
            processes=self.processes.statuses(
                record.processes.value if record.processes else (), self.problems
            ),
            ends=self.processes.statuses(record.ends.value, self.problems) if record.ends else None,
        )

    def when(self, record: WhenFields) -> Facts:
        """The state of a ``wrong``; it must say something."""
        inline = record.given(*_PLACE_FIELDS)
        if not record.keys and not record.unknown:
            self.problems.add(record.span, "`when` is empty; write the state that the miss leads to")
        if not inline:
            return self.facts(record)
        if record.has(WhenFields.at):
            self.problems.add(record.span, f"`{inline[0]}` says where, and so does `at`; put it into `at`")
        place = {key: value for key, value in record.written.items() if key in inline}
        at = Written(PlaceFields(record.span, place, record.keys), record.span)
        rest = {key: value for key, value in record.written.items() if key not in inline}
        return self.facts(FactFields(record.span, rest | {"at": at}, record.keys))

    def _place(self, written: Written[str | PlaceFields] | None) -> Place | None:
        if written is None:
            return None
        if isinstance(written.value, str):
            return self._marked_place(written.value, written.span)
        place = written.value
        if not place.keys and not place.unknown:
            self.problems.add(
                written.span, "the place is empty; write file, line, function, event, depth or process"
            )
        process = self.processes.resolve(place.process, self.problems) if place.process else None
        file, line = self._line(place.line, place.file)
        return Place(
            written.span,
            file=file,
            line=line,
            function=_value(place.function),
            event=place.event.value if place.event else None,
            depth=place.depth.value if place.depth else None,
            process=process,
        )

    def _marked_place(self, name: str, span: Span) -> Place | None:
        if name.isdecimal():
            self.problems.add(span, f"`{name}` is not a mark; write {{line: {name}}}")
            return None
        mark = self.marks.get(name, span, self.problems, "; name the line under `marks`, or write {line: …}")
        return Place(span, file=mark.file, line=mark.line) if mark else None

    def _line(self, line: Written[str] | None, file: Written[str] | None) -> tuple[str | None, int | None]:
        """File and line; a mark gives both, and must agree with a file that is given too."""
        if line is None or line.value.isdecimal():
            return _value(file), int(line.value) if line else None
        mark = self.marks.get(line.value, line.span, self.problems)
        if mark is None:
            return _value(file), None
        if file is not None and file.value != mark.file:
            self.problems.add(line.span, f"the mark `{mark.name}` is in {mark.file}, not in {file.value}")
        return mark.file, mark.line

    def _values(self, entries: Sequence[tuple[Written[str], Written[str]]]) -> dict[str, Fact[str]]:
        for name, _ in entries:
            if not name.value.isidentifier() or keyword.iskeyword(name.value):
                self.problems.add(
                    name.span,
                    f"`{name.value}` is not a plain name, and only names can be read from the debugger's "
                    f"state; write a step `send: p {name.value}` with `expect`",
                )
        return {name.value: Fact(value.value, value.span) for name, value in entries}

    def _breakpoints(
        self, written: Written[Breakpoints] | None
    ) -> Fact[tuple[ExpectedBreakpoint, ...]] | None:
        if written is None:
            return None
        rows = (self._breakpoint(item) for item in written.value)
        return Fact(tuple(row for row in rows if row is not None), written.span)

    def _breakpoint(self, written: Written[str | BreakpointFields]) -> ExpectedBreakpoint | None:
        if isinstance(written.value, str):
            spot = self._spot(Written(written.value, written.span))
            return ExpectedBreakpoint(written.span, line=spot[1], file=spot[0]) if spot else None
        row = written.value
        spot = self._spot(row.at) if row.at else None
        if spot is None:
            return None
        return ExpectedBreakpoint(
            written.span,
            line=spot[1],
            file=spot[0],
            temporary=row.temporary.value if row.temporary else None,
            enabled=row.enabled.value if row.enabled else None,
            condition=_value(row.condition),
            ignore=row.ignore.value if row.ignore else None,
            hits=row.hits.value if row.hits else None,
        )

    def _spot(self, written: Written[str]) -> tuple[str | None, int] | None:
        """File (``None``: the script) and line of ``15``, ``@mark``, ``file:15`` or ``file:@mark``."""
        file, _, line = written.value.rpartition(":")
        in_file = Written(file, written.span) if file else None
        name, number = self._line(Written(line, written.span), in_file)
        return (name, number) if number is not None else None


def _fact(written: Written[str] | None) -> Fact[str] | None:
    return Fact(written.value, written.span) if written else None


def _value(written: Written[str] | None) -> str | None:
    return written.value if written else None
