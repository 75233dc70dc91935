"""Find what is wrong with a scenario file and its pack without running anything."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.authoring.claims import lint_claims
from pdbcoach.authoring.draft import RAW_TITLE
from pdbcoach.authoring.finding import Finding, of_problems
from pdbcoach.authoring.mutants import outline_of
from pdbcoach.authoring.patterns import captures_never_used, says_nothing
from pdbcoach.errors import ScenarioError, Span
from pdbcoach.facts import At
from pdbcoach.form.source import PACK_FILE, Problems, read_yaml
from pdbcoach.matching import answers
from pdbcoach.pdb.literals import kind
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import file_of, load_misconceptions
from pdbcoach.scenario.model import Look, Scenario, Send, Step
from pdbcoach.scenario.overlay import find_overlay, overlays_of
from pdbcoach.scenario.packs import load_pack

FEWEST_HINTS = 2
"""Hints that a task needs: pdbcoach adds the command's name and the full line itself."""

_MARK_IN_PROSE = re.compile(r"(?<![A-Za-z0-9_@])@([A-Za-z_][A-Za-z0-9_]*)")
_ALMOST = 0.75
"""Similarity from which a word counts as a misspelt mark; `@property` is Python."""


class Linted(Struct, frozen=True):
    """A file's scenarios, none if it can't be read, and the findings."""

    scenarios: tuple[Scenario, ...]
    findings: tuple[Finding, ...]


class _File(Struct, frozen=True):
    path: Path
    root: yaml.Node
    problems: Problems
    """Has the places of nodes."""
    scenarios: tuple[Scenario, ...]


def lint(path: Path) -> Linted:
    """Return the scenarios of the file ``path``, and what is wrong with it or could be better.

    If the loader rejects the file (unknown marks, files outside the pack and so on), its problems are the
    only findings, of the kind ``format``.
    """
    try:
        scenarios = load(path)
        root, problems = read_yaml(path)
    except ScenarioError as error:
        return Linted((), of_problems(error.problems))
    file = _File(path, root, problems, scenarios)
    # Variants share inherited steps: each finding is reported once.
    found = {(finding.span, finding.message): finding for rule in _RULES for finding in rule(file)}
    return Linted(scenarios, tuple(sorted(found.values(), key=lambda one: (one.span.line, one.span.column))))


def lint_pack(root: Path) -> tuple[Finding, ...]:
    """Return what is wrong with the translations and the misconceptions of the pack ``root``."""
    found: list[Finding] = []
    if (root / PACK_FILE).is_file():
        found += _translations(root / PACK_FILE, load_pack)
    misconceptions = file_of(root)
    if misconceptions is not None:
        try:
            load_misconceptions(misconceptions)
        except ScenarioError as error:
            return (*found, *of_problems(error.problems))
        found += _translations(misconceptions, load_misconceptions)
    return (*found, *lint_claims(root, misconceptions))


def _of_steps(rule: Callable[[Step], Iterator[Finding]]) -> Callable[[_File], Iterator[Finding]]:
    def of_file(file: _File) -> Iterator[Finding]:
        for scenario in file.scenarios:
            for step in scenario.steps:
                yield from rule(step)

    return of_file


def _asserts_nothing(step: Step) -> Iterator[Finding]:
    if step.expect is None and not step.facts.stated and not step.reject:
        yield Finding(
            "lint",
            step.span,
            "this step asserts nothing: it passes whatever happens",
            "write what it expects: `at`, `values`, `breakpoints`, `expect`, …",
        )


def _few_hints(step: Step) -> Iterator[Finding]:
    prose = step.prose
    if prose.ask and not prose.quiet and len(prose.hints) < FEWEST_HINTS:
        given = {0: "none", 1: "only one"}[len(prose.hints)]
        yield Finding(
            "lint",
            step.span,
            f"a step with `ask` needs at least {FEWEST_HINTS} hints; this one has {given}",
            "write `hints`, the weakest first",
        )


def _unconfirmed(step: Step) -> Iterator[Finding]:
    """Yield a prediction whose answer is words that nothing confirms: no replay would notice a wrong one."""
    predict = step.prose.predict
    if predict is None or predict.when is not None or not predict.answer or kind(predict.answer) is not None:
        return
    if answers.find(predict.answer, answers.stated(step, predict, "")) is None:
        yield Finding(
            "lint",
            predict.span,
            f"nothing confirms that `{predict.answer}` is the right answer",
            "write what it rests on: `when: {values: …}`, `when: {expect: …}` or the like",
        )


def _matches_everything(step: Step) -> Iterator[Finding]:
    if step.expect is not None and (why := says_nothing(step.expect)):
        yield Finding(
            "lint", step.expect.span, f"this `expect` {why}", "write what is printed, or delete `expect`"
        )


def _contradicts_itself(step: Step) -> Iterator[Finding]:
    if not isinstance(step.action, Send):
        return
    used = step.line.names
    for command in step.prose.must_use:
        if command not in used:
            yield Finding(
                "lint", step.span, f"`must_use` asks for `{command}`, but the step's own line doesn't use it"
            )
    for command in step.prose.forbid:
        if command in used:
            yield Finding("lint", step.span, f"`forbid` has `{command}`, but the step's own line uses it")


def _given_away(step: Step) -> Iterator[Finding]:
    hint = next(iter(step.prose.hints), "")
    if isinstance(step.action, Send) and step.action.text.strip() and f"`{step.action.text.strip()}`" in hint:
        yield Finding(
            "lint",
            step.span,
            f"the first hint already gives the line away: `{step.action.text.strip()}`",
            "begin with what to look for; pdbcoach adds the command and the full line itself",
        )


def _raw_recording(file: _File) -> Iterator[Finding]:
    for scenario in file.scenarios:
        if not scenario.title.startswith(RAW_TITLE):
            continue
        asked = [number for number, one in enumerate(scenario.steps, 1) if not isinstance(one.action, Look)]
        bare = [str(number) for number in asked if not _is_told(scenario.steps[number - 1])]
        lacks = ["a title of its own", *(key for key in ("intro", "outro") if not getattr(scenario, key))]
        lacks += [f"`ask`, or `quiet: true`, in step {', '.join(bare)}"] if bare else []
        message = f"this is a recording without prose: it lacks {'; '.join(lacks)}"
        yield Finding("lint", scenario.span, message, "write them, with hints; then it can be taught")


def _is_told(step: Step) -> bool:
    return bool(step.prose.ask) or step.prose.quiet


def _unreachable(file: _File) -> Iterator[Finding]:
    """Yield the misses whose `when` is about a line or function that the program doesn't have."""
    for scenario in file.scenarios:
        for step in scenario.steps:
            for miss in step.prose.wrong:
                place = miss.when.of(At)
                name = place and (place.file or scenario.script)
                outline = outline_of(scenario, name) if name else None
                if place is None or outline is None:
                    continue
                missing = f"line {place.line}" if place.line and place.line not in outline.lines else ""
                if place.line and place.function and place.function not in outline.functions:
                    missing = f"`{place.function}`"
                if missing:
                    message = f"this `wrong` can't be reached: {name} has no code in {missing}"
                    yield Finding("lint", place.span, message, "write where the miss leads, as `@mark`")


def _dead_captures(file: _File) -> Iterator[Finding]:
    for scenario in file.scenarios:
        for name, span in captures_never_used(scenario.steps):
            yield Finding(
                "lint",
                span,
                f"`[{name}:..]` captures a text that is never used again",
                f"write `[..]`, or use `[{name}]` later",
            )


def _unused_marks(file: _File) -> Iterator[Finding]:
    texts = [scalar.value for scalar in _scalars(file.root)]
    for name in _mark_names(file.root):
        mention = re.compile(rf"@{re.escape(name.value)}(?![A-Za-z0-9_])")
        if name.value not in texts and not any(mention.search(text) for text in texts):
            yield Finding(
                "lint", file.problems.span(name), f"the mark `{name.value}` is never used", "delete it"
            )


def _misspelt_marks(file: _File) -> Iterator[Finding]:
    """In prose only: anywhere else the loader rejects them."""
    marks = [name.value for name in _mark_names(file.root)]
    for scalar in _scalars(file.root):
        for word in _MARK_IN_PROSE.findall(scalar.value):
            close = difflib.get_close_matches(word, marks, n=1, cutoff=_ALMOST)
            if close and word not in marks:
                yield Finding(
                    "lint",
                    file.problems.span(scalar),
                    f"there is no mark `{word}`",
                    f"did you mean `@{close[0]}`? If it isn't a mark, write `@@{word}`",
                )


def _overlays(file: _File) -> Iterator[Finding]:
    yield from _translations(file.path, load)


def _translations(path: Path, load_in: Callable[[Path, str], object]) -> Iterator[Finding]:
    """Yield what is wrong with the translations of ``path``, which ``load_in`` reads for a language."""
    for language, overlay in overlays_of(path).items():
        if find_overlay(path, language) != overlay:
            start = Span(overlay, 1, 1)
            yield Finding(
                "lint",
                start,
                f"`{language}` in its name isn't a language",
                "write one such as `zh` or `pt-BR`",
            )
            continue
        try:
            load_in(path, language)
        except ScenarioError as error:
            yield from of_problems(error.problems, "lint")


_RULES: Sequence[Callable[[_File], Iterator[Finding]]] = (
    _of_steps(_asserts_nothing),
    _of_steps(_few_hints),
    _of_steps(_unconfirmed),
    _of_steps(_matches_everything),
    _of_steps(_contradicts_itself),
    _of_steps(_given_away),
    _raw_recording,
    _unreachable,
    _dead_captures,
    _unused_marks,
    _misspelt_marks,
    _overlays,
)


def _mark_names(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield the names of the marks, at the top and in each variant."""
    for _, marks in _entries(root, "marks"):
        yield from (name for name, _ in _entries(marks) if isinstance(name, yaml.ScalarNode))
    for _, variants in _entries(root, "variants"):
        for _, variant in _entries(variants):
            yield from _mark_names(variant)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Yield every scalar of the file except in the definitions of marks."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    for key, value in _entries(node):
        if key.value != "marks":
            yield from _scalars(value)


def _entries(node: yaml.Node, wanted: str | None = None) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if wanted is None or key.value == wanted:
                yield key, value
