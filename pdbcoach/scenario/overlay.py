"""Translations: files beside a scenario or a pack.yaml that replace its prose and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import Problems, read_yaml
from pdbcoach.scenario.fields import (
    FileOverlay,
    PackOverlay,
    PredictOverlay,
    ScenarioFields,
    ScenarioOverlay,
    StepOverlay,
)
from pdbcoach.scenario.marks import Marks
from pdbcoach.scenario.model import Pack, Predict, Prose, Scenario, Step


def find_overlay(path: Path, lang: str) -> Path | None:
    """The overlay of the file ``path`` for a language or locale, if there is one.

    ``zh_CN.UTF-8`` is looked for as ``zh_CN``, ``zh-CN`` and ``zh``, in this order.
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


def translate(
    scenarios: Sequence[Scenario], variants: Mapping[str, ScenarioFields], path: Path
) -> tuple[Scenario, ...]:
    """``scenarios`` of one file with the prose that the overlay ``path`` has.

    ``variants`` are the file's own, by name: what a variant inherits is translated at the overlay's
    top level. Raises ``ScenarioError`` when the overlay has another shape than the scenario.
    """
    node, problems = read_yaml(path)
    overlay = FileOverlay.read(node, problems)
    problems.raise_if_any()
    assert overlay is not None
    own: dict[str, ScenarioOverlay] = {}
    for name, record in overlay.variants.value if overlay.variants else ():
        own[name.value] = record.value
        if name.value not in variants:
            guess = did_you_mean(name.value, variants)
            problems.add(name.span, f"the scenario has no variant `{name.value}`{guess}")
    translated = []
    used: set[str] = set()
    for scenario in scenarios:
        variant = scenario.id.partition("[")[2].removesuffix("]")
        taken = [key for key in ScenarioOverlay.fields() if not variant or key not in variants[variant].keys]
        used.update(taken)
        written = {key: overlay.written[key] for key in taken if key in overlay.written}
        if variant in own:
            written |= own[variant].written
        translated.append(_translate(scenario, ScenarioOverlay(overlay.span, written, {}), problems))
    if overlay.steps is not None and "steps" not in used:
        problems.add(
            overlay.keys["steps"], "the scenario has steps only in its `variants`; so must the translation"
        )
    problems.raise_if_any()
    return tuple(translated)


def translate_pack(pack: Pack, path: Path) -> Pack:
    """``pack`` with the title that the overlay ``path`` has. Raises ``ScenarioError``."""
    node, problems = read_yaml(path)
    overlay = PackOverlay.read(node, problems)
    problems.raise_if_any()
    assert overlay is not None
    assert overlay.title is not None
    return replace(pack, title=overlay.title.value)


def _translate(scenario: Scenario, overlay: ScenarioOverlay, problems: Problems) -> Scenario:
    marks = Marks(scenario.marks)
    steps = scenario.steps
    if overlay.steps is not None:
        if len(overlay.steps.value) != len(steps):
            problems.add(
                overlay.steps.span,
                f"{len(overlay.steps.value)} steps are translated, {scenario.id} has {len(steps)}; "
                f"write `{{}}` for a step without translation",
            )
        else:
            pairs = enumerate(zip(steps, overlay.steps.value, strict=True), start=1)
            steps = tuple(
                replace(step, prose=_StepTranslation(number, marks, problems).prose(step, record.value))
                for number, (step, record) in pairs
            )
    return replace(
        scenario,
        title=overlay.title.value if overlay.title else scenario.title,
        intro=marks.in_prose(overlay.intro.value) if overlay.intro else scenario.intro,
        outro=marks.in_prose(overlay.outro.value) if overlay.outro else scenario.outro,
        steps=steps,
    )


class _StepTranslation(Struct, frozen=True):
    """Translates one step; prose that the step does not have is a problem, it would never be seen."""

    number: int
    marks: Marks
    problems: Problems

    def prose(self, step: Step, overlay: StepOverlay) -> Prose:
        prose = step.prose
        return replace(
            prose,
            say=self._text("say", prose.say, overlay.say),
            ask=self._text("ask", prose.ask, overlay.ask),
            why=self._text("why", prose.why, overlay.why),
            hints=self._texts("hints", prose.hints, overlay.hints),
            predict=self._predict(prose.predict, overlay.predict),
            wrong=tuple(
                replace(wrong, say=say)
                for wrong, say in zip(prose.wrong, self._wrong(prose, overlay), strict=True)
            ),
        )

    def _text(self, key: str, original: str, translated: Written[str] | None) -> str:
        if translated is None:
            return original
        if not original:
            self._missing(key, translated.span)
        return self.marks.in_prose(translated.value)

    def _texts(
        self, key: str, original: tuple[str, ...], translated: Written[tuple[Written[str], ...]] | None
    ) -> tuple[str, ...]:
        if translated is None or not self._same_length(
            key, len(original), len(translated.value), translated.span
        ):
            return original
        return tuple(self.marks.in_prose(text.value) for text in translated.value)

    def _predict(
        self, original: Predict | None, translated: Written[PredictOverlay] | None
    ) -> Predict | None:
        if translated is None:
            return original
        if original is None:
            self._missing("predict", translated.span)
            return None
        record = translated.value
        choices = self._texts("choices", original.choices, record.choices)
        answer = choices[original.choices.index(original.answer)] if choices else original.answer
        return Predict(self.marks.in_prose(record.ask.value) if record.ask else original.ask, answer, choices)

    def _wrong(self, prose: Prose, overlay: StepOverlay) -> tuple[str, ...]:
        original = tuple(wrong.say for wrong in prose.wrong)
        items = overlay.wrong
        if items is None or not self._same_length("wrong", len(original), len(items.value), items.span):
            return original
        return tuple(
            self.marks.in_prose(item.value.say.value) if item.value.say else say
            for say, item in zip(original, items.value, strict=True)
        )

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
