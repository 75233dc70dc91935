"""What a line shows, whatever its spelling: ``p x``, ``print(x)``, ``!x`` and ``pp x`` show the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from pdbcoach.pdb.code import normal_code, parsed
from pdbcoach.pdb.line import Line, Part
from pdbcoach.scenario.model import AnyOrder, Expect, ExpectItem, Maybe, Not, OnPython, OutputBlock, Regex

_LINE: Final = "line "
_REFUSED: Final = re.compile(r"^\*\*\* ", re.MULTILINE)
_LISTED: Final = re.compile(r"^ *(\d+)(?: |\t|$)", re.MULTILINE)
_ARGUMENT: Final = re.compile(r"^(\w+) = ", re.MULTILINE)
_WILD: Final = re.compile(r"\[(?:\.\.|\w+(?::\.\.)?)\]|^\.\.\.$", re.MULTILINE)


def parts(line: Line, expect: Expect | None = None) -> frozenset[str]:
    """Return the parts of the answer that the author's ``line`` shows. The learner has to see them all.

    Each is an expression (or each element of a tuple), a line of a listing, or an argument that ``a``
    shows. Lines and arguments come from ``expect``. Empty if they can't be told.
    """
    command = line.first.command
    if line.first.shows == "source":
        return frozenset(_lines_in(_WILD.sub(" ", "\n".join(texts(expect)))))
    if line.first.shows == "arguments":
        return frozenset(_normal(found) for found in _ARGUMENT.findall("\n".join(texts(expect))))
    return frozenset() if command is None or command.turns else frozenset(_expressions(line.first))


def answered(line: Line, output: str) -> frozenset[str]:
    """Return the parts that the learner's ``line`` showed, in the form of ``parts``."""
    found: set[str] = set()
    for part in line.parts:
        if part.command is None or part.shows == "source":  # a bare Enter may continue a listing
            found.update(_lines_in(output))
        elif part.shows == "arguments":
            found.update(_normal(name) for name in _ARGUMENT.findall(output))
        elif not is_refusal(output):
            found.update(_expressions(part))
    return frozenset(found)


def expressions(line: Line) -> tuple[str, ...]:
    """Return the expressions that a line shows as one value, in order.

    Empty if it shows something else, or several values by several commands or one ``print``.
    """
    found = tuple(_expressions(line.first)) if len(line.parts) == 1 else ()
    return found if len(found) < 2 or not _is_print(line.text) else ()


def lists_just_these(line: Line) -> bool:
    """Return whether the line lists certain lines and no others, unlike a plain ``l``."""
    command = line.first.command
    if command is None or command.shows != "source":
        return False
    return command.argument != "lines" or "," in line.text


def bounds(found: frozenset[str]) -> tuple[int, int] | None:
    """Return the first and the last line number in what ``parts`` or ``answered`` returned, or None."""
    numbers = [int(one.removeprefix(_LINE)) for one in found if one.startswith(_LINE)]
    return (min(numbers), max(numbers)) if numbers else None


def is_refusal(output: str) -> bool:
    """Return whether pdb answered with an error."""
    return _REFUSED.search(output) is not None


def argument(line: Line) -> list[tuple[tuple[str, ...], str]]:
    """Return the long names and the argument of each command, the same for every spelling."""
    found: list[tuple[tuple[str, ...], str]] = []
    for part in line.parts:
        command, rest = part.command, part.argument
        if part.is_statement:
            found.append((("exec",), normal_code(rest)))
        else:
            takes_code = command is not None and command.argument == "code"
            found.append((part.names, normal_code(rest) if takes_code else rest))
    return found


def names(line: Line) -> frozenset[str]:
    """Return the names in the Python code that ``line`` shows."""
    tree = parsed(code_shown(line.first))
    if tree is None:
        return frozenset()
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def says_something(expect: Expect) -> bool:
    """Return whether a pattern has more in it than wildcards."""
    return any(_WILD.sub("", text).strip() for text in texts(expect))


def spread(expect: Expect) -> Expect:
    """Return the pattern with anything allowed before, between and after its lines."""
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
    """Yield the texts of a pattern that must match, in order."""
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


def _expressions(part: Part) -> list[str]:
    code = code_shown(part)
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


def code_shown(part: Part) -> str:
    """Return the Python in a command that shows a value or a type; empty for other commands."""
    if part.shows == "type" and part.argument:
        return f"type({part.argument})"
    return part.argument if part.is_statement or part.shows == "value" else ""


def _normal(expression: str) -> str:
    return ast.dump(ast.parse(expression, mode="eval").body)
