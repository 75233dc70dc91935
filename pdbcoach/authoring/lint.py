"""What can be said of a scenario file and its pack without running it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import yaml
from msgspec import Struct

from pdbcoach.authoring.finding import Finding, of_problems
from pdbcoach.authoring.patterns import captures_never_used, says_nothing
from pdbcoach.errors import ScenarioError, Span
from pdbcoach.form.source import PACK_FILE, Problems, read_yaml
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import file_of, load_misconceptions
from pdbcoach.scenario.model import Scenario, Send, Step
from pdbcoach.scenario.overlay import find_overlay
from pdbcoach.scenario.packs import load_pack

FEWEST_HINTS = 2
"""Of a step that is asked: pdbcoach adds the command's name and the full line itself."""

_MARK_IN_PROSE = re.compile(r"(?<![A-Za-z0-9_@])@([A-Za-z_][A-Za-z0-9_]*)")
_ALMOST = 0.75
"""How alike a word must be to a mark, to be taken for that mark misspelt; `@property` is Python."""


class Linted(Struct, frozen=True):
    """A file's scenarios, none if it cannot be read, and what was found."""

    scenarios: tuple[Scenario, ...]
    findings: tuple[Finding, ...]


class _File(Struct, frozen=True):
    path: Path
    root: yaml.Node
    problems: Problems
    """Knows the places of nodes."""
    scenarios: tuple[Scenario, ...]


def lint(path: Path) -> Linted:
    """Read the scenario file ``path`` and say what is wrong with it or could be better.

    What the loader refuses (unknown marks, commands that are taught and not used, files outside the
    pack) are findings of the kind ``format``; then there is nothing else to say.
    """
    try:
        scenarios = load(path)
        root, problems = read_yaml(path)
    except ScenarioError as error:
        return Linted((), of_problems(error.problems))
    file = _File(path, root, problems, scenarios)
    # Variants share what they inherit: said once.
    found = {(finding.span, finding.message): finding for rule in _RULES for finding in rule(file)}
    return Linted(scenarios, tuple(sorted(found.values(), key=lambda one: (one.span.line, one.span.column))))


def lint_pack(root: Path) -> tuple[Finding, ...]:
    """What is wrong with the translations of the pack ``root`` and with its misconceptions, which all of its
    scenarios share."""
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
    return tuple(found)


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
            "this step asserts nothing: whatever comes of it passes",
            "say what must come of it: `at`, `values`, `breakpoints`, `expect`, …",
        )


def _few_hints(step: Step) -> Iterator[Finding]:
    prose = step.prose
    if prose.ask and not prose.quiet and len(prose.hints) < FEWEST_HINTS:
        given = {0: "none", 1: "only one"}[len(prose.hints)]
        yield Finding(
            "lint",
            step.span,
            f"a step that is asked needs at least {FEWEST_HINTS} hints, this has {given}",
            "write `hints`, the weakest first",
        )


def _matches_everything(step: Step) -> Iterator[Finding]:
    if step.expect is not None and (why := says_nothing(step.expect)):
        yield Finding(
            "lint", step.expect.span, f"this `expect` {why}", "say what must come, or leave `expect` out"
        )


def _contradicts_itself(step: Step) -> Iterator[Finding]:
    if not isinstance(step.action, Send):
        return
    used = step.line.names
    for command in step.prose.must_use:
        if command not in used:
            yield Finding(
                "lint", step.span, f"`must_use` asks for `{command}`, and the step's own line does not use it"
            )
    for command in step.prose.forbid:
        if command in used:
            yield Finding("lint", step.span, f"`forbid` has `{command}`, and the step's own line uses it")


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
                "lint", file.problems.span(name), f"the mark `{name.value}` is never used", "leave it out"
            )


def _misspelt_marks(file: _File) -> Iterator[Finding]:
    """In prose only: elsewhere the loader refuses them."""
    marks = [name.value for name in _mark_names(file.root)]
    for scalar in _scalars(file.root):
        for word in _MARK_IN_PROSE.findall(scalar.value):
            close = difflib.get_close_matches(word, marks, n=1, cutoff=_ALMOST)
            if close and word not in marks:
                yield Finding(
                    "lint",
                    file.problems.span(scalar),
                    f"there is no mark `{word}`",
                    f"did you mean `@{close[0]}`? If it is no mark, write `@@{word}`",
                )


def _overlays(file: _File) -> Iterator[Finding]:
    yield from _translations(file.path, load)


def _translations(path: Path, load_in: Callable[[Path, str], object]) -> Iterator[Finding]:
    """What is wrong with the overlays of the file ``path``, which ``load_in`` reads in a language."""
    for overlay in sorted(path.parent.glob(f"{path.stem}.*{path.suffix}")):
        language = overlay.name[len(path.stem) + 1 : -len(path.suffix)]
        if find_overlay(path, language) != overlay:
            start = Span(overlay, 1, 1)
            yield Finding(
                "lint", start, f"`{language}` in its name is no language", "such as `zh` or `pt-BR`"
            )
            continue
        try:
            load_in(path, language)
        except ScenarioError as error:
            yield from of_problems(error.problems, "lint")


_RULES: Sequence[Callable[[_File], Iterator[Finding]]] = (
    _of_steps(_asserts_nothing),
    _of_steps(_few_hints),
    _of_steps(_matches_everything),
    _of_steps(_contradicts_itself),
    _dead_captures,
    _unused_marks,
    _misspelt_marks,
    _overlays,
)


def _mark_names(root: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Where marks are defined: at the top and in each variant."""
    for _, marks in _entries(root, "marks"):
        yield from (name for name, _ in _entries(marks) if isinstance(name, yaml.ScalarNode))
    for _, variants in _entries(root, "variants"):
        for _, variant in _entries(variants):
            yield from _mark_names(variant)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """Every text of the file but the definitions of marks."""
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
