"""What must be so for a step to make sense: where it is typed, and what its line reads."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from typing import TypeVar

from pdbcoach.coach.moves import effect_of
from pdbcoach.coach.questions import code_shown, is_refusal, texts
from pdbcoach.facts import AnyCriterion, At, Focus, Values
from pdbcoach.facts.implied import BreakpointSet, Defined
from pdbcoach.facts.place import Place
from pdbcoach.pdb.code import parsed
from pdbcoach.pdb.commands import CommandPurpose
from pdbcoach.scenario.model import Key, Look, Send, Step
from pdbcoach.scenario.placeholders import places

P = TypeVar("P", bound=Place)


def needs_of(steps: Sequence[Step], at: int) -> tuple[AnyCriterion, ...]:
    """Return what the step with index ``at`` needs: what its author states, and what its line implies.

    A line that looks or changes something needs the place where the steps before it have led, or that
    the step itself asserts, and the names that it reads. A command that changes something but no variable
    also needs the values that the step asserts. A move may set out from anywhere.
    """
    step = steps[at]
    stated = (*(one for fact in step.needs for one in fact.single()), *_breakpoints(step))
    if not _is_typed_at_pdb(step) or purpose_of(steps, at) == "move":
        return stated
    kinds = {type(one) for one in stated}
    implied = (*_places(steps, at), *_values(step), *map(Defined, sorted(_names_read(step))))
    return (*stated, *(one for one in implied if type(one) not in kinds))


def place_before(steps: Sequence[Step], at: int) -> At | None:
    """Return the place to which the steps before this one have led its process; None if it isn't known."""
    return _last(At, steps, at)


def purpose_of(steps: Sequence[Step], at: int) -> CommandPurpose:
    """Return the purpose of a step's own line; of a bare Enter, that of the line that it repeats."""
    step = steps[at]
    match step.action:
        case Send(text):
            typed = (one.action for one in reversed(steps[:at]) if one.process == step.process)
            previous = next((one.text for one in typed if isinstance(one, Send) and one.text), "")
            return effect_of(text, prompt=step.prompt or "pdb", previous=previous)
        case Key():
            return "move"
        case Look():
            return "look"


def _breakpoints(step: Step) -> Iterator[BreakpointSet]:
    for place in places(step):
        file, _colon, line = place.rpartition(":")
        yield BreakpointSet(int(line), file or None)


def _is_typed_at_pdb(step: Step) -> bool:
    return isinstance(step.action, Send) and step.prompt in (None, "pdb", "nested")


def _places(steps: Sequence[Step], at: int) -> Iterator[At | Focus]:
    step, before = steps[at], place_before(steps, at)
    own = _own(At, step)
    place = own or before
    if place is not None and (own is None or before is None or _agree(before, own)):
        yield place
    if any(command.turns for command in step.line.commands):
        return
    focus = _own(Focus, step) or _last(Focus, steps, at)
    if focus is not None:
        yield focus


def _values(step: Step) -> Iterator[Values]:
    """Yield the values that the step asserts and that its line can't change."""
    values, text = step.facts.of(Values), step.line.text
    if values is not None and not step.line.first.is_statement and effect_of(text) == "change":
        yield from values.single()


def _own(kind: type[P], step: Step) -> P | None:
    """Return the place that the step asserts of its own process."""
    place = step.facts.of(kind)
    return place if place is not None and place.process in (None, step.process) else None


def _last(kind: type[P], steps: Sequence[Step], at: int) -> P | None:
    """Return the last place of this kind that still holds when the step with index ``at`` begins."""
    process = steps[at].process
    for index in range(at - 1, -1, -1):
        step = steps[index]
        if step.process != process:
            continue
        if (place := _own(kind, step)) is not None:
            return place
        turned = kind is Focus and any(command.turns for command in step.line.commands)
        if turned or purpose_of(steps, index) == "move":
            return None
    return None


def _agree(one: Place, other: Place) -> bool:
    """Return whether two places may be the same."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)


def _parts(place: Place) -> tuple[object, ...]:
    return place.file, place.line, place.function, place.event, place.depth


def _names_read(step: Step) -> frozenset[str]:
    """Return the names that must exist for the step's line: none if pdb is to refuse it."""
    if any(map(is_refusal, texts(step.expect))):
        return frozenset()
    return frozenset(name for part in step.line.parts for name in _names_in(code_shown(part)))


def _names_in(code: str) -> frozenset[str]:
    if (tree := parsed(code)) is None:
        return frozenset()
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {name.id for name in names if not isinstance(name.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return frozenset(name.id for name in names if not name.id.startswith("__")) - bound - set(dir(builtins))
