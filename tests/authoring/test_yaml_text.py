"""Scenario files read back as the values that were written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pdbcoach.authoring.yaml_text import Data, LiteralBlock, block, document, flow, scalar
from pdbcoach.form.source import UNWANTED, Problems, read_yaml

TEXTS = st.text(
    st.one_of(
        st.sampled_from(list(" \n\t:#'\"[]{}|>-?,&*!%@`\\~=.0123456789noyestruefalsnul")),
        st.characters(exclude_categories=["Cs"]).filter(lambda c: not UNWANTED.search(c) and c != "\r"),
    ),
    max_size=30,
)
KEYS = TEXTS.filter(lambda text: "\n" not in text)
DATA = st.recursive(
    st.one_of(TEXTS, TEXTS.map(LiteralBlock)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)


def read_back(node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: read_back(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [read_back(item) for item in node.value]
    return node.value


def plain(value: Data) -> object:
    if isinstance(value, LiteralBlock):
        return value.text
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class TestReadsBack:
    @given(TEXTS)
    def test_a_scalar_reads_back(self, text: str) -> None:
        assert read_back(yaml.compose(f"k: {scalar(text)}\n")) == {"k": text}

    @given(st.lists(TEXTS, min_size=1, max_size=3), st.dictionaries(KEYS, TEXTS, max_size=3))
    def test_a_flow_collection_reads_back(self, texts: list[str], entries: dict[str, str]) -> None:
        assert read_back(yaml.compose(flow([*texts, entries]))) == [*texts, entries]

    @given(TEXTS, st.integers(1, 5))
    def test_a_block_reads_back(self, text: str, depth: int) -> None:
        head = "".join("  " * level + "k:\n" for level in range(depth - 1))
        lines = block(text, "  " * depth)
        found = read_back(yaml.compose(f"{head}{'  ' * (depth - 1)}k: " + "\n".join(lines) + "\n"))
        for _ in range(depth):
            found = found["k"]  # type: ignore[index]
        assert found == text

    @settings(max_examples=60, deadline=None)
    @given(
        st.dictionaries(KEYS, DATA, min_size=1, max_size=4),
        st.lists(st.dictionaries(KEYS, DATA, min_size=1, max_size=4), min_size=1, max_size=3),
    )
    def test_a_document_reads_back(self, top: dict[str, Data], steps: list[Data]) -> None:
        top["steps"] = steps
        assert read_back(yaml.compose(document(top, ["a comment: [x"]))) == plain(top)  # type: ignore[arg-type]

    def test_the_scenario_loader_reads_it_back(self, tmp_path: Path) -> None:
        file = tmp_path / "x.yaml"
        file.write_text(
            document({"a": "no", "steps": [{"send": "p {'a': 1}  # x", "expect": LiteralBlock("  1\n")}]})
        )
        node, problems = read_yaml(file)
        assert isinstance(problems, Problems)
        assert read_back(node) == {"a": "no", "steps": [{"send": "p {'a': 1}  # x", "expect": "  1\n"}]}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("b 15", "b 15", id="plain"),
        pytest.param("n", "n", id="a-letter"),
        pytest.param("", '""', id="nothing"),
        pytest.param("6", '"6"', id="a-number"),
        pytest.param("no", '"no"', id="a-truth-value"),
        pytest.param("1:30", '"1:30"', id="sexagesimal"),
        pytest.param("'a'", "\"'a'\"", id="apostrophes"),
        pytest.param('"w1"', "'\"w1\"'", id="quotes"),
        pytest.param("p x: y", '"p x: y"', id="a-colon"),
        pytest.param("x # y", '"x # y"', id="a-comment"),
        pytest.param("@call", '"@call"', id="a-mark"),
        pytest.param("p d[1]", "p d[1]", id="brackets-in-a-block"),
    ],
)
def test_a_scalar_is_quoted_only_if_it_must_be(text: str, written: str) -> None:
    assert scalar(text) == written


def test_brackets_within_a_flow_collection_are_quoted() -> None:
    assert flow({"values": {"x": "[1, 2]"}}) == '{values: {x: "[1, 2]"}}'


def test_a_control_character_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"U\+001B"):
        scalar("\x1b[0m")


def test_a_file_has_the_style_of_the_shipped_ones() -> None:
    steps: list[Data] = [
        {"send": "b @call", "breakpoints": [{"at": "@call", "temporary": False}]},
        {"send": "p total", "at": {"line": 11, "function": "f"}, "expect": LiteralBlock("6\n")},
        {"send": "q", "ends": {"main": "exit 0"}},
    ]
    assert document(
        {"format": 1, "id": "demo", "marks": {"call": "total = f()"}, "steps": steps}, ["A note."]
    ) == (
        "# A note.\nformat: 1\nid: demo\nmarks:\n  call: total = f()\n\n"
        'steps:\n  - send: b @call\n    breakpoints: [{at: "@call", temporary: false}]\n\n'
        "  - send: p total\n    at: {line: 11, function: f}\n    expect: |\n      6\n\n"
        "  - send: q\n    ends: {main: exit 0}\n"
    )
