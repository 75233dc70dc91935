"""What a step's goal consists of: its facts, and what its line is known to do."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from pdbcoach.facts import AnyCriterion, Values
from pdbcoach.facts.implied import Aliased, AtPrompt, Displayed, GlobalValue
from pdbcoach.pdb.code import parsed
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Send, Step


def criteria_of(
    step: Step, leads_to: PromptKind | None, needs: Collection[AnyCriterion] = ()
) -> tuple[AnyCriterion, ...]:
    """Return what ``step`` asks for, apart from what it ``needs`` to begin with.

    ``leads_to`` is the prompt at which its process gets its next line, None if that is unknown.
    """
    return tuple(one for one in _criteria(step, leads_to) if one not in needs)


def _criteria(step: Step, leads_to: PromptKind | None) -> Iterator[AnyCriterion]:
    declared = _declared_global(step)
    for fact in step.facts:
        for one in fact.single():
            yield _of_global(one, declared) if isinstance(one, Values) else one
    if leads_to is not None and leads_to != (step.prompt or "pdb"):
        yield AtPrompt(leads_to)
    if isinstance(step.action, Send) and step.prompt in (None, "pdb", "nested"):
        yield from _implied(step.line)


def _of_global(value: Values, declared: frozenset[str]) -> Values | GlobalValue:
    """Return the value of a global variable in place of a name that the step declares global."""
    (row,) = value.rows
    return GlobalValue(row.name, row.text) if row.name in declared else value


def _declared_global(step: Step) -> frozenset[str]:
    """Return the names that the step's own line declares global; it is not about locals of that name."""
    code = step.action.text.strip().lstrip("! ") if isinstance(step.action, Send) else ""
    tree = parsed(code)
    nodes = ast.walk(tree) if tree is not None else ()
    return frozenset(name for node in nodes if isinstance(node, ast.Global) for name in node.names)


def _implied(line: Line) -> Iterator[AnyCriterion]:
    """Yield what a line is for that no fact can say."""
    words = line.first.text.split(maxsplit=1)
    if len(words) < 2:
        return
    match line.first.name:
        case "display":
            yield Displayed(words[1].strip(), wanted=True)
        case "undisplay":
            yield Displayed(words[1].strip(), wanted=False)
        case "alias" if len(words[1].split()) > 1:
            yield Aliased(*words[1].split(maxsplit=1))
        case "unalias":
            yield Aliased(words[1].strip(), "")
