"""Misconceptions: what learners believe, and what is true.

A misconceptions.yaml belongs to a pack, or to several packs if it is in the folder above them; scenarios name
its ids in ``targets``. ``misconceptions.zh.yaml`` beside it translates titles and explanations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace

from pdbcoach.errors import ScenarioError, Span
from pdbcoach.form.records import Field, Nested, Record, translations
from pdbcoach.form.shapes import Int, ListOf, Text, Written, did_you_mean, value_or
from pdbcoach.form.source import Problems, pack_root, read_yaml
from pdbcoach.scenario.claims import checked_ids
from pdbcoach.scenario.fields import MISCONCEPTION
from pdbcoach.scenario.model import Misconception
from pdbcoach.scenario.overlay import find_overlay
from pdbcoach.scenario.version import FORMAT, check_format

MISCONCEPTIONS_FILE = "misconceptions.yaml"

_TITLE = Text(r"\S.*", "a title", one_line=True)
_EXPLANATION = Text(r"(?s:\S.*)", "an explanation")
_SOURCE = Text(r"\S.*", "a source", one_line=True)


class MisconceptionFields(Record):
    """One misconception."""

    name = "a misconception"

    id = Field(MISCONCEPTION, "Its id, which `targets` of scenarios name.", required=True)
    title = Field(_TITLE, "The misconception, as a learner would say it.", required=True, translated=_TITLE)
    explanation = Field(
        _EXPLANATION, "What is true, and what to do. Markdown.", required=True, translated=_EXPLANATION
    )
    source = Field(_SOURCE, "Where it was met, or where the truth is written down.", required=True)


class MisconceptionsFields(Record):
    """A misconceptions.yaml."""

    name = "a list of misconceptions"

    format = Field(Int(FORMAT, FORMAT), "The version of the format: 1.", required=True)
    misconceptions = Field(ListOf(Nested(MisconceptionFields), 1), "The misconceptions.", required=True)


class MisconceptionOverlay(Record):
    """One translated misconception."""

    name = "a translated misconception"
    cures: ClassVar = {"source": "only `title` and `explanation` are translated"}

    id = Field(MISCONCEPTION, "The id of the misconception.", required=True)
    more: ClassVar = translations(MisconceptionFields)


class MisconceptionsOverlay(Record):
    """A misconceptions.zh.yaml."""

    name = "a translated list of misconceptions"

    misconceptions = Field(
        ListOf(Nested(MisconceptionOverlay), 1), "The translated misconceptions.", required=True
    )


def file_of(root: Path) -> Path | None:
    """Return the list of misconceptions of the pack ``root``: its own, or the one in the folder above."""
    candidates = (folder / MISCONCEPTIONS_FILE for folder in (root, root.parent))
    return next((file for file in candidates if file.is_file()), None)


def misconceptions_of(path: Path, lang: str = "") -> Mapping[str, Misconception]:
    """Return the misconceptions that the scenario file or pack folder ``path`` may name, by id.

    With ``lang`` (such as ``zh`` or ``zh_CN.UTF-8``), from the overlay of that language if there is one.
    Raises ``ScenarioError`` with everything that is wrong with the list or its overlay.
    """
    root = pack_root((path if path.is_dir() else path.parent).resolve())
    file = file_of(root)
    if file is None:
        return {}
    checked = checked_ids(root)
    found = load_misconceptions(file, lang)
    return {id_: replace(one, is_checked=id_ in checked) for id_, one in found.items()}


def load_misconceptions(file: Path, lang: str = "") -> Mapping[str, Misconception]:
    """Return the misconceptions in a misconceptions.yaml, by id and in its order."""
    node, problems = read_yaml(file)
    check_format(node, problems)
    record = MisconceptionsFields.read(node, problems)
    found: dict[str, Misconception] = {}
    first: dict[str, int] = {}
    for item in record.misconceptions.value if record and record.misconceptions else ():
        _once(item.value.id, first, problems)
        if (made := _misconception(item.value)) is not None:
            found[made.id] = made
    problems.raise_if_any()
    overlay = find_overlay(file, lang)
    return found if overlay is None else _translate(found, file, overlay)


def places(file: Path) -> Mapping[str, Span]:
    """Return where each misconception of a valid ``file`` is."""
    record = MisconceptionsFields.read(*read_yaml(file))
    items = value_or(record.misconceptions, ()) if record else ()
    return {item.value.id.value: item.value.id.span for item in items if item.value.id is not None}


def check_targets(targets: Sequence[Written[str]], root: Path, problems: Problems) -> None:
    """Report every target that the misconceptions.yaml of the pack ``root`` does not have.

    If there is no such file, nothing can be checked.
    """
    file = file_of(root)
    if file is None or not targets:
        return
    try:
        known = _ids(file, file.stat().st_mtime_ns)
    except ScenarioError as error:
        first = error.problems[0]
        for target in targets:
            problems.add(target.span, f"`{target.value}` cannot be looked up; {first.span}: {first.message}")
        return
    for target in targets:
        if target.value not in known:
            problems.add(target.span, f"`{target.value}` is not in {file}{did_you_mean(target.value, known)}")


@lru_cache(maxsize=8)
def _ids(file: Path, changed: int) -> frozenset[str]:
    """Return the ids in ``file``. All scenarios of a pack ask; ``changed`` is part of the cache's key."""
    return frozenset(load_misconceptions(file))


def _misconception(record: MisconceptionFields) -> Misconception | None:
    match record.id, record.title, record.explanation, record.source:
        case Written(id_), Written(title), Written(explanation), Written(source):
            return Misconception(id_, title, explanation.strip(), source)
    return None


def _translate(
    originals: Mapping[str, Misconception], file: Path, overlay: Path
) -> Mapping[str, Misconception]:
    node, problems = read_yaml(overlay)
    record = MisconceptionsOverlay.read(node, problems)
    found = dict(originals)
    first: dict[str, int] = {}
    for item in record.misconceptions.value if record and record.misconceptions else ():
        written = item.value
        _once(written.id, first, problems)
        if written.id is None:
            continue
        original = originals.get(written.id.value)
        if original is None:
            guess = did_you_mean(written.id.value, originals)
            problems.add(written.id.span, f"`{written.id.value}` is not in {file}{guess}")
            continue
        texts = {key: text.value.strip() for key, text in written.written.items() if key != "id"}
        found[original.id] = replace(original, **texts)
    problems.raise_if_any()
    return found


def _once(id_: Written[str] | None, first: dict[str, int], problems: Problems) -> None:
    if id_ is None:
        return
    if id_.value in first:
        problems.add(id_.span, f"`{id_.value}` is there twice; it is already on line {first[id_.value]}")
    first.setdefault(id_.value, id_.span.line)
