"""What every fact can do, and what it is given to do it. One fact is one class: see ``facts.At``."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar, Protocol, TypeVar

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Shape, Written
from pdbcoach.observation import DebuggerState

F = TypeVar("F", bound="Fact")

NO_SUCH = "pdbcoach-no-such"
AT_PROMPT = "at a prompt of the debugger"

Plain = str | int | bool | Sequence["Plain"] | Mapping[str, "Plain"]
"""A value as it is written into a scenario."""


class StateMismatch(Struct, frozen=True):
    """One fact that differs, e.g. ``fact="at.line"``, ``expected="15"``, ``actual="16"``."""

    span: Span
    fact: str
    expected: str
    actual: str


class Reading(Protocol):
    """The scenario that a fact is read in: its marks, its processes, and what is wrong with it."""

    def mark(self, name: str, span: Span, cure: str = "") -> tuple[str, int] | None:
        """File and line of a mark; ``None`` after reporting that there is none."""

    def process(self, written: Written[str]) -> str | None:
        """The engine's name of a process; ``None`` after reporting that there is none."""

    def problem(self, span: Span, message: str) -> None:
        """Report what is wrong, and go on."""


class Names(Protocol):
    """Marks in the other direction: how a place is called in the scenario."""

    @property
    def script(self) -> str | None: ...

    def name(self, file: str, line: int) -> str | None: ...


class Entry(Protocol):
    """A fact's value as it stands in a scenario file, edited in place; see ``authoring.update``."""

    @property
    def text(self) -> str | None:
        """The text of a scalar; ``None``: it is a mapping or a list."""

    def inner(self, key: str) -> str | None:
        """The text of a key within it."""

    def write(self, value: Plain) -> None:
        """Another value in place of all of it; a text keeps its quotes."""

    def put(self, key: str, text: str) -> None:
        """Another text for a key within it."""

    def keep_rows(self, kept: Sequence[int], more: Sequence[Plain]) -> None:
        """Of a list: these rows as they are written, and more behind them."""


class Recorded(Struct, frozen=True):
    """How one step came out in each of several runs, for the fact that is to be written of it."""

    states: Sequence[DebuggerState]
    before: DebuggerState | None
    moved: bool
    adrift: bool
    """Ctrl-C has stopped the process wherever it happened to be."""


class Fact(Struct, frozen=True):
    """The whole duty of a fact. mypy refuses a class in ``facts.FACTS`` that leaves something out."""

    key: ClassVar[str]
    shape: ClassVar[Shape[Any]]
    doc: ClassVar[str]
    """How it is written, and its words in the schema and for editors."""

    span: Span

    @classmethod
    @abstractmethod
    def read(cls: type[F], written: Written[Any], reading: Reading) -> F | None:
        """The fact, from what the author wrote."""

    @property
    def whose(self) -> str | None:
        """The process whose debugger it is about; ``None``: the one that the step is for."""
        return None

    @abstractmethod
    def judge(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        """What is not so."""

    def expected(self) -> str:
        """What is expected, in words, where the process has no debugger to compare with."""
        return AT_PROMPT

    @abstractmethod
    def wrong(self: F) -> Iterator[tuple[str, F]]:
        """The fact with one thing wrong in it, in every way, and what that is: for teeth."""

    @classmethod
    @abstractmethod
    def apart(cls, one: DebuggerState, other: DebuggerState) -> str:
        """The key, with its value, that would tell two states apart; empty: it would not."""

    @classmethod
    @abstractmethod
    def record(cls, seen: Recorded, names: Names) -> Plain | None:
        """What ``record`` writes; ``None``: nothing worth saying."""

    @abstractmethod
    def rewrite(self, entry: Entry, what: str, state: DebuggerState, names: Names) -> None:
        """What ``update`` writes. ``what`` differs: the inner key of a mismatch, or empty."""

    @abstractmethod
    def words(self) -> str:
        """For ``:goal``: what has to be so, in the learner's language."""


def is_own(file: str) -> bool:
    """Whether a file lies in the work folder: what is elsewhere differs between Pythons."""
    return not file.startswith(("/", "<"))


def is_file(expected: str, actual: str) -> bool:
    """Whether ``actual`` is the file called ``expected``: the same path, or its last components."""
    wanted, parts = PurePosixPath(expected).parts, PurePosixPath(actual).parts
    return expected == actual or (bool(wanted) and parts[-len(wanted) :] == wanted)


def line_or_mark(
    line: Written[str] | None, file: Written[str] | None, reading: Reading
) -> tuple[str | None, int | None]:
    """File and line; a mark gives both, and must agree with a file that is given too."""
    given = file.value if file else None
    if line is None or line.value.isdecimal():
        return given, int(line.value) if line else None
    mark = reading.mark(line.value, line.span)
    if mark is None:
        return given, None
    if given is not None and given != mark[0]:
        name = line.value.removeprefix("@")
        reading.problem(line.span, f"the mark `{name}` is in {mark[0]}, not in {given}")
    return mark
