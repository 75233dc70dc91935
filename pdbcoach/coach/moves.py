"""The purpose of a typed line: it looks, it makes the program run, or it changes something."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Final

from pdbcoach.coach.attempt import Attempt, has_moved, state_of
from pdbcoach.coach.questions import is_refusal, texts
from pdbcoach.observation import ProcessView
from pdbcoach.pdb.commands import CommandPurpose
from pdbcoach.pdb.line import Line, Part
from pdbcoach.pdb.words import PromptKind
from pdbcoach.scenario.model import Key, Scenario, Send

Effect = CommandPurpose

_HARMLESS: Final = frozenset(
    {"abs", "all", "any", "bin", "bool", "dict", "dir", "divmod", "enumerate", "float", "format", "getattr"}
    | {"globals", "hasattr", "hash", "hex", "id", "int", "isinstance", "issubclass", "len", "list", "locals"}
    | {"max", "min", "oct", "ord", "chr", "pow", "print", "range", "repr", "reversed", "round", "set"}
    | {"sorted", "str", "sum", "tuple", "type", "vars", "zip"}
)
"""Built-in functions that change nothing when they are called from a prompt."""

_STRENGTH: Final[Mapping[Effect, int]] = {"look": 0, "change": 1, "move": 2}


def effect_of(
    line: str, *, prompt: PromptKind = "pdb", previous: str = "", aliases: Mapping[str, str] | None = None
) -> Effect:
    """Return the purpose of ``line`` at a prompt of this kind.

    A bare Enter at pdb's prompt has that of ``previous``, an alias that of its body. A line with several
    commands moves if one of them moves, else changes something if one of them does.
    """
    if prompt in ("python", "interact"):
        return "look" if not line.strip() or is_question(line) else "change"
    if prompt not in ("pdb", "nested"):
        return "change"
    if not line.strip():
        return "look" if not previous.strip() else effect_of(previous, prompt=prompt, aliases=aliases)
    effects = [_one(part, aliases or {}) for part in Line.parse(line).parts]
    return max(effects, key=_STRENGTH.__getitem__)


def effect_at(action: Send | Key, view: ProcessView | None, previous: str) -> Effect:
    """Return the purpose of a line or key for a process whose state is ``view``. A key moves."""
    if isinstance(action, Key):
        return "move"
    kind = view.prompt.kind if view is not None and view.prompt is not None else "pdb"
    aliases = view.state.aliases if view is not None and view.state is not None else {}
    return effect_of(action.text, prompt=kind, previous=previous, aliases=aliases)


def effect(attempt: Attempt) -> Effect:
    """Return what the attempt did. A line after which the process is elsewhere has moved it.

    That holds whatever the line is for: up to Python 3.12 pdb takes ``q.x`` for the command ``q``.
    """
    if attempt.brought_back:
        return "look"
    if has_moved(attempt.process, attempt.before, attempt.after):
        return "move"
    if isinstance(attempt.action, Key):
        return "move"
    state = state_of(attempt.process, attempt.before)
    aliases = state.aliases if state is not None else {}
    prompt = attempt.prompt or "pdb"
    return effect_of(attempt.text, prompt=prompt, previous=attempt.previous, aliases=aliases)


def is_counted(attempt: Attempt) -> bool:
    """Return whether ``:undo`` counts it: it did something, or is a key that stopped a line."""
    return effect(attempt) != "look" or isinstance(attempt.action, Key)


def is_in_vain(attempt: Attempt) -> bool:
    """Return whether pdb refused the line, so that it has neither moved nor changed anything."""
    return is_refusal(attempt.output) and not has_moved(attempt.process, attempt.before, attempt.after)


def prepares(attempt: Attempt) -> bool:
    """Return whether it changes something and is more than a call: a breakpoint, an assignment, an alias."""
    part = attempt.line.first
    return effect(attempt) == "change" and not (
        part.is_statement and _expression(attempt.line.text) is not None
    )


def is_question(code: str) -> bool:
    """Return whether ``code`` is an expression that only looks, as far as its text tells."""
    tree = _expression(code)
    if tree is None:
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom):
            return False
        if isinstance(node, ast.Call) and not (isinstance(node.func, ast.Name) and node.func.id in _HARMLESS):
            return False
    return True


def _expression(code: str) -> ast.Expression | None:
    try:
        return ast.parse(code.strip().lstrip("! "), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def counted(scenario: Scenario) -> tuple[bool, ...]:
    """Return for each step of the scenario whether par counts it: it moves or changes something."""
    previous, aliases = dict[str, str](), dict[str, str]()
    found = []
    for step in scenario.steps:
        match step.action:
            case Send(text):
                prompt, before = step.prompt or "pdb", previous.get(step.process, "")
                acts = effect_of(text, prompt=prompt, previous=before, aliases=aliases) != "look"
                found.append(acts and not any(map(is_refusal, texts(step.expect))))
                if text.strip() and prompt in ("pdb", "nested"):
                    previous[step.process] = text
                    _define(text, aliases)
            case action:
                found.append(isinstance(action, Key))
    return tuple(found)


def par(scenario: Scenario) -> int:
    """Return how many lines of the scenario move or change something. Looking is free."""
    return sum(counted(scenario))


def _define(line: str, aliases: dict[str, str]) -> None:
    """Add or remove the alias that ``line`` is about, if it is about one."""
    match line.split(maxsplit=2):
        case ["alias", name, body]:
            aliases[name] = body
        case ["unalias", name, *_]:
            aliases.pop(name, None)


def _one(part: Part, aliases: Mapping[str, str]) -> Effect:
    command, words = part.command, part.text.split()
    if command is None:
        return "look"
    if words[0] in aliases:
        others = {name: body for name, body in aliases.items() if name != words[0]}
        return effect_of(_filled_in(aliases[words[0]], words[1:]), aliases=others)
    if part.is_statement:
        return "look" if is_question(part.text) else "change"
    return command.bare or command.purpose if len(words) == 1 else command.purpose


def _filled_in(body: str, words: Sequence[str]) -> str:
    """Return the line that pdb makes of an alias with this body and these words after its name."""
    for number, word in enumerate(words, 1):
        body = body.replace(f"%{number}", word)
    return body.replace("%*", " ".join(words))
