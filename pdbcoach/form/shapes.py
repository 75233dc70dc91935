"""Shapes of authored values: each reads a YAML node and describes itself as JSON Schema.

A shape's ``read`` returns None exactly when it has reported a problem. Items of a list or a mapping that
cannot be read are reported and left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, Generic, Literal, Protocol, TypeVar, cast

import yaml
from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.source import UNWANTED, Problems

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
C = TypeVar("C", bound=str)

Schema = dict[str, Any]
NodeKind = Literal["text", "list", "mapping"]

_LONGEST_TYPO = 60
"""difflib is slow on long texts, and a long text is not a misspelt name."""

# YAML has normalised the file's own line ends: a \r here was written as an escape.
_UNWANTED_IN_TEXT = re.compile(f"{UNWANTED.pattern}|\r")


class Written(Struct, Generic[T_co], frozen=True):
    """A value and where the author wrote it."""

    value: T_co
    span: Span


def value_or(written: Written[T] | None, default: T) -> T:
    """Return the value that was written; ``default`` if none was, or none that could be read."""
    return default if written is None else written.value


class Shape(Protocol[T_co]):
    """How one kind of value is written."""

    @property
    def kind(self) -> NodeKind:
        """The kind of YAML node it is written as."""

    def read(self, node: yaml.Node, problems: Problems) -> T_co | None:
        """Return the value of ``node``; None after reporting what is wrong."""

    def schema(self, defs: Schema) -> Schema:
        """Return the JSON Schema of the value. Records put theirs into ``defs`` and are referred to."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean `x`?``, or an empty string if no known word is close."""
    if len(word) > _LONGEST_TYPO:
        return ""
    import difflib  # imported late: a file without problems does not need it

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def kind_of(node: yaml.Node) -> NodeKind:
    """Return whether ``node`` is written as text, as a list or as a mapping."""
    if isinstance(node, yaml.MappingNode):
        return "mapping"
    return "list" if isinstance(node, yaml.SequenceNode) else "text"


def expected(what: str, node: yaml.Node, problems: Problems, cure: str = "") -> None:
    """Report that ``node`` is not ``what`` was expected, and what it is instead."""
    found = {"text": "text", "list": "a list", "mapping": "a mapping"}[kind_of(node)]
    if isinstance(node, yaml.ScalarNode) and not node.value:
        found = "nothing"
    problems.add(problems.span(node), f"expected {what}, found {found}" + (f"; {cure}" if cure else ""))


class Text(Struct, frozen=True):
    """Text, exactly as it looks: ``no``, ``1:30`` and ``0x10`` are text, and nothing is the empty text.

    With ``pattern`` the whole text must match; ``what`` then says what is wanted.
    """

    pattern: str = ""
    what: str = "text"
    one_line: bool = False
    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> str | None:
        """Return the text of a scalar."""
        if not isinstance(node, yaml.ScalarNode):
            expected(self.what, node, problems, "if it is meant as text, put it in quotes")
            return None
        text = str(node.value)
        if self.one_line:  # a block scalar (`|` or `>`) ends in a line break
            text = text.removesuffix("\n")
        message = ""
        if bad := _UNWANTED_IN_TEXT.search(text):
            message = f"the text contains the control character U+{ord(bad[0]):04X}; remove it"
        elif self.one_line and ("\n" in text or "\t" in text):
            message = "must be a single line without tabs"
        elif self.pattern and not re.fullmatch(self.pattern, text):
            message = f"`{text}` is not {self.what}" if text else f"expected {self.what}, found nothing"
        if message:
            problems.add(problems.span(node), message)
            return None
        return text

    def schema(self, defs: Schema) -> Schema:
        """Accept any scalar: editors read ``send: 1`` as a number."""
        scalar: Schema = {"type": ["string", "number", "boolean", "null"]}
        return scalar | {"pattern": f"^(?:{self.pattern})$"} if self.pattern else scalar


class OneOf(Struct, Generic[C], frozen=True):
    """One of a few words."""

    options: tuple[C, ...]
    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> C | None:
        """Return the word."""
        wanted = "one of " + ", ".join(f"`{option}`" for option in self.options)
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            expected(wanted, node, problems)
            return None
        if node.value in self.options:
            return cast(C, node.value)
        guess = did_you_mean(node.value.lower(), self.options)
        problems.add(problems.span(node), f"`{node.value}` is not {wanted}{guess}")
        return None

    def schema(self, defs: Schema) -> Schema:
        """Return an enumeration."""
        return {"enum": list(self.options)}


class Int(Struct, frozen=True):
    """A decimal whole number within bounds."""

    minimum: int = 0
    maximum: int = 1_000_000
    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> int | None:
        """Return the number."""
        if isinstance(node, yaml.ScalarNode) and re.fullmatch("-?[0-9]{1,9}", node.value):
            number = int(node.value)
            if self.minimum <= number <= self.maximum:
                return number
        bounds = f"from {self.minimum} to {self.maximum}"
        what = f"a whole number {bounds}" if self.minimum < self.maximum else f"the number {self.minimum}"
        _expected_number(what, node, problems)
        return None

    def schema(self, defs: Schema) -> Schema:
        """Accept an integer, or the same in quotes."""
        number = {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}
        return {"anyOf": [number, {"type": "string", "pattern": "^-?[0-9]{1,9}$"}]}


class Seconds(Struct, frozen=True):
    """A duration in seconds, written as a plain decimal."""

    maximum: float
    zero: bool = True
    """Whether zero is allowed."""
    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> float | None:
        """Return the seconds."""
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,9})?", node.value):
            seconds = float(node.value)
            if seconds <= self.maximum and (self.zero or seconds > 0):
                return seconds
        low = "from 0" if self.zero else "more than 0 and"
        _expected_number(f"seconds, {low} up to {self.maximum:g}, such as `0.5`", node, problems)
        return None

    def schema(self, defs: Schema) -> Schema:
        """Accept a number, or the same in quotes."""
        number = {
            "type": "number",
            "minimum" if self.zero else "exclusiveMinimum": 0,
            "maximum": self.maximum,
        }
        return {"anyOf": [number, {"type": "string", "pattern": r"^[0-9]{1,6}(\.[0-9]{1,9})?$"}]}


KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30
_UNITS = {"KiB": KIB, "MiB": MIB, "GiB": GIB}
_SIZE = "([1-9][0-9]{0,5}) ?(KiB|MiB|GiB)"


class Size(Struct, frozen=True):
    """A number of bytes, written with its unit: ``512 MiB``."""

    minimum: int
    maximum: int
    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> int | None:
        """Return the number of bytes."""
        if isinstance(node, yaml.ScalarNode) and (match := re.fullmatch(_SIZE, node.value)):
            size = int(match[1]) * _UNITS[match[2]]
            if self.minimum <= size <= self.maximum:
                return size
        bounds = f"from {_with_unit(self.minimum)} to {_with_unit(self.maximum)}"
        _expected_number(f"a size {bounds}, such as `64 MiB`", node, problems)
        return None

    def schema(self, defs: Schema) -> Schema:
        """Accept text of the right form; JSON Schema cannot compare sizes."""
        return {"type": "string", "pattern": f"^{_SIZE}$"}


def _with_unit(size: int) -> str:
    return next(f"{size // unit} {name}" for name, unit in reversed(_UNITS.items()) if size % unit == 0)


def _expected_number(what: str, node: yaml.Node, problems: Problems) -> None:
    if isinstance(node, yaml.ScalarNode) and node.value:
        problems.add(problems.span(node), f"expected {what}, found `{node.value}`")
    else:
        expected(what, node, problems)


class Flag(Struct, frozen=True):
    """``true`` or ``false``."""

    kind: ClassVar[NodeKind] = "text"

    def read(self, node: yaml.Node, problems: Problems) -> bool | None:
        """Return the truth value."""
        value = node.value if isinstance(node, yaml.ScalarNode) else None
        if value in ("true", "false"):
            return bool(value == "true")
        _expected_number("`true` or `false`", node, problems)
        return None

    def schema(self, defs: Schema) -> Schema:
        """Accept a boolean, or the same in quotes."""
        return {"enum": [True, False, "true", "false"]}


class ListOf(Struct, Generic[T], frozen=True):
    """A list of ``minimum`` to ``maximum`` values of one shape."""

    item: Shape[T]
    minimum: int = 0
    maximum: int | None = None
    kind: ClassVar[NodeKind] = "list"

    def read(self, node: yaml.Node, problems: Problems) -> tuple[Written[T], ...] | None:
        """Return the items that could be read; the others have been reported."""
        if not isinstance(node, yaml.SequenceNode):
            expected("a list", node, problems, "write each item on a line of its own that starts with `- `")
            return None
        if len(node.value) < self.minimum:
            problems.add(problems.span(node), "the list is empty; add an item or leave the key out")
            return None
        if self.maximum is not None and len(node.value) > self.maximum:
            _too_many(self.maximum, node, problems)
            return None
        read = ((self.item.read(item, problems), problems.span(item)) for item in node.value)
        return tuple(Written(value, span) for value, span in read if value is not None)

    def schema(self, defs: Schema) -> Schema:
        """Return an array."""
        array: Schema = {"type": "array", "items": self.item.schema(defs)}
        bounds: Schema = {"minItems": self.minimum} if self.minimum else {}
        return array | bounds | ({"maxItems": self.maximum} if self.maximum is not None else {})


class MapOf(Struct, Generic[T], frozen=True):
    """A mapping from free names to values of one shape; at least one entry, at most ``maximum``."""

    name: Text
    value: Shape[T]
    maximum: int | None = None
    kind: ClassVar[NodeKind] = "mapping"

    def read(self, node: yaml.Node, problems: Problems) -> tuple[tuple[Written[str], Written[T]], ...] | None:
        """Return the entries that could be read, in order."""
        if not isinstance(node, yaml.MappingNode):
            expected("a mapping", node, problems, "write `name: value` lines")
            return None
        if not node.value:
            problems.add(problems.span(node), "the mapping is empty; add an entry or leave the key out")
            return None
        if self.maximum is not None and len(node.value) > self.maximum:
            _too_many(self.maximum, node, problems)
            return None
        entries = []
        for name, key, value_node in entries_of(node, problems):
            good = self.name.read(key, problems) is not None
            value = self.value.read(value_node, problems)
            if good and value is not None:
                entries.append((Written(name, problems.span(key)), Written(value, problems.span(value_node))))
        return tuple(entries)

    def schema(self, defs: Schema) -> Schema:
        """Return an object with free keys."""
        bounds: Schema = {"minProperties": 1}
        if self.maximum is not None:
            bounds["maxProperties"] = self.maximum
        names = {"propertyNames": {"pattern": f"^(?:{self.name.pattern})$"}} if self.name.pattern else {}
        return {"type": "object", **bounds, "additionalProperties": self.value.schema(defs)} | names


def _too_many(maximum: int, node: yaml.Node, problems: Problems) -> None:
    problems.add(problems.span(node), f"has {len(node.value)} entries, and at most {maximum} are possible")


class Either(Struct, Generic[T], frozen=True):
    """One of two shapes that are written as different kinds of node."""

    one: Shape[T]
    other: Shape[T]
    cure: str = ""
    """The advice for a value that is neither."""

    @property
    def kind(self) -> NodeKind:
        """The kind of the simpler one. It is needed only if the shape is nested in another ``Either``."""
        return self.one.kind

    def read(self, node: yaml.Node, problems: Problems) -> T | None:
        """Return the value, read by the shape whose kind the node has."""
        if kind_of(node) == self.one.kind:
            return self.one.read(node, problems)
        if kind_of(node) == self.other.kind:
            return self.other.read(node, problems)
        expected(f"{_an(self.one.kind)} or {_an(self.other.kind)}", node, problems, self.cure)
        return None

    def schema(self, defs: Schema) -> Schema:
        """Accept either of the two."""
        return {"anyOf": [self.one.schema(defs), self.other.schema(defs)]}


def _an(kind: NodeKind) -> str:
    return kind if kind == "text" else f"a {kind}"


class Later(Struct, Generic[T], frozen=True):
    """A shape that is looked up when it is needed, for records that contain themselves."""

    shape: Callable[[], Shape[T]]
    kind: NodeKind

    def read(self, node: yaml.Node, problems: Problems) -> T | None:
        """Return the value as the shape reads it."""
        return self.shape().read(node, problems)

    def schema(self, defs: Schema) -> Schema:
        """Return the shape's own schema."""
        return self.shape().schema(defs)


def entries_of(node: yaml.MappingNode, problems: Problems) -> Sequence[tuple[str, yaml.Node, yaml.Node]]:
    """Return the entries of a mapping, by key. Duplicate keys and keys that are not text are problems."""
    entries: list[tuple[str, yaml.Node, yaml.Node]] = []
    first: dict[str, int] = {}
    for key, value in node.value:
        span = problems.span(key)
        if not isinstance(key, yaml.ScalarNode):
            problems.add(span, f"a key must be text, this is {_an(kind_of(key))}; put it in quotes")
        elif key.value in first:
            problems.add(span, f"duplicate key `{key.value}`; it is already on line {first[key.value]}")
        else:
            first[key.value] = span.line
            entries.append((key.value, key, value))
    return entries
