from __future__ import annotations

import json

import pytest

from pdbcoach.cli import main


def test_the_json_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")
