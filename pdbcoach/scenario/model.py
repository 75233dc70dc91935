"""What an author writes, once it has been read: frozen values, marks resolved, nothing run yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Generic, Literal, TypeVar

from msgspec import Struct, field

from pdbcoach.errors import Span
from pdbcoach.facts import AnyFact, At, Breakpoints, Focus
from pdbcoach.pdb.words import KeyName, PromptKind

StartMethod = Literal["fork", "spawn", "forkserver"]
TerminalMode = Literal["per-process", "shared"]
Level = Literal["core", "extra"]
LimitName = Literal["memory", "file", "disk", "processes", "output"]
Grade = Literal["exact", "demo"]

T = TypeVar("T")
F = TypeVar("F", At, Focus, Breakpoints)


# --- what is typed ---------------------------------------------------------------------------


class Send(Struct, frozen=True):
    """A line; ``text`` is what goes to the debugger, marks replaced. ``""`` is a bare Enter."""

    text: str


class Key(Struct, frozen=True):
    name: KeyName


class Look(Struct, frozen=True):
    """Nothing is typed: wait until the process stands at its prompt (or is gone) and look."""


Action = Send | Key | Look


# --- what must come of it --------------------------------------------------------------------


class Stopped(Struct, frozen=True):
    pass


class Running(Struct, frozen=True):
    pass


class Zombie(Struct, frozen=True):
    pass


class Gone(Struct, frozen=True):
    """Ended and reaped, however it ended."""


class Exited(Struct, frozen=True):
    code: int


class Killed(Struct, frozen=True):
    signal: str
    """The signal's name, e.g. ``SIGTERM``."""


ExpectedStatus = Stopped | Running | Zombie | Gone | Exited | Killed


class Fact(Struct, Generic[T], frozen=True):
    """An asserted value and where the author wrote it."""

    value: T
    span: Span


class Facts(Struct, frozen=True):
    """The state that a step asserts. ``None`` or an empty mapping means: not asserted."""

    stated: tuple[AnyFact, ...] = ()
    """Those that are classes of their own, in the order of ``FACTS``; to become all of them."""
    returns: Fact[str] | None = None
    raises: Fact[str] | None = None
    values: Mapping[str, Fact[str]] = field(default_factory=dict)
    processes: Mapping[str, Fact[ExpectedStatus]] = field(default_factory=dict)
    ends: Mapping[str, Fact[ExpectedStatus]] | None = None

    def of(self, kind: type[F]) -> F | None:
        """The fact of one class, if it is asserted."""
        return next((fact for fact in self.stated if isinstance(fact, kind)), None)

    @property
    def at(self) -> At | None:
        """Where the process has stopped."""
        return self.of(At)

    @property
    def focus(self) -> Focus | None:
        """Which frame is looked at."""
        return self.of(Focus)

    @property
    def breakpoints(self) -> Breakpoints | None:
        """The breakpoint table."""
        return self.of(Breakpoints)


# --- expected output -------------------------------------------------------------------------


class Block(Struct, frozen=True):
    """Lines of output in the pattern language of the format (``[..]``, ``...``, captures)."""

    text: str
    span: Span


class Regex(Struct, frozen=True):
    """One or more whole lines that match this regular expression (``re.fullmatch``, MULTILINE off)."""

    pattern: str
    span: Span


class AnyOrder(Struct, frozen=True):
    items: tuple[ExpectItem, ...]
    span: Span


class Maybe(Struct, frozen=True):
    items: tuple[ExpectItem, ...]
    span: Span


class Not(Struct, frozen=True):
    """This must not occur anywhere in the step's output."""

    item: Block | Regex
    span: Span


class OnPython(Struct, frozen=True):
    """``then`` counts only on targets whose version is in ``specifier`` (PEP 440)."""

    specifier: str
    then: tuple[ExpectItem, ...]
    span: Span


ExpectItem = Block | Regex | AnyOrder | Maybe | Not | OnPython


class Expect(Struct, frozen=True):
    items: tuple[ExpectItem, ...]
    span: Span


# --- for the learner -------------------------------------------------------------------------


class Predict(Struct, frozen=True):
    ask: str
    answer: str
    choices: tuple[str, ...] = ()


class Wrong(Struct, frozen=True):
    when: Facts
    say: str


class Prose(Struct, frozen=True):
    say: str = ""
    ask: str = ""
    why: str = ""
    hints: tuple[str, ...] = ()
    predict: Predict | None = None
    wrong: tuple[Wrong, ...] = ()
    must_use: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    quiet: bool = False


class Step(Struct, frozen=True):
    span: Span
    action: Action
    process: str = "main"
    prompt: PromptKind | None = None
    wait: float = 0.0
    """Seconds that the program is let run before the action."""
    facts: Facts = Facts()
    expect: Expect | None = None
    reject: tuple[Block | Regex, ...] = ()
    prose: Prose = Prose()


class SourceFile(Struct, frozen=True):
    """A file to copy into the work folder: ``name`` relative to it, ``path`` where it lies."""

    name: str
    path: Path


class Mark(Struct, frozen=True):
    """A named source line: ``line`` of the work file ``file``."""

    name: str
    file: str
    line: int


class Xfail(Struct, frozen=True):
    """Why a scenario is expected to fail, and where that is written down."""

    reason: str
    link: str
    span: Span
    python: str = ""
    """PEP 440 specifier of the targets it is expected to fail on; empty: all."""


class Scenario(Struct, frozen=True):
    """One runnable scenario. A file with variants gives several, ``id[variant]``."""

    path: Path
    span: Span
    id: str
    """As shown and selected: ``into-or-over`` or ``into-or-over[quit]``."""
    run: tuple[str, ...]
    """The words after ``python``: ``("-m", "pdb", "tally.py")``."""
    steps: tuple[Step, ...]
    run_line: str
    """The command line as the author wrote it."""
    script: str | None
    """The work file that ``run`` names, if it names one."""
    title: str = ""
    intro: str = ""
    outro: str = ""
    teaches: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    level: Level = "core"
    background: tuple[str, ...] | None = None
    files: tuple[SourceFile, ...] = ()
    python: str = ""
    """PEP 440 specifier of the targets it runs on; empty: all."""
    start_method: StartMethod | None = None
    terminals: TerminalMode = "per-process"
    columns: int | None = None
    """Width of the terminals; None: that of every session."""
    env: Mapping[str, str] = field(default_factory=dict)
    pdbrc: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    alias: Mapping[str, str] = field(default_factory=dict)
    """Author's name → engine's name, e.g. ``worker`` → ``main.1``."""
    grade: Grade = "exact"
    timeout: float = 10.0
    """Seconds, for one step."""
    limits: Mapping[LimitName, int] = field(default_factory=dict)
    """Those that it sets itself; sizes in bytes."""
    xfail: Xfail | None = None


class Pack(Struct, frozen=True):
    path: Path
    id: str
    title: str
    order: tuple[str, ...]
    requires: tuple[str, ...] = ()
    license: str = ""
    authors: tuple[str, ...] = ()


class Misconception(Struct, frozen=True):
    """What learners believe, and what is true. Scenarios name it in their ``targets``."""

    id: str
    title: str
    """The misconception, as a learner would say it."""
    explanation: str
    """What is true, and what to do. Markdown."""
    source: str
    """Where it was met, or where the truth is written down."""
