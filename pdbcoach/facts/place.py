"""``at`` and ``focus``: where a process has stopped, and which frame is being looked at."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar, Final, Self, final

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import (
    AT_PROMPT,
    NO_SUCH,
    CannotRewriteError,
    FactEntry,
    Names,
    Plain,
    Reading,
    Recorded,
    SameText,
    StateFact,
    StateMismatch,
    is_file,
    is_own,
    line_or_mark,
)
from pdbcoach.facts.words import place_text
from pdbcoach.form.records import Field, Nested, Record
from pdbcoach.form.shapes import Either, Int, OneOf, Shape, Text, Written
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState, Location
from pdbcoach.pdb.words import EVENTS, EventName

_OTHER_EVENT: Final[Mapping[EventName, EventName]] = {
    "line": "call",
    "call": "line",
    "return": "line",
    "exception": "line",
    "post-mortem": "line",
}


class PlaceFields(Record):
    """Where a process has stopped, or which frame it is looking at."""

    name = "a place"

    file = Field(Text(one_line=True), "The file, relative to the work folder.")
    line = Field(
        Text(r"@?[A-Za-z_][A-Za-z0-9_]*|[1-9][0-9]{0,6}", "a line number or `@mark`"),
        "The line number, or `@mark`.",
    )
    function = Field(Text(one_line=True), "The function's name; `<module>` outside of any.")
    event = Field[EventName](OneOf(EVENTS), "Why the debugger stopped.")
    depth = Field(Int(1), "Frames of the program down to here; 1 is module level.")
    process = Field(Text(what="the name of a process", one_line=True), "Which process.")


class Place(StateFact, frozen=True):
    """A place in a program. None means: not asserted."""

    shape: ClassVar[Shape[Any]] = Either[str | PlaceFields](
        Text(one_line=True),
        Nested(PlaceFields),
        "write a mark's name, or {file, line, function, event, depth, process}",
    )

    file: str | None = None
    line: int | None = None
    function: str | None = None
    event: EventName | None = None
    depth: int | None = None
    process: str | None = None

    @classmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self | None:
        """Return the place of a mark's name, or of a mapping."""
        place: str | PlaceFields = written.value
        if isinstance(place, str):
            return cls._at_mark(place, written, reading)
        if not place.keys and not place.unknown:
            reading.problem(
                written.span, "the place is empty; write file, line, function, event, depth or process"
            )
        file, line = line_or_mark(place.line, place.file, reading)
        return cls(
            span=written.span,
            file=file,
            line=line,
            function=place.function.value if place.function else None,
            event=place.event.value if place.event else None,
            depth=place.depth.value if place.depth else None,
            process=reading.process(place.process) if place.process else None,
        )

    @classmethod
    def _at_mark(cls, name: str, written: Written[Any], reading: Reading) -> Self | None:
        if name.isdecimal():
            reading.problem(written.span, f"`{name}` is not a mark; write {{line: {name}}}")
            return None
        mark = reading.mark(name, written.span, "; name the line under `marks`, or write {line: …}")
        return cls(span=written.span, file=mark[0], line=mark[1]) if mark else None

    @property
    def whose(self) -> str | None:
        return self.process

    @staticmethod
    @abstractmethod
    def _where(state: DebuggerState) -> tuple[Location, int]:
        """Return the place that the fact is about, and its depth."""

    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        where, depth = self._where(state)
        if self.file is not None and not is_file(self.file, where.file):
            yield self._differs("file", self.file, where.file)
        for what, wanted, actual in (
            ("line", self.line, where.line),
            ("function", self.function, where.function),
            ("event", self.event, state.event),
            ("depth", self.depth, depth),
        ):
            if wanted is not None and wanted != actual:
                yield self._differs(what, wanted, actual)

    def _differs(self, what: str, expected: object, actual: object) -> StateMismatch:
        return StateMismatch(self.span, f"{self.key}.{what}", str(expected), str(actual))

    def expected(self) -> str:
        spot = self.file if self.line is None else f"{self.file}:{self.line}"
        parts = [f"line {self.line}" if self.file is None and self.line is not None else spot]
        parts += [f"function {self.function}"] if self.function is not None else []
        parts += [f"event {self.event}"] if self.event is not None else []
        parts += [f"depth {self.depth}"] if self.depth is not None else []
        return ", ".join(part for part in parts if part) or AT_PROMPT

    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        for what, other in self._wrong_parts():
            yield f"{self.key}.{what}", self.span, other

    def _wrong_parts(self) -> Iterator[tuple[str, Self]]:
        if self.file is not None:
            yield "file", replace(self, file=NO_SUCH)
        if self.line is not None:
            yield "line", replace(self, line=self.line + 1)
        if self.function is not None:
            yield "function", replace(self, function=NO_SUCH)
        if self.event is not None:
            yield "event", replace(self, event=_OTHER_EVENT[self.event])
        if self.depth is not None:
            yield "depth", replace(self, depth=self.depth + 1)
        if self.process is not None:
            yield "process", replace(self, process=NO_SUCH)

    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        where, depth = self._where(state)
        mark = names.name(where.file, where.line)
        if entry.text is not None:
            file: dict[str, Plain] = {} if where.file == names.script else {"file": where.file}
            entry.write(mark if mark is not None else {**file, "line": where.line})
            return
        texts = {
            "file": where.file,
            "line": _line_text(entry.inner("line") or "", where.line, mark),
            "function": where.function,
            "event": state.event,
            "depth": str(depth),
        }
        if what == "file" and entry.inner("file") is None:
            what = "line"  # a mark gave the file
        if what not in texts:
            raise CannotRewriteError(f"`{self.key}.{what}` differs, and cannot be updated")
        entry.put(what, texts[what])


def _line_text(old: str, line: int, mark: str | None) -> str:
    """Return a line as the old one is written: as a number, ``mark`` or ``@mark``."""
    if mark is None or old.isdecimal():
        return str(line)
    return f"@{mark}" if old.startswith("@") else mark


@final
class At(Place, frozen=True):
    """Where the process has stopped."""

    key: ClassVar[str] = "at"
    doc: ClassVar[str] = "The stop: a mark's name, or where in detail."

    @staticmethod
    def _where(state: DebuggerState) -> tuple[Location, int]:
        return state.stop, state.depth

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        if one.stop != other.stop:
            return f"`at: {{line: {one.stop.line}, function: {one.stop.function}}}`"
        if one.event != other.event:
            return f"`at: {{event: {one.event}}}`"
        return f"`at: {{depth: {one.depth}}}`" if one.depth != other.depth else ""

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        if seen.adrift:
            return {"function": seen.states[0].stop.function}
        whole = _shared([written_place(one.stop, one.event, names) for one in seen.states])
        if seen.moved and whole:
            return whole
        line = whole.get("line")
        return None if line is None else line if isinstance(line, str) else {"line": line}

    def words(self) -> str:
        return _("stopped at {place}").format(place=place_text(self))


@final
class Focus(Place, frozen=True):
    """Which frame is being looked at, after ``up`` or ``down``."""

    key: ClassVar[str] = "focus"
    doc: ClassVar[str] = "The frame looked at, after `up` or `down`; written like `at`."

    @staticmethod
    def _where(state: DebuggerState) -> tuple[Location, int]:
        return state.focus, state.focus_depth

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        if one.focus == other.focus:
            return ""
        return f"`focus: {{line: {one.focus.line}, function: {one.focus.function}}}`"

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        now, before = seen.states[0], seen.before
        if seen.adrift or (before is not None and before.focus == now.focus):
            return None
        came_back = before is not None and before.focus != before.stop and not seen.moved
        if now.focus == now.stop and not came_back:
            return None
        return _shared([written_place(one.focus, None, names) for one in seen.states])

    def words(self) -> str:
        return _("looking at {place}").format(place=place_text(self))


def written_place(where: Location, event: str | None, names: Names) -> dict[str, Plain]:
    """Describe a place as a scenario does. A file outside the work folder gets no line."""
    said: dict[str, Plain] = {}
    if is_own(where.file):
        mark = names.name(where.file, where.line)
        if mark is None and where.file != names.script:
            said["file"] = where.file
        said["line"] = mark if mark is not None else where.line
    else:
        said["file"] = where.file if where.file.startswith("<") else PurePosixPath(where.file).name
    said["function"] = where.function
    if event is not None:
        said["event"] = event
    return said


def _shared(places: Sequence[Mapping[str, Plain]]) -> dict[str, Plain]:
    """Return what all places have in common. A line means nothing without its file."""
    first = places[0]
    same = {key: value for key, value in first.items() if all(one.get(key) == value for one in places)}
    return {
        key: value for key, value in same.items() if key != "line" or same.get("file") == first.get("file")
    }
