"""What a looking line asks to see, whatever its spelling: ``p x``, ``print(x)``, ``!x``, ``pp x`` are one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from pdbcoach.pdb.code import normal_code, parsed
from pdbcoach.pdb.commands import those
from pdbcoach.pdb.line import Line, resolve, split
from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex

_LISTINGS: Final = those(lambda command: command.lists_source)
_PRINTING: Final = those(lambda command: command.prints_value)
_LINE: Final = "line "
_REFUSED: Final = re.compile(r"^\*\*\* ", re.MULTILINE)
_LISTED: Final = re.compile(r"^ *(\d+)(?: |\t|$)", re.MULTILINE)
_ARGUMENT: Final = re.compile(r"^(\w+) = ", re.MULTILINE)
_WILD: Final = re.compile(r"\[(?:\.\.|\w+(?::\.\.)?)\]|^\.\.\.$", re.MULTILINE)


def parts(line: str, expect: Expect | None = None) -> frozenset[str]:
    """The single things that the author's ``line`` shows. Whoever has seen them all has seen its answer.

    An expression is one, each element of a tuple on its own; so is each line of a listing, and each
    argument that ``a`` shows, both taken from what is expected to come. Empty: it cannot be told.
    """
    command = split(line)[0].strip()
    name = resolve(command)
    if name in _LISTINGS:
        return frozenset(_lines_in(_WILD.sub(" ", "\n".join(texts(expect)))))
    if name == "args":
        return frozenset(_normal(found) for found in _ARGUMENT.findall("\n".join(texts(expect))))
    return frozenset() if name == "display" else frozenset(_expressions(command))


def answered(line: str, output: str) -> frozenset[str]:
    """The single things that the learner's ``line`` has shown, in the same terms as ``parts``."""
    found: set[str] = set()
    for command in (part.strip() for part in split(line)):
        match resolve(command):
            case "list" | "longlist" | "source" | None:  # a bare Enter may go on listing
                found.update(_lines_in(output))
            case "args":
                found.update(_normal(name) for name in _ARGUMENT.findall(output))
            case _:
                if not is_refusal(output):
                    found.update(_expressions(command))
    return frozenset(found)


def expressions(line: str) -> tuple[str, ...]:
    """The expressions whose values a line shows as one value, in order.

    None where it shows something else, or several values: by several commands, or one ``print``.
    """
    parts = split(line)
    found = tuple(_expressions(parts[0].strip())) if len(parts) == 1 else ()
    return found if len(found) < 2 or not _is_print(line) else ()


def lists_just_these(line: str) -> bool:
    """Whether the line lists certain lines and no others, unlike a plain ``l``."""
    name = resolve(line)
    return name in ("longlist", "source") or (name == "list" and "," in line)


def bounds(found: frozenset[str]) -> tuple[int, int] | None:
    """The first and the last line of a listing, as ``parts`` and ``answered`` give it."""
    numbers = [int(one.removeprefix(_LINE)) for one in found if one.startswith(_LINE)]
    return (min(numbers), max(numbers)) if numbers else None


def is_refusal(output: str) -> bool:
    """Whether pdb has answered with an error."""
    return _REFUSED.search(output) is not None


def argument(line: str) -> list[tuple[tuple[str, ...], str]]:
    """For each command of a line its long names and what follows them, without differences of spelling."""
    found: list[tuple[tuple[str, ...], str]] = []
    for part in Line.parse(line).parts:
        command, rest = part.command, part.argument
        if command is not None and not command.typed:
            found.append((("exec",), normal_code(rest)))
        else:
            found.append((part.names, normal_code(rest) if command and command.takes_code else rest))
    return found


def names(line: str) -> frozenset[str]:
    """The names that the Python in ``line`` speaks of."""
    tree = parsed(_code_of(split(line)[0].strip()))
    if tree is None:
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def says_something(expect: Expect) -> bool:
    """Whether a text that matches tells anything: there is more in the pattern than wildcards."""
    return any(_WILD.sub("", text).strip() for text in texts(expect))


def spread(expect: Expect) -> Expect:
    """The same pattern, where anything may stand between its lines, in front of them and behind them."""
    return Expect((OutputBlock("...", expect.span), *_spread(expect.items)), expect.span)


def _spread(items: Iterable[ExpectItem]) -> Iterator[ExpectItem]:
    for item in items:
        match item:
            case OutputBlock(text, span):
                for line in filter(str.strip, text.split("\n")):
                    yield OutputBlock(line, span)
                    yield OutputBlock("...", span)
            case OnPython(specifier, then, span):
                yield OnPython(specifier, tuple(_spread(then)), span)
            case _:
                yield item
                yield OutputBlock("...", item.span)


def texts(expect: Expect | None) -> Iterator[str]:
    """The blocks of a pattern that must match, in order."""
    return _texts(expect.items) if expect is not None else iter(())


def _texts(items: Iterable[ExpectItem]) -> Iterator[str]:
    for item in items:
        match item:
            case OutputBlock(text):
                yield text
            case Regex(pattern):
                yield pattern
            case AnyOrder() | Maybe():
                yield from _texts(item.items)
            case OnPython():
                yield from _texts(item.then)
            case Not():
                pass


def _lines_in(listing: str) -> set[str]:
    return {f"{_LINE}{number}" for number in _LISTED.findall(listing)}


def _expressions(command: str) -> list[str]:
    code = _code_of(command)
    try:
        tree = ast.parse(code, mode="eval").body if code else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    if isinstance(tree, ast.Call) and _is_print(code):
        return [ast.dump(argument) for argument in tree.args]
    if isinstance(tree, ast.Tuple) and tree.elts:
        return [ast.dump(element) for element in tree.elts]
    return [ast.dump(tree)] if tree is not None else []


def _is_print(code: str) -> bool:
    return re.match(r"[!\s]*print\s*\(", code) is not None


def _code_of(command: str) -> str:
    """The Python in a command that shows a value; empty if it is no such command."""
    name = resolve(command)
    if name in _PRINTING:
        return command.split(maxsplit=1)[1].strip() if " " in command else ""
    if name == "whatis" and " " in command:
        return f"type({command.split(maxsplit=1)[1]})"
    return command.lstrip("! ").strip() if name in ("!", "exec") else ""


def _normal(expression: str) -> str:
    return ast.dump(ast.parse(expression, mode="eval").body)
