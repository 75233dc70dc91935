from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from scenario.author import HEAD, STEPS
from scenario.test_loader import EXAMPLE
from scenario.test_malformed import VALID

from pdbcoach.scenario.schema import json_schema

FILE = Path(__file__).parents[2] / "pdbcoach.schema.json"


def errors(document: str) -> list[str]:
    """Return what an editor would report; editors read YAML's own types."""
    return [
        error.message for error in Draft202012Validator(json_schema()).iter_errors(yaml.safe_load(document))
    ]


def test_the_committed_file_is_up_to_date() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == json_schema(), (
        "run: pdbcoach schema > pdbcoach.schema.json"
    )


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize(
    "document", [EXAMPLE, VALID.decode(), HEAD + STEPS], ids=["example", "valid", "smallest"]
)
def test_the_schema_accepts_what_loads(document: str) -> None:
    assert errors(document) == []


@pytest.mark.parametrize("send", ["1", "n", "no", "~", "0x10", "1:30", "''", "", "1.5"])
def test_the_schema_accepts_any_scalar_as_text(send: str) -> None:
    assert errors(f"{HEAD}steps:\n  - send: {send}\n") == []


@pytest.mark.parametrize(
    "document",
    [
        HEAD + STEPS + "titel: x\n",
        HEAD + "steps:\n  - sned: n\n",
        HEAD + "steps:\n  - send: n\n    at: {lin: 3}\n",
        HEAD + "steps:\n  - send: n\n    expect: [{regex: a}]\n",
        HEAD + "steps:\n  - send: n\n    wrong: [{when: {lin: 3}, say: x}]\n",
        HEAD + STEPS + "variants: {a: {titel: x}}\n",
        HEAD + STEPS + "variants: {a: {id: x}}\n",
    ],
    ids=["top", "step", "place", "expectation", "when", "variant", "id of a variant"],
)
def test_the_schema_rejects_unknown_keys_at_every_level(document: str) -> None:
    assert errors(document)


@pytest.mark.parametrize(
    "document",
    [
        HEAD,
        HEAD + "steps: []\n",
        STEPS,
        HEAD.replace("format: 1", "format: 2") + STEPS,
        HEAD.replace("id: demo", "id: Demo") + STEPS,
        HEAD + STEPS + "level: cores\n",
        HEAD + STEPS + "timeout: 0\n",
        HEAD + STEPS + "teaches: [n]\n",
        HEAD + "steps:\n  - send: [n]\n",
        HEAD + "steps:\n  - {send: n, breakpoints: [main]}\n",
    ],
    ids=[
        "no steps",
        "empty steps",
        "no head",
        "format",
        "id",
        "level",
        "timeout",
        "short form",
        "list",
        "breakpoint",
    ],
)
def test_the_schema_rejects_wrong_values(document: str) -> None:
    assert errors(document)


def test_every_key_is_described() -> None:
    schema = json_schema()
    records: dict[str, Any] = {"top": schema} | schema["$defs"]
    undescribed = [
        f"{name}.{key}"
        for name, record in records.items()
        for key, value in record["properties"].items()
        if not value.get("description")
    ]
    assert undescribed == []
