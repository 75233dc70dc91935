"""Write scenario files in the style of the shipped ones, so that they read back as the same values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import yaml
from msgspec import Struct

from pdbcoach.form.source import UNWANTED

WIDTH: Final = 100
"""Columns of a line in a scenario file."""

_INDENT: Final = "  "
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING: Final = "tag:yaml.org,2002:str"
_UNWANTED: Final = re.compile(f"{UNWANTED.pattern}|\r")
_IN_FLOW: Final = re.compile(r"[^\s\-?:,\[\]{}#\"'\\&*!|>%@`][^?:,\[\]{}#\"'\\]*")
"""Plain text in flow style for every YAML reader; PyYAML's two loaders disagree about the rest."""


class LiteralBlock(Struct, frozen=True):
    """Text shown line by line, such as output: written with ``|``."""

    text: str


class Raw(Struct, frozen=True):
    """A scalar that is YAML already and is written unchanged."""

    yaml: str


Data = str | int | bool | LiteralBlock | Raw | Sequence["Data"] | Mapping[str, "Data"]
"""The values in a scenario file. A ``str`` is quoted where an editor could take it for a number, a
boolean or null; ``int`` and ``bool`` are written plainly."""


def document(top: Mapping[str, Data], comments: Sequence[str] = ()) -> str:
    """Return a whole file: ``comments`` first, an empty line before ``steps`` and between its items."""
    lines = [f"# {comment}" for comment in comments]
    for key, value in top.items():
        if key == "steps" and not isinstance(value, str | int | LiteralBlock | Raw | Mapping):
            lines += ["", "steps:"]
            for number, step in enumerate(value):
                lines += [""] if number else []
                lines += _item(step, 1)
        else:
            lines += _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def scalar(text: str, *, flow: bool = False) -> str:
    """Return ``text`` on one line, quoted if it must be. Raises ``ValueError`` for control characters.

    With ``flow`` it is for a place inside square brackets or braces.
    """
    if bad := _UNWANTED.search(text):
        raise ValueError(f"the control character U+{ord(bad[0]):04X} cannot be written")
    if "\n" not in text and _is_plain(text, flow):
        return text
    return quoted(text)


def quoted(text: str, style: str = "") -> str:
    """Return ``text`` in quotes, in those of ``style`` (``'`` or ``"``) if they allow it."""
    simple = "\n" not in text and "\t" not in text
    if simple and (style == "'" or (style != '"' and ('"' in text or "\\" in text) and "'" not in text)):
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def block(text: str, indent: str) -> list[str]:
    """Return ``text`` as a literal block: the header, then the lines, each after ``indent``."""
    body = text.rstrip("\n")
    if not body.strip() or _UNWANTED.search(text):
        return [scalar(text)]
    ends = len(text) - len(body)
    header = "|" + ("2" if body[0] in " \n\t" else "") + {0: "-", 1: ""}.get(ends, "+")
    lines = [header, *(indent + line if line else "" for line in body.split("\n")), *[""] * (ends - 1)]
    # The indentation indicator counts from the mapping that contains the block.
    start = f"x:\n{indent[2:]}k: " if len(indent) > 2 else "k: "
    node = _compose(start + "\n".join(lines) + "\n")
    while isinstance(node, yaml.MappingNode):
        node = node.value[0][1]
    return lines if node is not None and node.value == text else [scalar(text)]


def flow(value: Data) -> str:
    """Return ``value`` on one line. A block becomes a quoted string."""
    match value:
        case int():
            return json.dumps(value)
        case str():
            return scalar(value, flow=True)
        case LiteralBlock(text):
            return scalar(text, flow=True)
        case Raw(text):
            return text
        case Mapping():
            return "{" + ", ".join(f"{scalar(key, flow=True)}: {flow(v)}" for key, v in value.items()) + "}"
        case _:
            return "[" + ", ".join(flow(item) for item in value) + "]"


def entry(key: str, value: Data, indent: str) -> list[str]:
    """Return the lines of one ``key: value`` of a mapping at ``indent`` (a multiple of two spaces)."""
    return _entry(key, value, len(indent) // len(_INDENT))


def _entry(key: str, value: Data, depth: int) -> list[str]:
    indent = _INDENT * depth
    name = f"{indent}{scalar(key)}:"
    if isinstance(value, LiteralBlock):
        written = block(value.text, indent + _INDENT)
        return [f"{name} {written[0]}", *written[1:]]
    if isinstance(value, str | int | Raw):
        return [f"{name} {scalar(value) if isinstance(value, str) else flow(value)}"]
    if not value or (_fits(value, len(name)) and not (depth == 0 and isinstance(value, Mapping))):
        return [f"{name} {flow(value)}"]
    if isinstance(value, Mapping):
        return [name, *_mapping(value, depth + 1)]
    return [name, *(line for item in value for line in _item(item, depth + 1))]


def _mapping(value: Mapping[str, Data], depth: int) -> Iterator[str]:
    for key, inner in value.items():
        yield from _entry(key, inner, depth)


def _item(value: Data, depth: int) -> list[str]:
    """Return the lines of a list item: ``- `` and its value, with a mapping's keys below one another."""
    indent = _INDENT * depth
    if isinstance(value, Mapping) and value and (depth == 1 or not _fits(value, len(indent))):
        lines = list(_mapping(value, depth + 1))
        return [f"{indent}- {lines[0].lstrip(' ')}", *lines[1:]]
    if isinstance(value, LiteralBlock):
        written = block(value.text, indent + _INDENT)
        return [f"{indent}- {written[0]}", *written[1:]]
    return [f"{indent}- {scalar(value) if isinstance(value, str) else flow(value)}"]


def _fits(value: Data, used: int) -> bool:
    """Return True if ``value`` fits on one line and contains no block."""
    return not _has_block(value) and used + 1 + len(flow(value)) <= WIDTH


def _has_block(value: Data) -> bool:
    match value:
        case LiteralBlock():
            return True
        case str() | int() | Raw():
            return False
        case Mapping():
            return any(map(_has_block, value.values()))
        case _:
            return any(map(_has_block, value))


def _is_plain(text: str, flow: bool) -> bool:
    """Return True if every YAML reader takes unquoted ``text`` for this string."""
    if "\t" in text or (flow and not _IN_FLOW.fullmatch(text)):
        return False
    value, key = (f"[{text}, k]", f"{{{text}: k}}") if flow else (f"k: {text}", f"{text}: k")
    as_value, as_item, as_key = _leaves(value), _leaves(f"- {text}"), _leaves(key)
    if len(as_value) != 2 or as_value[0 if flow else 1] != (text, _STRING):
        return False
    return len(as_key) == 2 and as_key[0][0] == text and (flow or as_item == [(text, _STRING)])


def _leaves(document: str) -> list[tuple[str, str]]:
    """Return text and tag of each scalar in a small document; nothing if collections are nested."""
    node = _compose(document)
    if isinstance(node, yaml.MappingNode):
        inner = [part for pair in node.value for part in pair]
    else:
        inner = node.value if isinstance(node, yaml.SequenceNode) else []
    scalars = [(part.value, part.tag) for part in inner if isinstance(part, yaml.ScalarNode)]
    return scalars if len(scalars) == len(inner) else []


def _compose(text: str) -> yaml.Node | None:
    try:
        node: yaml.Node | None = yaml.compose(text, _Loader)
    except (yaml.YAMLError, ValueError):
        return None
    return node
