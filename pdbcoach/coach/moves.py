"""What a typed line is for: it looks, it moves the program, or it changes something."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final, Literal

from pdbcoach.engine.observation import PromptKind
from pdbcoach.scenario.commands import resolve, split
from pdbcoach.scenario.model import Key, Scenario, Send, Step

Effect = Literal["look", "change", "move"]
"""In the order of how much it does."""

MOVES: Final = frozenset(
    {"step", "next", "until", "return", "continue", "jump", "run", "restart", "quit", "exit", "EOF", "debug"}
)
_LOOKS: Final = frozenset(
    {"help", "where", "up", "down", "list", "longlist", "args", "p", "pp", "whatis", "source", "display"}
    | {"undisplay", "retval", "exceptions"}
)
_LOOKS_WITHOUT_ARGUMENTS: Final = frozenset({"break", "tbreak", "alias"})

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
    """What ``line`` is for, typed at a prompt of this kind.

    A bare Enter at pdb's prompt does what ``previous`` did. A line with several commands does what
    the strongest of them does.
    """
    if prompt in ("python", "interact"):
        return "look" if not line.strip() or is_question(line) else "change"
    if prompt not in ("pdb", "nested"):
        return "change"
    if not line.strip():
        return "look" if not previous.strip() else effect_of(previous, prompt=prompt, aliases=aliases)
    effects = [_one(part.strip(), aliases or {}) for part in split(line)]
    return max(effects, key=_STRENGTH.__getitem__)


def prepares(line: str, effect: Effect) -> bool:
    """Whether a line that changes something is more than a call: a breakpoint, an assignment, an alias."""
    return effect == "change" and not (resolve(line) in ("!", "exec") and _expression(line) is not None)


def is_question(code: str) -> bool:
    """Whether ``code`` is an expression that only looks, as far as can be told from reading it."""
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


def counts(step: Step, previous: str = "") -> bool:
    """Whether the step is one of those that par counts: it moves or changes something."""
    match step.action:
        case Send(text):
            return effect_of(text, prompt=step.prompt or "pdb", previous=previous) != "look"
        case Key():
            return True
        case _:
            return False


def par(scenario: Scenario) -> int:
    """How many moving or changing lines the scenario's own road has. Looking is free."""
    previous, number = "", 0
    for step in scenario.steps:
        number += counts(step, previous)
        if isinstance(step.action, Send) and step.action.text.strip():
            previous = step.action.text
    return number


def _one(command: str, aliases: Mapping[str, str]) -> Effect:
    words = command.split(maxsplit=1)
    if not words:
        return "look"
    if words[0] in aliases and (body := aliases[words[0]]).split()[:1] != words[:1]:
        return effect_of(body)
    name = resolve(command)
    if name in MOVES:
        return "move"
    if name in _LOOKS or (name in _LOOKS_WITHOUT_ARGUMENTS and len(words) == 1):
        return "look"
    if name in ("!", "exec") and is_question(command):
        return "look"
    return "change"
