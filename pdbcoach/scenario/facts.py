"""Asserted state: places, values, breakpoints and processes, marks and aliases resolved."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts import FACTS, AnyFact
from pdbcoach.facts.place import PlaceFields
from pdbcoach.form.shapes import Written
from pdbcoach.form.source import Problems
from pdbcoach.scenario.fields import FactFields, WhenFields
from pdbcoach.scenario.marks import Marks
from pdbcoach.scenario.model import Fact, Facts
from pdbcoach.scenario.processes import ProcessNames

_PLACE_FIELDS = tuple(PlaceFields.fields().values())


class FactReader(Struct, frozen=True):
    """Reads what the steps of one scenario assert. What is wrong is reported and left out."""

    marks: Marks
    processes: ProcessNames
    problems: Problems

    def facts(self, record: FactFields) -> Facts:
        """All that a step asserts of the state."""
        return Facts(
            stated=tuple(self._stated(record)),
            returns=_fact(record.returns),
            raises=_fact(record.raises),
            values=self._values(record.values.value if record.values else ()),
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

    def _stated(self, record: FactFields) -> Iterator[AnyFact]:
        for kind in FACTS:
            written = record.written.get(kind.key)
            fact = kind.read(written, self) if written is not None else None
            if fact is not None:
                yield fact

    def mark(self, name: str, span: Span, cure: str = "") -> tuple[str, int] | None:
        """As a fact asks for it, see ``facts.base.Reading``."""
        mark = self.marks.get(name, span, self.problems, cure)
        return (mark.file, mark.line) if mark else None

    def process(self, written: Written[str]) -> str | None:
        """As a fact asks for it."""
        return self.processes.resolve(written, self.problems)

    def problem(self, span: Span, message: str) -> None:
        """As a fact reports it."""
        self.problems.add(span, message)

    def _values(self, entries: Sequence[tuple[Written[str], Written[str]]]) -> dict[str, Fact[str]]:
        for name, _ in entries:
            if not name.value.isidentifier() or keyword.iskeyword(name.value):
                self.problems.add(
                    name.span,
                    f"`{name.value}` is not a plain name, and only names can be read from the debugger's "
                    f"state; write a step `send: p {name.value}` with `expect`",
                )
        return {name.value: Fact(value.value, value.span) for name, value in entries}


def _fact(written: Written[str] | None) -> Fact[str] | None:
    return Fact(written.value, written.span) if written else None
