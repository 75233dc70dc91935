"""``returns`` and ``raises``: how a call ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self, final

from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.facts.base import (
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
)
from pdbcoach.facts.values import is_stable
from pdbcoach.form.shapes import Shape, Text, Written
from pdbcoach.language import _
from pdbcoach.observation import DebuggerState


class TextFact(StateFact, frozen=True):
    """A fact that is one line of text."""

    text: str

    @classmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self:
        return cls(written.span, written.value)

    def expected(self) -> str:
        return self.text

    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        yield self.key, self.span, replace(self, text=NO_SUCH)

    def _rewrite_as(self, entry: FactEntry, actual: str | None) -> None:
        if actual is not None:
            entry.write(actual)
        elif not entry.remove():
            raise CannotRewriteError(f"`{self.key}` is asserted, but nothing {self.key}")


@final
class Returns(TextFact, frozen=True):
    """The value that the current function is returning."""

    key: ClassVar[str] = "returns"
    shape: ClassVar[Shape[Any]] = Text(one_line=True)
    doc: ClassVar[str] = "repr of the value being returned."

    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        actual = f"not returning (event: {state.event})"
        if state.event == "return":
            actual = "not known" if state.returning is None else state.returning
        if actual != self.text:
            yield StateMismatch(self.span, self.key, self.text, actual)

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        return "" if same(one.returning or "", other.returning or "") else "`returns`"

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        now = seen.states[0]
        if seen.adrift or not seen.moved or now.event != "return" or not is_stable(now.returning):
            return None
        return now.returning if len({state.returning for state in seen.states}) == 1 else None

    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        self._rewrite_as(entry, state.returning if state.event == "return" else None)

    def words(self) -> str:
        return _("`{value}` should be returned").format(value=self.text)


@final
class Raises(TextFact, frozen=True):
    """The type of the exception that was raised."""

    key: ClassVar[str] = "raises"
    shape: ClassVar[Shape[Any]] = Text(r"[^\s.]+", "the name of an exception's type, without its module")
    doc: ClassVar[str] = "Name of the exception's type."

    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        raised = state.raised
        if raised is None or raised.type != self.text:
            actual = "nothing is raised" if raised is None else f"{raised.type}: {raised.text}".rstrip(": ")
            yield StateMismatch(self.span, self.key, self.text, actual)

    @classmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        return "`raises`" if (one.raised and one.raised.type) != (other.raised and other.raised.type) else ""

    @classmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        raised = seen.states[0].raised
        if seen.adrift or not seen.moved or raised is None:
            return None
        types = {state.raised.type for state in seen.states if state.raised}
        return raised.type if len(types) == 1 else None

    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        self._rewrite_as(entry, state.raised.type if state.raised is not None else None)

    def words(self) -> str:
        return _("`{type}` should be raised").format(type=self.text)
