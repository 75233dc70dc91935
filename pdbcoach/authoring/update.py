"""Rewrite the expectations of a scenario file that no longer match, and leave every other byte alone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.authoring.difference import BY_HAND, Difference
from pdbcoach.authoring.edits import Document
from pdbcoach.authoring.quotes import changed_values, quotes
from pdbcoach.authoring.rewrite import Edits
from pdbcoach.authoring.translations import Rewritten, follow
from pdbcoach.authoring.unstable_text import what_varied
from pdbcoach.errors import ScenarioError, Span
from pdbcoach.replay.actions import Options
from pdbcoach.replay.result import ScenarioResult, Target
from pdbcoach.replay.runner import finish
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.model import Scenario
from pdbcoach.scenario.packs import Found, select

RUNS: Final = 3
"""Replays in a row that must pass without any edit before the file counts as up to date."""

_ROUNDS: Final = 8
"""Rewrites after which the file counts as one that never settles."""


class Updated(Struct, frozen=True):
    """The file before and after, its translations that follow it, and what a person should know."""

    file: Rewritten
    translations: tuple[Rewritten, ...] = ()
    unverified: tuple[str, ...] = ()
    """For each scenario that was skipped or is known to fail: its id and the reason."""
    notes: tuple[str, ...] = ()
    """What steps no longer assert, and texts that quote a value which has changed."""

    @property
    def before(self) -> str:
        return self.file.before

    @property
    def after(self) -> str:
        return self.file.after

    @property
    def files(self) -> tuple[Rewritten, ...]:
        """Every file that changes."""
        return (self.file, *self.translations)

    def diff(self) -> str:
        """Return what changes as unified diffs."""
        return "".join(map(_diff, self.files))


class NotUpdated(Struct, frozen=True):
    """The file can't be made to pass by rewriting expectations: nothing should be written."""

    path: Path
    reasons: tuple[Difference, ...]
    skipped: bool = False
    """None of its scenarios runs on this Python."""


def _diff(file: Rewritten) -> str:
    lines = difflib.unified_diff(
        file.before.splitlines(keepends=True),
        file.after.splitlines(keepends=True),
        f"{file.path} (as it is)",
        f"{file.path} (updated)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)


class _Round(Struct, frozen=True):
    """One replay of the chosen scenarios, and the text with the edits that it calls for."""

    text: str
    differences: tuple[Difference, ...]
    """One for each failure or conflict between scenarios; final once a round has no edit."""
    results: tuple[ScenarioResult, ...]

    @property
    def failed(self) -> frozenset[str]:
        return frozenset(one.scenario.id for one in self.results if one.verdict == "failed")


def update(found: Found, targets: Sequence[Target]) -> Updated | NotUpdated:
    """Return the text of a file, or of one variant, whose expectations hold on all ``targets``.

    Nothing is written. Raises ``PdbcoachError`` if the file or a target can't be run.
    """
    load(found.path)  # explains a file that isn't UTF-8 or can't be read
    before = after = found.path.read_bytes().decode("utf-8")
    updates: dict[Target, Updated] = {}
    skipped: NotUpdated | None = None
    for target in targets:
        match _update(found, target, after):
            case Updated() as updated:
                updates[target], after = updated, updated.after
            case NotUpdated(skipped=True) as skipped:
                pass
            case other:
                return other
    for target in list(updates)[:-1]:
        again = _update(found, target, after)
        if isinstance(again, NotUpdated) or again.after != after:
            return NotUpdated(found.path, (_different_on(target, Span(found.path, 1, 1)),))
    if not updates:
        assert skipped is not None
        return skipped
    unverified = dict.fromkeys(one for updated in updates.values() for one in updated.unverified)
    old, new = load(found.path), load(found.path, text=after)
    changes = changed_values(old, new, next(iter(updates)).version)
    notes = (*_lost(old, new), *map(str, quotes(found.path, after, changes)))
    file = Rewritten(found.path, before, after)
    return Updated(file, follow(found.path, old, new), tuple(unverified), notes)


def _lost(before: Sequence[Scenario], after: Sequence[Scenario]) -> Iterator[str]:
    """Say what the steps assert no longer, because nothing of the kind comes any more."""
    for old, new in zip(before, after, strict=True):
        for number, (one, other) in enumerate(zip(old.steps, new.steps, strict=True), start=1):
            for fact in one.facts:
                if other.facts.of(type(fact)) is None:
                    what = f"step {number} no longer asserts `{fact.key}` ({fact.words()})"
                    yield f"{fact.span.file}:{fact.span.line}: {what}"


def _update(found: Found, target: Target, text: str) -> Updated | NotUpdated:
    """Return ``text`` with expectations that hold on one target, confirmed by ``RUNS`` replays.

    Each round replays the text and rewrites what differs, until a replay needs no edit.
    """
    texts = [text]
    before = seen = _replayed(texts[-1], found, target)
    while seen.text != texts[-1]:
        if seen.text in texts or len(texts) > _ROUNDS:
            return NotUpdated(found.path, (_unsettled(texts[-1], before, seen),))
        texts.append(seen.text)
        before, seen = seen, _again(seen, found, target)
    unverified = tuple(_unverified(one) for one in seen.results if one.verdict in ("skipped", "xfailed"))
    for _ in range(RUNS - 1):
        if seen.differences or len(unverified) == len(seen.results):
            return NotUpdated(found.path, seen.differences or unverified, skipped=not seen.differences)
        seen = _again(seen, found, target)
        if seen.text != texts[-1]:
            return NotUpdated(found.path, (_unstable(texts[-1], seen),))
    if seen.differences:
        return NotUpdated(found.path, seen.differences)
    file = Rewritten(found.path, texts[0], texts[-1])
    return Updated(file, unverified=tuple(one.what for one in unverified))


def _replayed(text: str, found: Found, target: Target) -> _Round:
    scenarios = load(found.path, text=text)
    document = Document(text)
    chosen = select(scenarios, found)
    others = {step.span: one.id for one in scenarios if one not in chosen for step in one.steps}
    differences: list[Difference] = []
    results = []
    for scenario in chosen:
        results.append(finish(scenario, target, options=Options(go_on=True)))
        differences += Edits(document, scenario, target, others).make(results[-1])
    line = document.conflict()
    if line is not None:
        return _Round(text, (_shared(Span(found.path, line, 1)),), tuple(results))
    return _Round(document.result(), tuple(differences), tuple(results))


def _again(before: _Round, found: Found, target: Target) -> _Round:
    """Replay the text that a round has made. If it can't be read, the round's differences are final."""
    try:
        return _replayed(before.text, found, target)
    except ScenarioError as error:
        problem = error.problems[0]
        nearest = min(before.differences, key=lambda one: abs(one.span.line - problem.span.line))
        what = f"`{problem.source.strip()}` would be needed here: {problem.message}"
        return replace(before, differences=(replace(nearest, what=what, cure=BY_HAND),))


def _unsettled(old: str, before: _Round, seen: _Round) -> Difference:
    """Explain a file that changes again after each rewrite."""
    if seen.failed.isdisjoint(before.failed):
        return _shared(seen.differences[0].span)
    return _unstable(old, seen)


def _different_on(target: Target, span: Span) -> Difference:
    """Explain a file that needs one text on this Python and another one on the others."""
    what = f"what Python {target.version} gives and what the other Pythons give can't both be written"
    return Difference(span, what, "write `{python: …, then: …}` in `expect`, or update it with one --python")


def _shared(span: Span) -> Difference:
    what = f"line {span.line} is shared by scenarios in which it would have to be different"
    return Difference(span, what, "give each variant steps of its own")


def _unstable(old: str, seen: _Round) -> Difference:
    """Explain a text that passed or was rewritten once, and differs in the next replay."""
    first = seen.differences[0]
    if first.key != "expect":
        cure = f"leave `{first.key}` out, or make the program do the same each time"
        return replace(first, what=f"{first.what}; it is different each time", cure=cure)
    what, cure = what_varied(old, seen.text)
    return replace(first, what=what, cure=cure)


def _unverified(result: ScenarioResult) -> Difference:
    """Say why the expectations of a scenario were neither confirmed nor rewritten."""
    scenario = result.scenario
    if result.verdict == "xfailed" and scenario.xfail is not None:
        what = f"{scenario.id} is known to fail, so its expectations stay as they are: {result.reason}"
        return Difference(scenario.xfail.span, what, "delete `xfail` if it should pass")
    what = f"{scenario.id} was not replayed on Python {result.target.version}: it {result.reason}"
    return Difference(scenario.span, what, "name another Python with --python, or leave the sandbox out")
