"""The facts of steps, read with the marks and processes of their scenario."""

from __future__ import annotations

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts import FACTS, At, Facts
from pdbcoach.facts.place import PlaceFields
from pdbcoach.form.shapes import Written
from pdbcoach.form.source import Problems
from pdbcoach.scenario.fields import FactFields, StateFields
from pdbcoach.scenario.marks import Marks
from pdbcoach.scenario.processes import ProcessNames

_PLACE_FIELDS = tuple(PlaceFields.fields().values())


class FactReader(Struct, frozen=True):
    """Reads what the steps of one scenario assert; implements ``facts.base.Reading``."""

    marks: Marks
    processes: ProcessNames
    problems: Problems

    def facts(self, record: FactFields) -> Facts:
        """Return everything that a step asserts of the state; what is wrong is reported and left out."""
        written = ((kind, record.written.get(kind.key)) for kind in FACTS)
        read = (kind.read(value, self) for kind, value in written if value is not None)
        return Facts(tuple(fact for fact in read if fact is not None))

    def state(self, record: StateFields, if_empty: str) -> Facts:
        """Return the state of a ``when`` or ``needs``. It must assert something, or ``if_empty`` is said."""
        inline = record.given(*_PLACE_FIELDS)
        if not record.keys and not record.unknown:
            self.problems.add(record.span, if_empty)
        if not inline:
            return self.facts(record)
        if At.key in record.keys:
            self.problems.add(record.span, f"`{inline[0]}` says where, and so does `at`; put it into `at`")
        place = {key: value for key, value in record.written.items() if key in inline}
        at = Written(PlaceFields(record.span, place, record.keys), record.span)
        rest = {key: value for key, value in record.written.items() if key not in inline}
        return self.facts(FactFields(record.span, rest | {At.key: at}, record.keys))

    def mark(self, name: str, span: Span, cure: str = "") -> tuple[str, int] | None:
        """Return file and line of a mark; None after reporting that it does not exist."""
        mark = self.marks.get(name, span, self.problems, cure)
        return (mark.file, mark.line) if mark else None

    def process(self, written: Written[str]) -> str | None:
        """Return the engine's name of a process; None after reporting that it cannot exist."""
        return self.processes.resolve(written, self.problems)

    def process_or_others(self, written: Written[str]) -> str | None:
        """Return as ``process``; several may have the name ``others of NAME`` in common."""
        return self.processes.resolve_status(written, self.problems)

    def problem(self, span: Span, message: str) -> None:
        """Report a problem and go on."""
        self.problems.add(span, message)
