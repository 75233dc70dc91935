"""The duties of a fact, and what it is given to carry them out."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, ClassVar, Protocol, Self

from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.facts.seen import no_such, state_of, whereabouts
from pdbcoach.facts.status import ExpectedStatus
from pdbcoach.form.shapes import Shape, Written
from pdbcoach.observation import DebuggerState, Observation, ProcessView

NO_SUCH = "pdbcoach-no-such"
AT_PROMPT = "at a prompt of the debugger"

Plain = str | int | bool | Sequence["Plain"] | Mapping[str, "Plain"]
"""A value as it is written into a scenario."""

SameText = Callable[[str, str], bool]
"""Whether two texts of two runs are equal, apart from the numbers of the runs' own processes."""


class CannotRewriteError(Exception):
    """Why a fact cannot be rewritten; a person has to edit it."""


class StateMismatch(Struct, frozen=True):
    """One fact that differs, such as ``fact="at.line"``, ``expected="15"``, ``actual="16"``."""

    span: Span
    fact: str
    expected: str
    actual: str


class Reading(Protocol):
    """The scenario in which a fact is read: its marks, its processes and its problems."""

    def mark(self, name: str, span: Span, cure: str = "") -> tuple[str, int] | None:
        """Return file and line of a mark; None after reporting that it does not exist."""

    def process(self, written: Written[str]) -> str | None:
        """Return the engine's name of a process; None after reporting that it cannot exist."""

    def process_or_others(self, written: Written[str]) -> str | None:
        """Return as ``process``; several may have the name ``others of NAME`` in common."""

    def problem(self, span: Span, message: str) -> None:
        """Report a problem and go on."""


class Names(Protocol):
    """The scenario's names for source lines, for writing facts."""

    @property
    def script(self) -> str | None: ...

    def name(self, file: str, line: int) -> str | None:
        """Return the mark of a line; None if it has none."""


class FactEntry(Protocol):
    """A fact's value in a scenario file, edited in place; see ``authoring.update``."""

    @property
    def text(self) -> str | None:
        """The text of a scalar; None for a mapping or a list."""

    def inner(self, key: str) -> str | None:
        """Return the text of a key in the value; None if the key does not exist."""

    def write(self, value: Plain) -> None:
        """Replace the whole value; a text keeps its quotes."""

    def put(self, key: str, text: str) -> None:
        """Replace the text of a key in the value."""

    def keep_rows(self, kept: Sequence[int], more: Sequence[Plain]) -> None:
        """Keep these rows of a list as they are written, and add more after them."""

    def remove(self) -> bool:
        """Remove the fact from its step. Return False, and do nothing, if it is the step's only fact."""


class Recorded(Struct, frozen=True):
    """How one step came out in several runs, for writing its facts."""

    states: Sequence[DebuggerState]
    """One for each run; empty if the process was not at a debugger's prompt in all of them."""
    before: DebuggerState | None
    """The process's last known state before the step."""
    moved: bool
    """The step let the program run, even if it came back to the same line."""
    adrift: bool
    """Ctrl-C stopped the process wherever it happened to be."""
    statuses: Mapping[str, ExpectedStatus]
    """The processes whose status is worth writing, by the engine's names."""
    last: bool
    """It is the scenario's last step."""


class Criterion(Struct, frozen=True):
    """One thing that a goal consists of: a fact of the step, or something that its line implies."""

    @abstractmethod
    def met(
        self,
        seen: Observation,
        script: str | None,
        optional: frozenset[int] = frozenset(),
        *,
        strict: bool = False,
    ) -> bool:
        """Return whether it holds. Breakpoints with ``optional`` numbers may exist or not.

        ``strict``: judge as if the optional breakpoints did not exist.
        """

    @abstractmethod
    def words(self) -> str:
        """Say for ``:goal``, in the learner's language, what has to hold."""


class Fact(Criterion, frozen=True):
    """Everything a fact must be able to do. mypy reports a final subclass that leaves a duty out."""

    key: ClassVar[str]
    """Its key in a step."""
    shape: ClassVar[Shape[Any]]
    """How its value is written: reads YAML and gives the JSON Schema."""
    doc: ClassVar[str]
    """One line about it for editors."""

    span: Span

    @classmethod
    @abstractmethod
    def read(cls, written: Written[Any], reading: Reading) -> Self | None:
        """Return the fact that the author wrote; None after reporting why it is none."""

    @property
    def names(self) -> tuple[str, ...]:
        """The processes that it names, by the engine's names."""
        return ()

    def single(self) -> Iterator[Self]:
        """Yield the facts that can hold one without the other; most facts are a single one."""
        yield self

    @abstractmethod
    def is_settled(self, processes: Mapping[str, ProcessView]) -> bool:
        """Return whether the processes that it names have become what it needs them to be."""

    @abstractmethod
    def judge(self, seen: Observation, script: str | None, reported: set[str]) -> Iterator[StateMismatch]:
        """Yield everything that differs.

        ``script`` is the file of breakpoints that name none. ``reported`` are the processes of which
        another fact has said that they are not at a debugger's prompt: that is said once.
        """

    def met(
        self,
        seen: Observation,
        script: str | None,
        optional: frozenset[int] = frozenset(),
        *,
        strict: bool = False,
    ) -> bool:
        """Return whether nothing differs."""
        return next(self.judge(seen, script, set()), None) is None

    @abstractmethod
    def wrong(self) -> Iterator[tuple[str, Span, Self]]:
        """Yield the fact with one thing wrong, in every way: what is wrong, its place, and the fact."""

    @classmethod
    @abstractmethod
    def apart(cls, one: Observation, other: Observation, same: SameText, *, last: bool) -> str:
        """Return the key, with its value, that would tell two runs apart after a step; empty if none does."""

    @classmethod
    @abstractmethod
    def record(cls, seen: Recorded, names: Names) -> Plain | None:
        """Return what ``record`` writes for a step; None if nothing is worth writing."""

    @abstractmethod
    def rewrite(self, entry: FactEntry, what: str, seen: Observation, names: Names) -> None:
        """Bring the fact up to date. ``what`` is the part that differs: ``line`` of ``at.line``, or empty.

        Raises CannotRewriteError.
        """


class StateFact(Fact, frozen=True):
    """A fact about the debugger of one process: each duty is given that debugger's state."""

    @property
    def whose(self) -> str | None:
        """The process that it is about; None for the step's own."""
        return None

    @property
    def names(self) -> tuple[str, ...]:
        return () if self.whose is None else (self.whose,)

    def is_settled(self, processes: Mapping[str, ProcessView]) -> bool:
        return all(name in processes and processes[name].phase == "stopped" for name in self.names)

    def expected(self) -> str:
        """Say what is expected where the process has no debugger to compare with."""
        return AT_PROMPT

    def without_debugger(self, actual: str) -> StateMismatch:
        """Return the mismatch of a process that is not at a debugger's prompt."""
        return StateMismatch(self.span, self.key, self.expected(), actual)

    def judge(self, seen: Observation, script: str | None, reported: set[str]) -> Iterator[StateMismatch]:
        process = self.whose or seen.process
        if process != seen.process and process not in seen.processes:
            yield StateMismatch(self.span, f"{self.key}.process", process, no_such(seen.processes))
        elif (state := state_of(process, seen)) is not None:
            yield from self.judge_state(state, script)
        elif process not in reported:
            reported.add(process)
            yield self.without_debugger(whereabouts(process, seen))

    @abstractmethod
    def judge_state(self, state: DebuggerState, script: str | None) -> Iterator[StateMismatch]:
        """Yield everything that differs in the debugger's state."""

    @classmethod
    def apart(cls, one: Observation, other: Observation, same: SameText, *, last: bool) -> str:
        if one.state is None or other.state is None:
            return ""
        return cls.apart_state(one.state, other.state, same)

    @classmethod
    @abstractmethod
    def apart_state(cls, one: DebuggerState, other: DebuggerState, same: SameText) -> str:
        """Return the key, with its value, that would tell two states apart; empty if it does not."""

    @classmethod
    def record(cls, seen: Recorded, names: Names) -> Plain | None:
        return cls.record_state(seen, names) if seen.states else None

    @classmethod
    @abstractmethod
    def record_state(cls, seen: Recorded, names: Names) -> Plain | None:
        """Return what ``record`` writes; ``seen.states`` has a state for each run."""

    def rewrite(self, entry: FactEntry, what: str, seen: Observation, names: Names) -> None:
        process = self.whose or seen.process
        state = state_of(process, seen)
        if state is None:
            raise CannotRewriteError(f"`{self.key}` is asserted, but {process} is at no debugger's prompt")
        self.rewrite_state(entry, what, state, names)

    @abstractmethod
    def rewrite_state(self, entry: FactEntry, what: str, state: DebuggerState, names: Names) -> None:
        """Bring the fact up to date with the debugger's state. Raises CannotRewriteError."""


def is_own(file: str) -> bool:
    """Return whether a file is in the work folder: the lines of other files differ between Pythons."""
    return not file.startswith(("/", "<"))


def is_file(expected: str, actual: str) -> bool:
    """Return whether ``actual`` is the file called ``expected``: the same path, or its last components."""
    wanted, parts = PurePosixPath(expected).parts, PurePosixPath(actual).parts
    return expected == actual or (bool(wanted) and parts[-len(wanted) :] == wanted)


def line_or_mark(
    line: Written[str] | None, file: Written[str] | None, reading: Reading
) -> tuple[str | None, int | None]:
    """Return file and line; a mark gives both, and must agree with a file that is given too."""
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
