"""Keep the translated choices of a prediction in step with those of the scenario that are values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.authoring.edits import Document
from pdbcoach.scenario.model import Scenario
from pdbcoach.scenario.overlay import overlays_of


class Rewritten(Struct, frozen=True):
    """A file before and after."""

    path: Path
    before: str
    after: str


def follow(path: Path, before: Sequence[Scenario], after: Sequence[Scenario]) -> tuple[Rewritten, ...]:
    """Return the translations of ``path`` in which a choice that has changed is written as it was."""
    changes = list(_changes(before, after))
    found = []
    for file in overlays_of(path).values() if changes else ():
        document = Document(file.read_bytes().decode("utf-8"))
        for keys, old, new in changes:
            node = document.find(keys)
            if isinstance(node, yaml.ScalarNode) and node.value == old:
                document.replace_scalar(node, new)
        text = document.result()
        if text != document.text:
            found.append(Rewritten(file, document.text, text))
    return tuple(found)


def _changes(
    before: Sequence[Scenario], after: Sequence[Scenario]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Yield where a choice is in a translation, what it was, and what it is."""
    for old, new in zip(before, after, strict=True):
        variant = old.id.partition("[")[2].removesuffix("]")
        for number, (one, other) in enumerate(zip(old.steps, new.steps, strict=True)):
            if one.prose.predict is None or other.prose.predict is None:
                continue
            pairs = zip(one.prose.predict.choices, other.prose.predict.choices, strict=True)
            for at, (was, now) in enumerate(pairs):
                if was != now:
                    keys = ("steps", number, "predict", "choices", at)
                    yield keys, was, now
                    if variant:
                        yield ("variants", variant, *keys), was, now
