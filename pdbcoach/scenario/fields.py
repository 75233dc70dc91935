"""Every key of scenarios and their translations, declared once: for reading, messages and editors."""

from __future__ import annotations

from typing import ClassVar, TypeAlias

from pdbcoach.facts import FACTS
from pdbcoach.facts.place import PlaceFields
from pdbcoach.form.records import Field, Nested, Record, translations
from pdbcoach.form.shapes import (
    GIB,
    KIB,
    MIB,
    Either,
    Flag,
    Int,
    Later,
    ListOf,
    MapOf,
    OneOf,
    Schema,
    Seconds,
    Shape,
    Size,
    Text,
    Written,
)
from pdbcoach.pdb.commands import COMMANDS as TABLE
from pdbcoach.pdb.words import KEYS, PROMPTS, KeyName, PromptKind
from pdbcoach.scenario.model import (
    LETTERS,
    Exactly,
    Level,
    StartMethod,
    Strictness,
    TerminalMode,
)
from pdbcoach.scenario.version import FORMAT

MAX_STEPS = 1000
MAX_VARIANTS = 50
"""Each may repeat all the steps of its file; this many are read in seconds."""

KEBAB = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"

PROSE = Text()
PROSES = ListOf(PROSE, 1)
CHOICES = ListOf(PROSE, 1, len(LETTERS))
LINE = Text(one_line=True)
ID = Text(KEBAB, "a kebab-case name such as `into-or-over`")
MARK_NAME = Text(_NAME, "a name of letters, digits and `_`")
ALIAS_NAME = Text(r"[A-Za-z_][A-Za-z0-9_-]*", "a name of letters, digits, `_` and `-`")
PROCESS = Text(what="the name of a process", one_line=True)
MISCONCEPTION = Text(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", "the id of a misconception")
_START_METHODS: tuple[StartMethod, ...] = ("fork", "spawn", "forkserver")
_TERMINALS: tuple[TerminalMode, ...] = ("per-process", "shared")
_LEVELS: tuple[Level, ...] = ("core", "extra")
_STRICTNESS: tuple[Strictness, ...] = ("exact", "demo")
_EXACTLY: tuple[Exactly, ...] = ("call",)


class CommandName(Text, frozen=True):
    """The long name of a pdb command. The loader checks which one, because its message is better."""

    def schema(self, defs: Schema) -> Schema:
        """Return an enumeration, so that editors complete the names."""
        return {"enum": sorted(TABLE)}


COMMANDS = ListOf(CommandName(what="the long name of a pdb command", one_line=True))


class FactFields(Record):
    """The state that a step asserts. Each fact declares its own key."""

    more: ClassVar = tuple(Field(kind.shape, kind.doc, key=kind.key) for kind in FACTS)


class StateFields(FactFields, PlaceFields):
    """A state. The keys of a place can be written here directly, without `at`."""


class WhenFields(StateFields):
    """The state that a miss leads to. The keys of a place can be written here directly, without `at`."""

    name = "`when`"


class NeedsFields(StateFields):
    """The state that a step needs. The keys of a place can be written here directly, without `at`."""

    name = "`needs`"


class PatternFields(Record):
    """A regular expression in place of a block."""

    name = "a pattern"

    re = Field(
        Text(what="a regular expression"), "A regular expression that whole lines match.", required=True
    )


PATTERN = Either[str | PatternFields](Text(), Nested(PatternFields))


ExpectItems: TypeAlias = "str | tuple[Written[str | ExpectItemFields], ...]"
"""The value of `expect`, `optional` and `then`: a block, or items."""


class ExpectItemFields(Record):
    """One item of an `expect` list that is more than a block. It has exactly one kind."""

    name = "an expectation"

    re = Field(Text(what="a regular expression"), "A regular expression that whole lines match.")
    any_order = Field[tuple[Written["str | ExpectItemFields"], ...]](
        Later(lambda: ListOf(_EXPECT_ITEM, 1), "list"), "Items that come in any order, without overlapping."
    )
    optional = Field[ExpectItems](
        Later(lambda: _ITEMS, "text"), "Output that may be there or not: a block or a list."
    )
    not_ = Field[str | PatternFields](PATTERN, "What must not occur: a block or `{re: …}`.")
    python = Field(LINE, 'With `then`: the Pythons it holds for, such as ">=3.13".')
    then = Field[ExpectItems](
        Later(lambda: _ITEMS, "text"), "With `python`: what is expected there, a block or a list."
    )


_EXPECT_ITEM: Shape[str | ExpectItemFields] = Either(Text(), Nested(ExpectItemFields))
_ITEMS: Shape[ExpectItems] = Either(
    Text(), ListOf(_EXPECT_ITEM, 1), "a single item such as {re: …} must be in a list: `- re: …`"
)


class BasisFields(WhenFields):
    """What makes an answer the right one: state, output, or both."""

    name = "`when` of `predict`"

    expect = Field[ExpectItems](_ITEMS, "The output, written like that of a step.")


class PredictFields(Record):
    """A question asked before the line is sent."""

    name = "`predict`"

    ask = Field(PROSE, "The question.", required=True, translated=PROSE)
    answer = Field(
        PROSE,
        "The right answer; if not given, the one value in `returns`, `values` or `expect`, or in `when`.",
    )
    when = Field(Nested(BasisFields), "What the answer rests on, if that is not a value of the step's.")
    choices = Field(CHOICES, "Answers to choose from; the right one is among them.", translated=CHOICES)


class PredictOverlay(Record):
    """The translated question."""

    name = "a translated `predict`"
    cures: ClassVar = {"answer": "the answer is the choice at the same place, or the scenario's own"}
    more: ClassVar = translations(PredictFields, PredictFields.ask)


class WrongFields(Record):
    """What a miss means."""

    name = "an item of `wrong`"

    when = Field(Nested(WhenFields), "The state that this miss leads to.", required=True)
    say = Field(PROSE, "What to tell the learner then.", required=True, translated=PROSE)


class WrongOverlay(Record):
    """The translated text of a miss."""

    name = "a translated item of `wrong`"
    cures: ClassVar = {"when": "only `say` is translated"}
    more: ClassVar = translations(WrongFields)


class StepFields(FactFields):
    """A step: what is typed, what must come of it, and what the learner is told."""

    name = "a step"
    cures: ClassVar = {
        "timeout": "`timeout` belongs at the top level, it bounds every step",
        "alias": "`alias` belongs at the top level",
        "marks": "`marks` belongs at the top level",
        "line": "`line` belongs into `at: {line: …}`, a line to type is `send`",
        "function": "`function` belongs into `at: {function: …}`",
        "event": "`event` belongs into `at: {event: …}`",
        "output": "what is printed is `expect`",
        "hint": "write a list, `hints`",
    }

    send = Field(LINE, 'The line that is typed; `""` is a bare Enter; `@mark` becomes its line number.')
    key = Field[KeyName](OneOf(KEYS), "A key that is pressed instead of a line.")
    wait = Field(Seconds(60), "Seconds to let the program run first.")
    process = Field(PROCESS, "Which process gets it; `main` if not given.")
    prompt = Field[PromptKind](OneOf(PROMPTS), "Which prompt must be waiting, when it is not `(Pdb)`.")
    expect = Field[ExpectItems](
        _ITEMS, "The output between this line and the next prompt: a block, or a list of items."
    )
    reject = Field[tuple[Written[str | PatternFields], ...]](
        ListOf(PATTERN, 1), "Patterns that must not occur: a list of blocks or `{re: …}`."
    )
    say = Field(PROSE, "Shown before the step.", translated=PROSE)
    ask = Field(PROSE, "The task.", translated=PROSE)
    why = Field(PROSE, "Shown after success.", translated=PROSE)
    hints = Field(PROSES, "Hints, the weakest first.", translated=PROSES)
    predict = Field(
        Nested(PredictFields), "A question asked before the line is sent.", translated=Nested(PredictOverlay)
    )
    wrong = Field(
        ListOf(Nested(WrongFields), 1), "What misses mean.", translated=ListOf(Nested(WrongOverlay), 1)
    )
    needs = Field(
        Nested(NeedsFields),
        "What must be so when the step begins, besides what its line implies.",
    )
    exactly = Field[Exactly](
        OneOf(_EXACTLY), "`call`: only the `--Call--` itself will do, not the first line of the function."
    )
    exact_breakpoints = Field(Flag(), "Whether breakpoints of the learner's own are in the way.")
    must_use = Field(COMMANDS, "Commands that must be used, where the command itself is the lesson.")
    forbid = Field(COMMANDS, "Commands that must not be used.")
    quiet = Field(Flag(), "Performed for the learner, not asked.")


class StepOverlay(Record):
    """A step's translated prose."""

    name = "a translated step"
    more: ClassVar = translations(StepFields)


class MarkFields(Record):
    """A mark in a file other than the script."""

    name = "a mark"

    file = Field(LINE, "The work file; the script if not given.")
    text = Field(LINE, "Text that one line of the file, and only one, contains.", required=True)


class LimitFields(Record):
    """What the program may use. Limits that are not given have the same defaults in all scenarios."""

    name = "`limits`"
    cures: ClassVar = {"timeout": "the bound of a step in seconds is `timeout`, at the top level"}

    memory = Field(Size(64 * MIB, 16 * GIB), "Memory (address space) of one process, 2 GiB if not given.")
    file = Field(Size(KIB, 4 * GIB), "One file that it writes, 64 MiB if not given.")
    disk = Field(Size(MIB, 16 * GIB), "All files in its folders, 256 MiB if not given.")
    processes = Field(Int(1, 1000), "Processes at once, helpers included, 100 if not given.")
    output = Field(Size(KIB, 16 * MIB), "What one process prints in one step, 1 MiB if not given.")


class XfailFields(Record):
    """What is known to be broken, and where that is reported."""

    name = "`xfail`"
    cures: ClassVar = {"url": "the link is `link`", "issue": "the link is `link`"}

    reason = Field(Text(r"\S.*", "a reason", one_line=True), "Why it fails.", required=True)
    link = Field(
        Text(r"https?://\S+", "a link such as `https://example.org/issues/1`"),
        "Where that is written down, such as an issue.",
        required=True,
    )
    python = Field(LINE, 'The Pythons that it fails on, such as ">=3.14"; all if not given.')


class LateFields(Record):
    """An alias for whichever process stops first."""

    name = "a late name"

    first = Field(
        Either[str | tuple[Written[str], ...]](LINE, ListOf(LINE, 1)),
        "Which processes: a pattern such as `main.*`, or a list of names and patterns.",
        required=True,
    )


_ALIASED = Either[str | LateFields](LINE, Nested(LateFields))
AliasEntries: TypeAlias = tuple[tuple[Written[str], Written[str | LateFields]], ...]

_MARK = Either[str | MarkFields](LINE, Nested(MarkFields))
MarkEntries: TypeAlias = tuple[tuple[Written[str], Written[str | MarkFields]], ...]


class ScenarioFields(Record):
    """The keys of a scenario and of each of its variants."""

    name = "a variant"
    cures: ClassVar = {
        "format": "only the top level has it",
        "id": "a variant's id is its name",
        "variants": "a variant has no variants of its own",
    }

    title = Field(LINE, "The title.", translated=LINE)
    intro = Field(PROSE, "Shown before the first step. Markdown.", translated=PROSE)
    outro = Field(PROSE, "Shown after the last step. Markdown.", translated=PROSE)
    teaches = Field(COMMANDS, "Long names of the pdb commands that it teaches; each is used by a step.")
    targets = Field(
        ListOf(MISCONCEPTION), "Misconceptions that it addresses, ids from the pack's misconceptions.yaml."
    )
    level = Field[Level](OneOf(_LEVELS), "`core` if not given.")
    run = Field(
        LINE,
        "The command line, as a person would type it: `python …`, or a console script such as `pytest …`.",
    )
    background = Field(LINE, "A command line started before `run`; `{pid}` in `run` is its pid.")
    files = Field(
        ListOf(Text(what="a path", one_line=True)),
        "Files to copy into the work folder, relative to this file; the script of `run` if not given.",
    )
    python = Field(LINE, 'The Pythons that it runs on, such as ">=3.14"; it is skipped on others.')
    start_method = Field[StartMethod](OneOf(_START_METHODS), "The default start method of multiprocessing.")
    terminals = Field[TerminalMode](
        OneOf(_TERMINALS), "One terminal per process (the default), or one for all."
    )
    columns = Field(Int(20, 1000), "Width of the terminals in characters, 1000 if not given.")
    env = Field(MapOf(LINE, Text()), "Extra environment variables.")
    pdbrc = Field(Text(), "The session's .pdbrc.")
    marks = Field[MarkEntries](
        MapOf(MARK_NAME, _MARK), "Names for source lines: text that only this line contains."
    )
    grade = Field[Strictness](
        OneOf(_STRICTNESS), "`exact` (default), or `demo`: only what is given is asserted."
    )
    timeout = Field(Seconds(600, zero=False), "Bound for one step in seconds, 10 if not given.")
    limits = Field(Nested(LimitFields), "What the program may use up, such as {processes: 20}.")
    xfail = Field(
        Nested(XfailFields), "It is known to fail, and why; when it passes all the same, that is a failure."
    )
    alias = Field[AliasEntries](
        MapOf(ALIAS_NAME, _ALIASED),
        "Better names for processes, such as `worker: main.1`, or `worker: {first: main.*}`.",
    )
    steps = Field(
        ListOf(Nested(StepFields), 1, MAX_STEPS),
        "The steps, in order.",
        translated=ListOf(Nested(StepOverlay), 1),
    )


class ScenarioOverlay(Record):
    """The translated prose of a variant."""

    name = "a translated variant"
    more: ClassVar = translations(ScenarioFields)


class FileFields(ScenarioFields):
    """The top level of a scenario file."""

    name = "a scenario"
    cures: ClassVar = {
        "name": "the scenario's name is its `id`",
        "description": "prose before the first step is `intro`",
    }

    format = Field(Int(FORMAT, FORMAT), "The version of the format: 1.", required=True)
    id = Field(ID, "Its id: kebab-case, the same as the file's name.", required=True)
    variants = Field(
        MapOf(ID, Nested(ScenarioFields), MAX_VARIANTS),
        "More sequences of the same lesson; each is a scenario of its own, `id[name]`.",
        translated=MapOf(ID, Nested(ScenarioOverlay)),
    )


class FileOverlay(ScenarioOverlay):
    """The translated prose of a scenario file."""

    name = "a translation"
    more: ClassVar = translations(FileFields)
