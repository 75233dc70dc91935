"""Records: mappings with known keys, declared once as class attributes.

Reading, error messages and the JSON Schema all come from that declaration::

    class PackFields(Record):
        name = "a pack"

        id = Field(Text(), "Its id.", required=True)

    pack = PackFields.read(node, problems)
    pack.id  # a Written[str], or None if it was not given or could not be read
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, overload

import yaml
from msgspec import Struct

from pdbcoach.errors import Span
from pdbcoach.form.shapes import NodeKind, Schema, Shape, Written, did_you_mean, entries_of, expected
from pdbcoach.form.source import Problems

T = TypeVar("T")
R = TypeVar("R", bound="Record")


class Field(Generic[T]):
    """A key of a record. On a record that was read, the attribute is the value, or None.

    The key is the attribute's name, without the underscore after a Python keyword (``not_``).
    """

    def __init__(
        self,
        shape: Shape[T],
        doc: str,
        required: bool = False,
        key: str = "",
        translated: Shape[Any] | None = None,
    ) -> None:
        self.shape = shape
        self.doc = doc
        self.required = required
        self.key = key
        self.translated = translated
        """How its translation is written; None if it is not translated."""

    def __set_name__(self, owner: type[Record], name: str) -> None:
        self.key = name.rstrip("_")

    @overload
    def __get__(self, record: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, record: Record, owner: type) -> Written[T] | None: ...
    def __get__(self, record: Record | None, owner: type) -> Field[T] | Written[T] | None:
        return self if record is None else record.written.get(self.key)


class Record:
    """A mapping with known keys, one ``Field`` each. Unknown and duplicate keys are problems."""

    name: ClassVar[str] = ""
    """What messages and the schema call it."""
    cures: ClassVar[Mapping[str, str]] = {}
    """Keys that are not fields but that people write, and what to tell them."""
    more: ClassVar[Sequence[Field[Any]]] = ()
    """Fields that are declared elsewhere, with their keys; they come before the class's own."""

    def __init__(
        self,
        span: Span,
        written: Mapping[str, Written[Any]],
        keys: Mapping[str, Span],
        unknown: bool = False,
    ) -> None:
        self.span = span
        self.written = written
        self.keys = keys
        """The place of each given key, whether or not its value could be read."""
        self.unknown = unknown
        """Whether there were unknown keys too: a key that seems to be missing may be a misspelt one."""

    @classmethod
    @functools.cache
    def fields(cls) -> Mapping[str, Field[Any]]:
        """Return the fields by key, inherited ones first."""
        found: dict[str, Field[Any]] = {}
        for base in reversed(cls.__mro__):
            declared = (*vars(base).get("more", ()), *vars(base).values())
            found.update({value.key: value for value in declared if isinstance(value, Field)})
        return found

    def has(self, field: Field[Any]) -> bool:
        """Return whether the author gave this key, even if its value could not be read."""
        return field.key in self.keys

    def given(self, *fields: Field[Any]) -> list[str]:
        """Return those of ``fields`` that the author gave, by key."""
        return [field.key for field in fields if self.has(field)]

    @classmethod
    def read(cls: type[R], node: yaml.Node, problems: Problems) -> R | None:
        """Return the record in ``node``, without fields that could not be read; None if it is no mapping."""
        if not isinstance(node, yaml.MappingNode):
            expected(f"a mapping ({cls.name})", node, problems)
            return None
        fields = cls.fields()
        written: dict[str, Written[Any]] = {}
        keys: dict[str, Span] = {}
        unknown = False
        misspelt = ""
        for key, key_node, value_node in entries_of(node, problems):
            span = problems.span(key_node)
            if key not in fields:
                cure = cls._cure(key, fields)
                problems.add(span, f"unknown key `{key}` in {cls.name}{cure}")
                unknown, misspelt = True, misspelt + cure
                continue
            keys[key] = span
            value = fields[key].shape.read(value_node, problems)
            if value is not None:
                written[key] = Written(value, problems.span(value_node))
        for key, field in fields.items():
            if field.required and key not in keys and f"`{key}`?" not in misspelt:
                problems.add(problems.span(node), f"{cls.name} needs `{key}`: {field.doc}")
        return cls(problems.span(node), written, keys, unknown)

    @classmethod
    def _cure(cls, key: str, fields: Iterable[str]) -> str:
        if key == "<<":
            return "; merge keys are not supported, write the keys out"
        return f"; {cls.cures[key]}" if key in cls.cures else did_you_mean(key, fields)

    @classmethod
    def schema(cls, defs: Schema) -> Schema:
        """Return a reference to the record's definition, and add that to ``defs``."""
        name = cls.name.removeprefix("a ").removeprefix("an ").replace(" ", "-").replace("`", "")
        if name not in defs:
            defs[name] = {}  # taken before its own fields are described: they may refer to it
            properties = {
                key: {"description": field.doc} | field.shape.schema(defs)
                for key, field in cls.fields().items()
            }
            required = [key for key, field in cls.fields().items() if field.required]
            defs[name] = {"type": "object", "properties": properties, "additionalProperties": False}
            if required:
                defs[name]["required"] = required
        return {"$ref": f"#/$defs/{name}"}


class Nested(Struct, Generic[R], frozen=True):
    """A record as the value of a field."""

    record: type[R]
    kind: ClassVar[NodeKind] = "mapping"

    def read(self, node: yaml.Node, problems: Problems) -> R | None:
        """Return the record; None after reporting that it is no mapping."""
        return self.record.read(node, problems)

    def schema(self, defs: Schema) -> Schema:
        """Return a reference to the record."""
        return self.record.schema(defs)


def translations(record: type[Record], *required: Field[Any]) -> tuple[Field[Any], ...]:
    """Return the fields of the translation of ``record``, of which only ``required`` must be given."""
    return tuple(
        Field(field.translated, field.doc, field in required, field.key)
        for field in record.fields().values()
        if field.translated is not None
    )
