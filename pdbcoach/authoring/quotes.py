"""Texts that quote a value which has changed: a person has to read them again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.errors import ScenarioError, Span
from pdbcoach.form.source import read_yaml
from pdbcoach.matching import answers
from pdbcoach.pdb.literals import elements
from pdbcoach.scenario.fields import FileOverlay, PredictOverlay, StepOverlay, WrongOverlay
from pdbcoach.scenario.model import Predict, Scenario
from pdbcoach.scenario.overlay import overlays_of

_PROSE = frozenset().union(
    *(one.fields() for one in (FileOverlay, StepOverlay, PredictOverlay, WrongOverlay))
)
"""Keys of texts, or of what contains texts: those that are translated."""

_QUOTED = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")


class Quote(Struct, frozen=True):
    span: Span
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.span.file}:{self.span.line}: this text quotes `{self.old}`, which is `{self.new}` now"


def changed_values(before: Sequence[Scenario], after: Sequence[Scenario], python: str) -> dict[str, str]:
    """Return the values that the steps no longer state, each with what they state instead."""
    changes: dict[str, str] = {}
    for old, new in zip(before, after, strict=True):
        for step, other in zip(old.steps, new.steps, strict=True):
            question = Predict(step.span, "")
            was, now = (answers.stated(one, question, python) for one in (step, other))
            for key in was.keys() & now.keys():
                changes |= dict(_differing(was[key], now[key]))
    return changes


def quotes(path: Path, text: str, changes: dict[str, str]) -> Iterator[Quote]:
    """Yield the texts of a scenario with the content ``text``, and of its translations, that quote one."""
    if not changes:
        return
    for file in (path, *overlays_of(path).values()):
        try:
            root, problems = read_yaml(file, text if file == path else None)
        except ScenarioError:
            continue  # a translation that can't be read is a finding of `check`
        for scalar in _texts(root):
            for found in _QUOTED.finditer(scalar.value):
                old = found[1] or found[2]
                if old in changes:
                    yield Quote(problems.span(scalar), old, changes[old])


def _differing(was: str, now: str) -> Iterator[tuple[str, str]]:
    if was == now:
        return
    yield was, now
    for old, new in zip_longest(elements(was), elements(now)):
        if old is not None and old != new:
            yield old, "gone" if new is None else new


def _texts(node: yaml.Node, is_text: bool = False) -> Iterator[yaml.ScalarNode]:
    match node:
        case yaml.ScalarNode() if is_text:
            yield node
        case yaml.SequenceNode(value=items):
            for item in items:
                yield from _texts(item, is_text)
        case yaml.MappingNode(value=entries):
            for key, value in entries:
                nested = key.value in ("steps", "variants") or isinstance(value, yaml.MappingNode)
                if key.value in _PROSE or nested:
                    yield from _texts(value, is_text=key.value in _PROSE)
        case _:
            pass
