"""Test that docs/format.md describes every key of the format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pdbcoach.scenario.schema import json_schema

PAGE = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")


def keys(schema: object) -> Iterator[str]:
    """Yield every key of every record, at any depth."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        for inner in schema.values():
            yield from keys(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from keys(inner)


@pytest.mark.parametrize("key", sorted(set(keys(json_schema()))))
def test_a_key_is_described(key: str) -> None:
    assert f"`{key}" in PAGE or f"{key}" in [word.strip("`{}:,") for word in PAGE.split()]
