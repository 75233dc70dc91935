"""Edits at the nodes of a YAML file: what is replaced, and that every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pdbcoach.authoring.edits import Document
from pdbcoach.errors import PdbcoachError, Span

WORDS = st.text(st.sampled_from("ab 1:#'\"[]{},\\-|>&*é"), max_size=12)
LINES = st.lists(WORDS.map(str.strip).filter(bool), min_size=1, max_size=4)

PLAIN, SINGLE, DOUBLE, BLOCK, FOLDED = (
    "plain",
    "'single quoted'",
    '"double"',
    "|\n    one\n    two",
    ">\n    folded",
)
STYLES = st.sampled_from([PLAIN, SINGLE, DOUBLE, BLOCK, FOLDED])


def value_of(text: str, *keys: str | int) -> object:
    """Return what a YAML text has at a path of keys, every scalar as a string."""
    found: object = yaml.load(text, yaml.BaseLoader)
    for key in keys:
        found = found[key]  # type: ignore[index]
    return found


def node_at(document: Document, key: str) -> yaml.Node:
    node = document.value(key)
    assert node is not None
    return node


def scalar_at(document: Document, key: str) -> yaml.ScalarNode:
    node = node_at(document, key)
    assert isinstance(node, yaml.ScalarNode)
    return node


def mapping_at(document: Document, key: str) -> yaml.MappingNode:
    node = node_at(document, key)
    assert isinstance(node, yaml.MappingNode)
    return node


class TestScalars:
    @given(STYLES, WORDS, st.sampled_from(["\n", "\r\n"]))
    def test_only_the_scalar_changes(self, style: str, new: str, newline: str) -> None:
        before, after = "# head\nfirst: 1   # one\nkey: ", "\n# tail\nlast:   [x,  y]  \n"
        text = (before + style + after).replace("\n", newline)
        document = Document(text)
        document.replace_scalar(scalar_at(document, "key"), new)
        made = document.result()
        assert made.startswith(before.replace("\n", newline))
        assert made.endswith(after.replace("\n", newline))
        if style in (BLOCK, FOLDED):  # spaces at the end of a line of output never count
            assert str(value_of(made, "key")).rstrip() == new.rstrip()
        else:
            assert value_of(made, "key") == new

    @given(st.sampled_from([PLAIN, SINGLE, DOUBLE]), WORDS)
    def test_a_scalar_within_brackets_reads_back(self, style: str, new: str) -> None:
        document = Document(f"top: {{other: [1, 2], key: {style}, more: x}}  # why\n")
        entries = {name.value: value for name, value in mapping_at(document, "top").value}
        document.replace_scalar(entries["key"], new)
        made = document.result()
        assert value_of(made, "top") == {"other": ["1", "2"], "key": new, "more": "x"}
        assert made.startswith("top: {other: [1, 2], key: ")
        assert made.endswith(", more: x}  # why\n")

    @pytest.mark.parametrize(
        ("old", "new", "written"),
        [
            pytest.param("'4'", "5", "'5'", id="single-quotes-stay"),
            pytest.param('"4"', "5", '"5"', id="double-quotes-stay"),
            pytest.param("4", "5", "5", id="a-plain-number-stays-plain"),
            pytest.param("f", "5", '"5"', id="a-number-in-place-of-a-word-is-quoted"),
            pytest.param("'x'", "it's", "'it''s'", id="a-quote-within-is-doubled"),
            pytest.param("&one x", "y", "&one y", id="an-anchor-stays"),
        ],
    )
    def test_the_style_stays_where_it_can(self, old: str, new: str, written: str) -> None:
        document = Document(f"key: {old}\n")
        document.replace_scalar(scalar_at(document, "key"), new)
        assert document.result() == f"key: {written}\n"


class TestBlocks:
    @given(LINES, LINES, st.sampled_from(["\n", "\r\n"]), st.data())
    def test_kept_lines_keep_every_byte(
        self, old: list[str], new: list[str], newline: str, data: st.DataObject
    ) -> None:
        """Trailing spaces are the bytes that a rewritten block would lose."""
        kept = data.draw(
            st.lists(st.sampled_from([None, *range(len(old))]), min_size=len(new), max_size=len(new))
        )
        lines = [f"    {line}  " for line in old]
        text = newline.join(["a: 1", "key: |", *lines, "b: 2", ""])
        document = Document(text)
        texts = [new[at] if origin is None else old[origin] for at, origin in enumerate(kept)]
        document.replace_block(scalar_at(document, "key"), "".join(f"{line}\n" for line in texts), kept)
        made = [f"    {new[at]}" if origin is None else lines[origin] for at, origin in enumerate(kept)]
        assert document.result() == newline.join(["a: 1", "key: |", *made, "b: 2", ""])

    def test_all_lines_can_go(self) -> None:
        document = Document("key: |\n  a\n  b\nnext: c\n")
        document.replace_block(scalar_at(document, "key"), "", [])
        assert document.result() == "key: |\nnext: c\n"
        assert value_of(document.result()) == {"key": "", "next": "c"}

    def test_comments_and_empty_lines_after_a_block_stay(self) -> None:
        document = Document("key: >\n  a\n\n# about what follows\nnext: c\n")
        document.replace_block(scalar_at(document, "key"), "b\n")
        assert document.result() == "key: |\n  b\n\n# about what follows\nnext: c\n"

    @pytest.mark.parametrize("text", ["  indented\n", "\nempty first\n", " a\n  b\n"])
    def test_a_text_that_starts_with_a_space_or_newline_reads_back(self, text: str) -> None:
        document = Document("- key: |\n    a\n  next: c\n")
        assert isinstance(document._root, yaml.SequenceNode)
        (_, node), _ = document._root.value[0].value
        document.replace_block(node, text)
        assert value_of(document.result(), 0) == {"key": text, "next": "c"}

    def test_two_kinds_of_line_ends_stay(self) -> None:
        document = Document("a: 1\r\nkey: |\n  x\n  y\r\nb: 2\n")
        document.replace_block(scalar_at(document, "key"), "x\nz\n", [0, None])
        assert document.result().startswith("a: 1\r\nkey: |\n  x")
        assert document.result().endswith("b: 2\n")
        assert value_of(document.result().replace("\r\n", "\n"), "key") == "x\nz\n"


MAPPINGS = [
    pytest.param("key: {a: 1}  # why\nnext: x\n", "key: {a: 1, b: two}  # why\nnext: x\n", id="braces"),
    pytest.param("key: {}\nnext: x\n", "key: {b: two}\nnext: x\n", id="empty-braces"),
    pytest.param("key: {a: 1, }\n", "key: {a: 1, b: two, }\n", id="a-comma-at-the-end"),
    pytest.param("key: {a: 1  # why\n  }\n", "key: {a: 1, b: two  # why\n  }\n", id="a-comment-in-braces"),
    pytest.param("key:\n  a: 1  # why\nnext: x\n", "key:\n  a: 1  # why\n  b: two\nnext: x\n", id="lines"),
    pytest.param("key:\n  a: 1", "key:\n  a: 1\n  b: two\n", id="no-newline-at-the-end"),
    pytest.param(
        "key:\n  a: |\n    x\n\nnext: x\n", "key:\n  a: |\n    x\n  b: two\n\nnext: x\n", id="a-block-last"
    ),
    pytest.param("key:\r\n  a: 1\r\n", "key:\r\n  a: 1\r\n  b: two\r\n", id="windows"),
    pytest.param("key:\n  a:\n    - {c: 1}\n", "key:\n  a:\n    - {c: 1}\n  b: two\n", id="a-list-last"),
]


@pytest.mark.parametrize(("text", "written"), MAPPINGS)
def test_an_entry_is_added_at_the_end_of_a_mapping(text: str, written: str) -> None:
    document = Document(text)
    document.add_entry(mapping_at(document, "key"), "b", "two")
    assert document.result() == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("key: {a: 1, b: 2, c: 3}\n", "key: {a: 1, c: 3}\n", id="in-the-middle"),
        pytest.param("key: {b: 2, c: 3}\n", "key: {c: 3}\n", id="first"),
        pytest.param("key: {a: 1, b: 2}\n", "key: {a: 1}\n", id="last"),
        pytest.param("key:\n  a: 1\n  b: 2  # gone\n  c: 3\n", "key:\n  a: 1\n  c: 3\n", id="a-line"),
        pytest.param("key:\n  a: 1\n  b:\n    - x\nnext: 1\n", "key:\n  a: 1\nnext: 1\n", id="several-lines"),
    ],
)
def test_an_entry_is_removed(text: str, written: str) -> None:
    document = Document(text)
    document.remove_entry(mapping_at(document, "key"), "b")
    assert document.result() == written


@given(st.permutations(["a", "b", "c"]), st.booleans())
def test_the_order_of_the_edits_makes_no_difference(order: list[str], block: bool) -> None:
    text = "a: one\nb: |\n  two\nc: {d: 3}\n" if block else "{a: one, b: two, c: {d: 3}}\n"
    document = Document(text)
    for key in order:
        node = node_at(document, key)
        if isinstance(node, yaml.ScalarNode):
            document.replace_scalar(node, f"new {key}")
        else:
            assert isinstance(node, yaml.MappingNode)
            document.add_entry(node, "e", "4")
    made = value_of(document.result())
    assert made == {"a": "new a", "b": "new b\n" if block else "new b", "c": {"d": "3", "e": "4"}}


class TestConflicts:
    def test_two_texts_for_one_node_are_a_conflict_in_its_line(self) -> None:
        document = Document("a: 1\nb: 2\n")
        document.replace_scalar(scalar_at(document, "b"), "3")
        assert document.conflict() is None
        document.replace_scalar(scalar_at(document, "b"), "4")
        assert document.conflict() == 2

    def test_the_same_edit_twice_is_one(self) -> None:
        document = Document("a: 1\n")
        for _ in range(2):
            document.replace_scalar(scalar_at(document, "a"), "3")
        assert document.conflict() is None
        assert document.result() == "a: 3\n"

    @given(st.lists(st.sampled_from("abc"), unique=True))
    def test_without_a_conflict_all_edits_are_made(self, keys: list[str]) -> None:
        document = Document("a: 1\nb: 2\nc: 3\n")
        for number, key in enumerate(keys):
            document.replace_scalar(scalar_at(document, key), f"x{number}")
        assert document.conflict() is None
        expected = {"a": "1", "b": "2", "c": "3"} | {key: f"x{number}" for number, key in enumerate(keys)}
        assert value_of(document.result()) == expected


class TestPlaces:
    def test_a_mapping_is_found_where_it_starts(self) -> None:
        document = Document("steps:\n  - send: n\n    at: {line: 1}\n  - {send: c}\n")
        found = document.mapping_at(Span(Path("x.yaml"), 2, 5))
        assert [key.value for key, _ in found.value] == ["send", "at"]
        assert [key.value for key, _ in document.mapping_at(Span(Path("x.yaml"), 4, 5)).value] == ["send"]

    def test_a_place_without_a_mapping_is_an_error(self) -> None:
        with pytest.raises(PdbcoachError, match="can't be edited"):
            Document("a: 1\n").mapping_at(Span(Path("x.yaml"), 1, 4))

    def test_the_source_of_a_node_is_what_its_author_wrote(self) -> None:
        document = Document("a: {x:   'y'}   # z\nb:\n  - 1\n  - 2\n\nc: 3\n")
        assert document.source(node_at(document, "a")) == "{x:   'y'}"
        assert document.source(node_at(document, "b")) == "- 1\n  - 2"

    def test_a_key_that_is_missing_has_no_value(self) -> None:
        assert Document("a: 1\n").value("b") is None
        assert Document("- a\n").value("a") is None
