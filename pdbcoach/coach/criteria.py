"""The single things that a goal consists of: the facts of a step, and what its line is known to do."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.coach.questions import normal_code
from pdbcoach.facts import At, Breakpoints, Focus
from pdbcoach.facts.table import ExpectedBreakpoint, unmatched
from pdbcoach.matching import state
from pdbcoach.observation import Breakpoint, Observation
from pdbcoach.pdb.line import Line
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Facts, Send, Step


class Asserted(Struct, frozen=True):
    """One fact of the step, but for its breakpoints; the name is as in the step: ``at``, ``values.total``."""

    name: str
    facts: Facts


class GlobalValue(Struct, frozen=True):
    """The value of a global variable, whatever local one of its name hides it."""

    variable: str
    value: str

    @property
    def name(self) -> str:
        """As of the fact that it takes the place of."""
        return f"values.{self.variable}"


class Table(Struct, frozen=True):
    """The breakpoints. How often they were hit does not count: that depends on the road."""

    rows: tuple[ExpectedBreakpoint, ...]
    name: str = "breakpoints"

    def differs(
        self, table: Iterable[Breakpoint], script: str | None
    ) -> tuple[tuple[ExpectedBreakpoint, ...], tuple[Breakpoint, ...]]:
        """The rows that ``table`` lacks, and its rows too many. Conditions are compared as Python."""
        wanted = [replace(row, hits=None, condition=_condition(row.condition)) for row in self.rows]
        actual = [replace(row, condition=_condition(row.condition)) for row in table]
        return unmatched(wanted, actual, script)

    def holds(
        self, table: Iterable[Breakpoint], script: str | None, optional: frozenset[int], *, strict: bool
    ) -> bool:
        """Whether the table is as wanted; see the function ``holds`` for ``optional`` and ``strict``."""
        needed = [row for row in table if row.number not in optional]
        if not any(self.differs(needed, script)):
            return True
        missing, extra = self.differs(sorted(table, key=lambda row: row.number in optional), script)
        return not strict and not missing and all(row.number in optional for row in extra)


class Displayed(Struct, frozen=True):
    """Whether an expression is on display."""

    expression: str
    wanted: bool
    name: str = "displays"


class Named(Struct, frozen=True):
    """What an alias stands for; empty: there shall be none of this name."""

    alias: str
    body: str
    name: str = "aliases"


class AtPrompt(Struct, frozen=True):
    """The prompt at which the next step is typed."""

    kind: PromptKind
    name: str = "prompt"


Criterion = Asserted | GlobalValue | Table | Displayed | Named | AtPrompt


def criteria_of(step: Step, leads_to: PromptKind | None) -> tuple[Criterion, ...]:
    """What ``step`` asks for. ``leads_to``: the prompt at which its process is typed at next, if known."""
    return tuple(_criteria(step, leads_to))


def holds(
    criterion: Criterion,
    seen: Observation,
    script: str | None,
    optional: frozenset[int] = frozenset(),
    *,
    strict: bool = False,
) -> bool:
    """Whether the criterion is met. Breakpoints with ``optional`` numbers may be there or not.

    ``strict``: as if those were not there at all.
    """
    match criterion:
        case Asserted(facts=facts):
            return not state.compare(facts, seen, script)
        case GlobalValue(variable, value):
            known = seen.state.global_values if seen.state is not None else {}
            return seen.state is not None and known.get(variable, state.UNDEFINED) == value
        case Table():
            table = seen.state.breakpoints if seen.state is not None else None
            return table is not None and criterion.holds(table, script, optional, strict=strict)
        case Displayed(expression, wanted):
            return seen.state is not None and (expression in seen.state.displays) == wanted
        case Named(alias, body):
            return seen.state is not None and seen.state.aliases.get(alias, "").split() == body.split()
        case AtPrompt(kind):
            return seen.prompt is not None and seen.prompt.kind == kind


def _condition(code: str | None) -> str | None:
    return normal_code(code) if code else code


def _criteria(step: Step, leads_to: PromptKind | None) -> Iterator[Criterion]:
    nothing, facts = Facts(), step.facts
    for fact in facts.stated:
        match fact:
            case At() | Focus():
                yield Asserted(fact.key, Facts((fact,)))
            case Breakpoints(rows=rows):
                yield Table(rows)
            case _:
                assert_never(fact)
    if facts.returns is not None:
        yield Asserted("returns", replace(nothing, returns=facts.returns))
    if facts.raises is not None:
        yield Asserted("raises", replace(nothing, raises=facts.raises))
    declared = _declared_global(step)
    for name, value in facts.values.items():
        if name in declared:
            yield GlobalValue(name, value.value)
        else:
            yield Asserted(f"values.{name}", replace(nothing, values={name: value}))
    for name, status in {**facts.processes, **(facts.ends or {})}.items():
        yield Asserted(f"processes.{name}", replace(nothing, processes={name: status}))
    if leads_to is not None and leads_to != (step.prompt or "pdb"):
        yield AtPrompt(leads_to)
    if isinstance(step.action, Send) and step.prompt in (None, "pdb", "nested"):
        yield from _implied(step.line)


def _declared_global(step: Step) -> frozenset[str]:
    """The names that the step's own line declares as global: it is about those, not about shadows."""
    code = step.action.text.strip().lstrip("! ") if isinstance(step.action, Send) else ""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names)


def _implied(line: Line) -> Iterator[Criterion]:
    """What a line is there for that no fact of the format can say."""
    words = line.first.text.split(maxsplit=1)
    if len(words) < 2:
        return
    match line.first.name:
        case "display":
            yield Displayed(words[1].strip(), wanted=True)
        case "undisplay":
            yield Displayed(words[1].strip(), wanted=False)
        case "alias" if len(words[1].split()) > 1:
            yield Named(*words[1].split(maxsplit=1))
        case "unalias":
            yield Named(words[1].strip(), "")
