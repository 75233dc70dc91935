"""Claims: statements about pdb and Python on which texts rest, each with a probe that proves it.

A claims.yaml belongs to a pack, or to several packs if it is in the folder above them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from pdbcoach.errors import ScenarioError, Span
from pdbcoach.form.records import Field, Nested, Record
from pdbcoach.form.shapes import Flag, Int, ListOf, MapOf, Seconds, Text, Written, value_or
from pdbcoach.form.source import Problems, pack_root, read_yaml
from pdbcoach.scenario.commandline import CommandLineError, parse
from pdbcoach.scenario.expect import check_python
from pdbcoach.scenario.fields import ID, LINE
from pdbcoach.scenario.model import Scenario
from pdbcoach.scenario.version import FORMAT, check_format

CLAIMS_FILE = "claims.yaml"

_TEXT = Text(r"(?s:.*\S.*)", "a text that is not empty")
_WORK_FILE = Text(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*", "a path inside the work folder")


class OutcomeFields(Record):
    """What a probe shows on some Pythons."""

    name = "an item of `then`"

    python = Field(LINE, 'The Pythons that it is about, such as ">=3.13"; all if not given.')
    shows = Field(ListOf(_TEXT, 1), "Texts that come in this order.")
    lacks = Field(ListOf(_TEXT, 1), "Texts that come nowhere.")
    exit = Field(Int(-64, 255), "The exit status; negative: the number of the signal that killed it.")
    running = Field(Flag(), "Whether it still runs when the time is up.")


class ClaimFields(Record):
    """One claim."""

    name = "a claim"

    id = Field(ID, "Its id: kebab-case.", required=True)
    for_ = Field(ListOf(LINE, 1), "The misconceptions and scenarios that rest on it, by id.", required=True)
    claim = Field(_TEXT, "What is true, in a sentence.", required=True)
    files = Field(MapOf(_WORK_FILE, Text()), "The program: files by name, with their text.", required=True)
    run = Field(LINE, "The command line that starts it.", required=True)
    type = Field(ListOf(LINE), "The lines that are typed; `^C` and `^D` press Ctrl-C and Ctrl-D.")
    within = Field(Seconds(60, zero=False), "Seconds for each line, 10 if not given.")
    then = Field(ListOf(Nested(OutcomeFields), 1), "What the probe shows.", required=True)


class ClaimsFields(Record):
    """A claims.yaml."""

    name = "a list of claims"

    format = Field(Int(FORMAT, FORMAT), "The version of the format: 1.", required=True)
    claims = Field(ListOf(Nested(ClaimFields), 1), "The claims.", required=True)


class ProbeOutcome(Struct, frozen=True):
    """What a probe shows on the Pythons in ``python``, a PEP 440 specifier."""

    python: str
    shows: tuple[str, ...]
    lacks: tuple[str, ...]
    exit: int | None
    """An exit status, negative for a signal."""
    running: bool
    """Whether it still runs when the time is up."""


class Claim(Struct, frozen=True):
    """A statement about pdb or Python, and the probe that would fail if it were false."""

    id: str
    span: Span
    about: tuple[str, ...]
    """The ids of the misconceptions and scenarios that rest on it."""
    files: Mapping[str, str]
    run: tuple[str, ...]
    """The words after ``python``."""
    type: tuple[str, ...]
    within: float
    then: tuple[ProbeOutcome, ...]


def claims_files(root: Path) -> Sequence[Path]:
    """Return the lists of claims of the pack ``root``: its own, and the one in the folder above."""
    return [file for folder in (root, root.parent) if (file := folder / CLAIMS_FILE).is_file()]


def checked_ids(root: Path) -> frozenset[str]:
    """Return the ids of all misconceptions and scenarios on which a claim of the pack ``root`` is."""
    claims = (claim for file in claims_files(root) for claim in load_claims(file).values())
    return frozenset(id_ for claim in claims for id_ in claim.about)


def claims_about(scenarios: Sequence[Scenario]) -> Sequence[Claim]:
    """Return the claims on which the scenarios, or the misconceptions that they target, rest.

    Lists with problems are left out.
    """
    about = {name for one in scenarios for name in (*one.targets, one.path.with_suffix(""))}
    roots = dict.fromkeys(pack_root(one.path.parent) for one in scenarios)
    claims: list[Claim] = []
    for file in dict.fromkeys(file for root in roots for file in claims_files(root)):
        with suppress(ScenarioError):
            found = load_claims(file).values()
            claims += (one for one in found if any({id_, file.parent / id_} & about for id_ in one.about))
    return claims


def load_claims(file: Path) -> Mapping[str, Claim]:
    """Return the claims in ``file`` by id. Raises ``ScenarioError`` with everything that is wrong with it."""
    node, problems = read_yaml(file)
    check_format(node, problems)
    record = ClaimsFields.read(node, problems)
    found: dict[str, Claim] = {}
    for item in value_or(record.claims, ()) if record else ():
        if (claim := _claim(item.value, problems)) is None:
            continue
        if claim.id in found:
            problems.add(
                item.span, f"`{claim.id}` is there twice; it is already on line {found[claim.id].span.line}"
            )
        found[claim.id] = claim
    problems.raise_if_any()
    return found


def _claim(record: ClaimFields, problems: Problems) -> Claim | None:
    then = tuple(_outcome(item, problems) for item in value_or(record.then, ()))
    if record.id is None or record.run is None:
        return None
    try:
        run = parse(record.run.value)
    except CommandLineError as error:
        problems.add(record.run.span, str(error))
        return None
    return Claim(
        record.id.value,
        record.id.span,
        tuple(one.value for one in value_or(record.for_, ())),
        {name.value: text.value for name, text in value_or(record.files, ())},
        run.words,
        tuple(line.value for line in value_or(record.type, ())),
        value_or(record.within, 10.0),
        then,
    )


def _outcome(item: Written[OutcomeFields], problems: Problems) -> ProbeOutcome:
    record = item.value
    if record.python is not None:
        check_python(record.python, problems)
    proofs = (OutcomeFields.shows, OutcomeFields.lacks, OutcomeFields.exit, OutcomeFields.running)
    if not record.given(*proofs):
        problems.add(item.span, "this proves nothing; write `shows`, `lacks`, `exit` or `running`")
    return ProbeOutcome(
        value_or(record.python, ""),
        tuple(text.value for text in value_or(record.shows, ())),
        tuple(text.value for text in value_or(record.lacks, ())),
        value_or(record.exit, None),
        value_or(record.running, False),
    )
