"""Translations: files beside a scenario or a pack.yaml that replace its prose and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.form.records import Record
from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import Problems, read_yaml
from pdbcoach.pdb.literals import kind
from pdbcoach.scenario import placeholders
from pdbcoach.scenario.fields import (
    PROSE,
    FileFields,
    FileOverlay,
    ScenarioFields,
    ScenarioOverlay,
    StepOverlay,
)
from pdbcoach.scenario.marks import Marks
from pdbcoach.scenario.model import Pack, Predict, Scenario, Step
from pdbcoach.scenario.pack_fields import PackOverlay
from pdbcoach.scenario.steps import check_letters

S = TypeVar("S", bound=Struct)


def find_overlay(path: Path, lang: str) -> Path | None:
    """Return the overlay of the file ``path`` for a language or locale; None if there is none.

    For ``zh_CN.UTF-8`` it looks for ``zh_CN``, ``zh-CN`` and ``zh``, in this order.
    """
    tag = re.split("[.@]", lang, maxsplit=1)[0]
    if not re.fullmatch("[A-Za-z0-9]+([_-][A-Za-z0-9]+)*", tag):
        return None
    language = re.split("[_-]", tag)[0]
    for name in dict.fromkeys((tag, tag.replace("_", "-"), tag.replace("-", "_"), language)):
        overlay = path.with_name(f"{path.stem}.{name}{path.suffix}")
        if overlay.is_file():
            return overlay
    return None


def overlays_of(path: Path) -> dict[str, Path]:
    """Return the overlays of the file ``path`` by what stands for the language in their names, in order."""
    overlays = sorted(path.parent.glob(f"{path.stem}.*{path.suffix}"))
    return {one.name[len(path.stem) + 1 : -len(path.suffix)]: one for one in overlays}


def translate(
    scenarios: Sequence[Scenario], variants: Mapping[str, ScenarioFields], path: Path
) -> tuple[Scenario, ...]:
    """Return the ``scenarios`` of one file with the prose of the overlay ``path``.

    ``variants`` are the file's own, by name. What a variant inherits is translated at the overlay's
    top level. Raises ``ScenarioError`` if the overlay does not fit the scenario.
    """
    node, problems = read_yaml(path)
    overlay = FileOverlay.read(node, problems)
    problems.raise_if_any()
    assert overlay is not None
    own = _own_overlays(overlay, variants, problems)
    translated = []
    used: set[str] = set()
    for scenario in scenarios:
        variant = scenario.id.partition("[")[2].removesuffix("]")
        given = variants[variant].keys if variant else ()
        inherited = overlay.written.keys() - {FileFields.variants.key, *given}
        used |= inherited
        written = {key: overlay.written[key] for key in inherited}
        if variant in own:
            written |= own[variant].written
        translated.append(_translate(scenario, ScenarioOverlay(overlay.span, written, {}), problems))
    steps = ScenarioFields.steps.key
    if steps in overlay.written and steps not in used:
        problems.add(
            overlay.keys[steps], "the scenario has steps only in its `variants`; so must the translation"
        )
    problems.raise_if_any()
    return tuple(translated)


def translate_pack(pack: Pack, path: Path) -> Pack:
    """Return ``pack`` with the texts of the overlay ``path``. Raises ``ScenarioError``."""
    node, problems = read_yaml(path)
    overlay = PackOverlay.read(node, problems)
    problems.raise_if_any()
    assert overlay is not None
    return replace(pack, **{key: written.value for key, written in overlay.written.items()})


def _own_overlays(
    overlay: FileOverlay, variants: Mapping[str, ScenarioFields], problems: Problems
) -> dict[str, ScenarioOverlay]:
    """Return the overlays of the variants, by name. Each must belong to a variant of the scenario."""
    entries: Written[tuple[tuple[Written[str], Written[ScenarioOverlay]], ...]] | None
    entries = overlay.written.get(FileFields.variants.key)
    own: dict[str, ScenarioOverlay] = {}
    for name, record in entries.value if entries is not None else ():
        own[name.value] = record.value
        if name.value not in variants:
            guess = did_you_mean(name.value, variants)
            problems.add(name.span, f"the scenario has no variant `{name.value}`{guess}")
    return own


def _translate(scenario: Scenario, overlay: ScenarioOverlay, problems: Problems) -> Scenario:
    marks, fields = Marks(scenario.marks), ScenarioOverlay.fields()
    texts: dict[str, str] = {
        key: marks.in_prose(written.value) if fields[key].shape == PROSE else written.value
        for key, written in overlay.written.items()
        if isinstance(written.value, str)
    }
    return replace(scenario, **texts, steps=_steps(scenario, overlay, marks, problems))


def _steps(
    scenario: Scenario, overlay: ScenarioOverlay, marks: Marks, problems: Problems
) -> tuple[Step, ...]:
    steps = scenario.steps
    written: Written[tuple[Written[StepOverlay], ...]] | None
    written = overlay.written.get(ScenarioFields.steps.key)
    if written is None:
        return steps
    if len(written.value) != len(steps):
        problems.add(
            written.span,
            f"{len(written.value)} steps are translated, {scenario.id} has {len(steps)}; "
            f"write `{{}}` for a step without translation",
        )
        return steps
    pairs = enumerate(zip(steps, written.value, strict=True), start=1)
    return tuple(
        replace(step, prose=_StepTranslation(number, marks, problems).of(step.prose, record.value))
        for number, (step, record) in pairs
    )


class _StepTranslation(Struct, frozen=True):
    """Translates one step. Prose that the step does not have is a problem: nobody would see it."""

    number: int
    marks: Marks
    problems: Problems

    def of(self, original: S, overlay: Record) -> S:
        """Return ``original`` with the texts of ``overlay``, whose keys are the names of its attributes."""
        changes = {
            key: self._value(key, getattr(original, key), written) for key, written in overlay.written.items()
        }
        if isinstance(original, Predict) and (shown := changes.pop("choices", None)) is not None:
            changes["shown"] = shown
            self._check_choices(original, shown, overlay.written["choices"].span)
        return replace(original, **changes)

    def _check_choices(self, original: Predict, shown: Sequence[str], span: Span) -> None:
        """Report translated values: what came is compared with the scenario's own."""
        check_letters(shown, span, self.problems)
        for choice, other in zip(original.choices, shown, strict=True):
            if other != choice and kind(choice) is not None:
                self.problems.add(span, f"`{choice}` is a value; leave it as it is, not `{other}`")

    def _value(self, key: str, original: Any, written: Written[Any]) -> Any:
        match written.value:
            case str(text):
                if not original:
                    self._missing(key, written.span)
                translated = self.marks.in_prose(text)
                if original and key != "choices":
                    self._check_placeholders(key, original, translated, written.span)
                return translated
            case Record() as record:
                if original is None:
                    self._missing(key, written.span)
                    return None
                return self.of(original, record)
            case items:
                if not self._same_length(key, len(original), len(items), written.span):
                    return original
                return tuple(self._value(key, *pair) for pair in zip(original, items, strict=True))

    def _check_placeholders(self, key: str, original: str, translated: str, span: Span) -> None:
        wanted, found = placeholders.names_in(original), placeholders.names_in(translated)
        for names, others, how in ((wanted, found, "missing"), (found, wanted, "not in the scenario's text")):
            for name in names:
                if name not in others:
                    self.problems.add(span, f"step {self.number}, `{key}`: `{name}` is {how}")

    def _same_length(self, key: str, wanted: int, found: int, span: Span) -> bool:
        if wanted and wanted != found:
            self.problems.add(
                span, f"step {self.number} of the scenario has {wanted} `{key}`, this has {found}"
            )
        elif not wanted:
            self._missing(key, span)
        return wanted == found

    def _missing(self, key: str, span: Span) -> None:
        self.problems.add(span, f"step {self.number} of the scenario has no `{key}` to translate")
