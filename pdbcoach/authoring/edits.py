"""Edit a YAML file at its nodes: every byte outside the edits stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml
from msgspec import Struct, field

from pdbcoach.authoring.yaml_text import Data, block, flow, quoted, scalar
from pdbcoach.errors import PdbcoachError, Span

_ANCHOR = re.compile(r"&\S+\s+")
_Loader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Edit(Struct, frozen=True, order=True):
    """A range of offsets, and the text that replaces it."""

    start: int
    end: int
    text: str


class Document(Struct):
    """The text of one file, its nodes, and the edits asked for."""

    text: str
    edits: set[Edit] = field(default_factory=set)
    _starts: list[int] = field(default_factory=list)
    _root: yaml.Node | None = None

    def __post_init__(self) -> None:
        self._starts = [0, *(found.end() for found in re.finditer("\r\n|\r|\n", self.text))]
        self._root = yaml.compose(self.text, _Loader)

    @property
    def newline(self) -> str:
        """The line ending of the file."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def value(self, key: str) -> yaml.Node | None:
        """Return the value of a top-level key; None if it is missing."""
        return self.find((key,))

    def find(self, keys: Sequence[str | int]) -> yaml.Node | None:
        """Return what is under these keys and indices, from the top; None if it is missing."""
        node = self._root
        for key in keys:
            entries: Sequence[tuple[object, yaml.Node]] = ()
            if isinstance(node, yaml.MappingNode):
                entries = [(name.value, value) for name, value in node.value]
            elif isinstance(node, yaml.SequenceNode):
                entries = list(enumerate(node.value))
            node = next((value for name, value in entries if name == key), None)
        return node

    def mapping_at(self, span: Span) -> yaml.MappingNode:
        """Return the mapping that starts at a place, such as a step. Raises ``PdbcoachError`` without one."""
        for node in self._nodes(self._root):
            mark = node.start_mark
            if isinstance(node, yaml.MappingNode) and (mark.line + 1, mark.column + 1) == (
                span.line,
                span.column,
            ):
                return node
        raise PdbcoachError(f"{span}: this step is written in a way that can't be edited; write it out")

    def _nodes(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        todo = [node] if node is not None else []
        while todo:
            one = todo.pop()
            yield one
            if isinstance(one, yaml.MappingNode):
                todo += [value for _, value in one.value]
            elif isinstance(one, yaml.SequenceNode):
                todo += one.value

    def offset(self, mark: yaml.Mark) -> int:
        """Return the offset of a YAML mark."""
        return self._starts[mark.line] + mark.column if mark.line < len(self._starts) else len(self.text)

    def source(self, node: yaml.Node) -> str:
        """Return a node's text as its author wrote it."""
        return self.text[self.start(node) : self.end(node)]

    def start(self, node: yaml.Node) -> int:
        """Return where a node's own text begins, after its anchor: other nodes may refer to that."""
        start = self.offset(node.start_mark)
        anchor = _ANCHOR.match(self.text, start)
        return anchor.end() if anchor else start

    def end(self, node: yaml.Node) -> int:
        """Return where a node's own text ends. For YAML, a block collection ends at the next node."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self.end(last[1] if isinstance(last, tuple) else last)
        return self._block_end(node) if isinstance(node, yaml.ScalarNode) else self.offset(node.end_mark)

    def _line_end(self, offset: int) -> int:
        """Return where the next line begins; ``offset`` itself if a line begins there."""
        return next((start for start in self._starts if start >= offset), len(self.text))

    def in_flow(self, node: yaml.Node) -> bool:
        """Return True if a node is inside square brackets or braces."""
        place = self.offset(node.start_mark)
        return any(
            isinstance(one, yaml.CollectionNode)
            and one.flow_style
            and self.offset(one.start_mark) < place < self.offset(one.end_mark)
            for one in self._nodes(self._root)
        )

    def replace(self, node: yaml.Node, text: str) -> None:
        """Replace a node by ``text``."""
        is_block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
        self.edits.add(Edit(self.start(node), self.end(node), text + self.newline * is_block))

    def replace_scalar(self, node: yaml.ScalarNode, text: str) -> None:
        """Replace a scalar's text, and keep its quotes."""
        style = node.style if node.style in ("'", '"') else ""
        if node.style in ("|", ">"):
            self.replace_block(node, text + "\n")
        elif style and "\n" not in text:
            self.replace(node, quoted(text, style))
        else:
            is_number = not style and re.fullmatch("-?[0-9]+", node.value) and re.fullmatch("-?[0-9]+", text)
            self.replace(node, text if is_number else scalar(text, flow=self.in_flow(node)))

    def replace_block(self, node: yaml.ScalarNode, text: str, kept: Sequence[int | None] = ()) -> None:
        """Replace a scalar by a block of lines.

        ``kept`` has, for each line, the index of the old line or None if it is new. An old line keeps every
        byte, even trailing spaces.
        """
        indent = self._block_indent(node)
        if self.in_flow(node):
            self._replace_in_flow(node, text.removesuffix("\n"))
        elif node.style != "|" or indent is None or text.startswith((" ", "\n")):
            self._rewrite_block(node, text, indent or " " * (self._key_indent(node) + 2))
        else:
            self._replace_lines(node, text.removesuffix("\n").split("\n") if text else [], indent, kept)

    def _replace_in_flow(self, node: yaml.ScalarNode, line: str) -> None:
        keeps_quotes = node.style in ("'", '"') and "\n" not in line
        self.replace(node, quoted(line, node.style) if keeps_quotes else scalar(line, flow=True))

    def _rewrite_block(self, node: yaml.ScalarNode, text: str, indent: str) -> None:
        """Write a block anew; a quoted text of one line stays quoted."""
        is_block = node.style in ("|", ">")
        if node.style and not is_block and "\n" not in text.rstrip("\n"):
            self.replace(node, quoted(text.rstrip("\n"), node.style))
            return
        lines = block(text, indent) if text.strip() else ['""']
        if lines[0].startswith("|") and lines[0][1:2].isdigit():
            lines[0] = "|" + str(len(indent) - self._key_indent(node)) + lines[0][2:]
        tail = self.newline if is_block else ""
        self.edits.add(Edit(self.start(node), self._block_end(node), self.newline.join(lines) + tail))

    def _replace_lines(
        self, node: yaml.ScalarNode, new: Sequence[str], indent: str, kept: Sequence[int | None]
    ) -> None:
        first = node.start_mark.line + 1
        old = [self._line(first + at) for at in range(len(node.value.removesuffix("\n").split("\n")))]
        lines = [
            old[at] if at is not None else (indent + line).rstrip()
            for at, line in zip(kept or [None] * len(new), new, strict=True)
        ]
        end = self._starts[first + len(old)] if first + len(old) < len(self._starts) else len(self.text)
        written = "".join(line + self.newline for line in lines)
        self.edits.add(Edit(self._starts[first], end, written))

    def add_entry(self, mapping: yaml.MappingNode, key: str, value: Data) -> None:
        """Add a key at the end of a mapping."""
        if mapping.flow_style:
            place = self.end(mapping.value[-1][1]) if mapping.value else self.start(mapping) + 1
            comma = ", " if mapping.value else ""
            entry = f"{comma}{scalar(key, flow=True)}: {flow(value)}"
            self.edits.add(Edit(place, place, entry))
            return
        indent = " " * mapping.start_mark.column
        end = self._line_end(self.end(mapping))
        head = "" if self.text[:end].endswith(("\n", "\r")) else self.newline
        self.edits.add(Edit(end, end, head + f"{indent}{scalar(key)}: {flow(value)}" + self.newline))

    def remove_entry(self, mapping: yaml.MappingNode, key: str) -> None:
        """Remove a key from a mapping in block or flow style."""
        at = next(i for i, (name, _) in enumerate(mapping.value) if name.value == key)
        name, value = mapping.value[at]
        start, end = self.offset(name.start_mark), self.end(value)
        if not mapping.flow_style:
            end = self._line_end(end)
            if at + 1 < len(mapping.value):  # up to the next key: the first may follow a dash
                end = self.offset(mapping.value[at + 1][0].start_mark)
            else:
                start = self._starts[name.start_mark.line]
        else:
            if at + 1 < len(mapping.value):
                end = self.offset(mapping.value[at + 1][0].start_mark)
            elif at:
                start = self.offset(mapping.value[at - 1][1].end_mark)
        self.edits.add(Edit(start, end, ""))

    def conflict(self) -> int | None:
        """Return the number of the first line that two edits would rewrite differently."""
        at = 0
        for edit in sorted(self.edits):
            if edit.start < at:
                return self.text.count("\n", 0, edit.start) + 1
            at = edit.end
        return None

    def result(self) -> str:
        """Return the text with all edits made. The edits must not be in conflict."""
        parts: list[str] = []
        at = 0
        for edit in sorted(self.edits):
            parts += [self.text[at : edit.start], edit.text]
            at = edit.end
        return "".join([*parts, self.text[at:]])

    def _line(self, number: int) -> str:
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[number] : end].rstrip("\r\n")

    def _block_indent(self, node: yaml.ScalarNode) -> str | None:
        """Return the indentation of a literal block; None for any other scalar."""
        for at, line in enumerate(node.value.split("\n")):
            raw = self._line(node.start_mark.line + 1 + at) if node.style == "|" else ""
            if line.strip() and raw.endswith(line):
                return raw[: len(raw) - len(line)]
        return None

    def _block_end(self, node: yaml.ScalarNode) -> int:
        """Return where a block scalar ends, without the comments and empty lines after it."""
        if node.style not in ("|", ">"):
            return self.offset(node.end_mark)
        number = node.start_mark.line
        last = number
        column = self._key_indent(node)
        for at in range(number + 1, min(node.end_mark.line + 1, len(self._starts))):
            line = self._line(at)
            if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
                break
            if line.strip():
                last = at
        return self._starts[last + 1] if last + 1 < len(self._starts) else len(self.text)

    def _key_indent(self, node: yaml.Node) -> int:
        """Return the column of the key that a node is the value of."""
        for one in self._nodes(self._root):
            if isinstance(one, yaml.MappingNode):
                for key, value in one.value:
                    if value is node:
                        return int(key.start_mark.column)
        line = self._line(node.start_mark.line)
        return len(line) - len(line.lstrip(" "))
