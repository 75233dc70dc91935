"""What an author wrote, once it has been read: frozen values, with marks resolved. Nothing has run yet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct, field

from pdbcoach.errors import Span
from pdbcoach.facts import Facts
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import KeyName, PromptKind

StartMethod = Literal["fork", "spawn", "forkserver"]
TerminalMode = Literal["per-process", "shared"]
Level = Literal["core", "extra"]
LimitName = Literal["memory", "file", "disk", "processes", "output"]
Strictness = Literal["exact", "demo"]
Exactly = Literal["call"]


# --- what is typed ---------------------------------------------------------------------------


class Send(Struct, frozen=True):
    """A line; ``text`` is what goes to the debugger, with marks replaced. ``""`` is a bare Enter."""

    text: str

    def line_at(self, prompt: PromptKind | None) -> Line:
        """Return the line, parsed as one typed at ``prompt`` (None: pdb's usual one)."""
        return Line.parse(self.text, prompt)


class Key(Struct, frozen=True):
    name: KeyName


class Look(Struct, frozen=True):
    """Nothing is typed: wait until the process is at its prompt or has ended, and look."""


Action = Send | Key | Look


# --- expected output -------------------------------------------------------------------------


class OutputBlock(Struct, frozen=True):
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

    item: OutputBlock | Regex
    span: Span


class OnPython(Struct, frozen=True):
    """``then`` counts only on targets whose version is in ``specifier`` (PEP 440)."""

    specifier: str
    then: tuple[ExpectItem, ...]
    span: Span


ExpectItem = OutputBlock | Regex | AnyOrder | Maybe | Not | OnPython


class Expect(Struct, frozen=True):
    items: tuple[ExpectItem, ...]
    span: Span


# --- for the learner -------------------------------------------------------------------------


LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
"""A choice is picked by its letter: a number could be one of the answers."""


class Predict(Struct, frozen=True):
    span: Span
    ask: str
    answer: str = ""
    """Empty: it is the value that comes of the step."""
    choices: tuple[str, ...] = ()
    when: Facts | None = None
    """What the answer rests on; None: what the step itself expects."""
    expect: Expect | None = None
    """The output of ``when``."""
    shown: tuple[str, ...] = ()
    """The choices in the learner's language, if they are translated."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The choices as the learner reads them."""
        return self.shown or self.choices

    def words(self, choice: str) -> str:
        """Return a choice as the learner reads it; any other text as it is."""
        return dict(zip(self.choices, self.labels, strict=True)).get(choice, choice)


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
    """Seconds that the program runs before the action."""
    facts: Facts = Facts()
    expect: Expect | None = None
    reject: tuple[OutputBlock | Regex, ...] = ()
    prose: Prose = Prose()
    needs: Facts = Facts()
    """What must be so when it begins, besides what its line implies."""
    exactly: Exactly | None = None
    """The event that counts, and none that is as good elsewhere."""
    exact_breakpoints: bool = False
    """No breakpoints of the learner's own may be set besides those asserted."""

    @property
    def line(self) -> Line:
        """The line that is typed, parsed; the empty line for a key or a look."""
        return self.action.line_at(self.prompt) if isinstance(self.action, Send) else Line.parse("")


class SourceFile(Struct, frozen=True):
    """A file to copy into the work folder: ``name`` is relative to that, ``path`` is where the file is."""

    name: str
    path: Path


class Mark(Struct, frozen=True):
    """A named source line: ``line`` of the work file ``file``."""

    name: str
    file: str
    line: int


class Xfail(Struct, frozen=True):
    """Why a scenario is expected to fail, and where that is reported."""

    reason: str
    link: str
    span: Span
    python: str = ""
    """PEP 440 specifier of the targets on which it is expected to fail; empty for all."""


class Scenario(Struct, frozen=True):
    """One scenario that can be run. A file with variants gives several, ``id[variant]``."""

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
    """PEP 440 specifier of the targets on which it runs; empty for all."""
    start_method: StartMethod | None = None
    terminals: TerminalMode = "per-process"
    columns: int | None = None
    """Width of the terminals; None: that of every session."""
    env: Mapping[str, str] = field(default_factory=dict)
    pdbrc: str = ""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    alias: Mapping[str, str] = field(default_factory=dict)
    """Author's name → engine's name, such as ``worker`` → ``main.1``."""
    late: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name → patterns; the first process that matches and stops gets the name, such as ``main.*``."""
    grade: Strictness = "exact"
    timeout: float = 10.0
    """Seconds for one step."""
    limits: Mapping[LimitName, int] = field(default_factory=dict)
    """The limits that it sets itself; sizes in bytes."""
    xfail: Xfail | None = None

    def own_name(self, engine: str) -> str:
        """Return the author's name of a process; the engine's if there is none."""
        return next((own for own, name in self.alias.items() if name == engine), engine)


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
    """Where it was observed, or where the truth is documented."""
    is_checked: bool = False
    """Whether a claim's probe proves what is true on each supported Python."""
