"""How long the shipped lessons keep a person, and a build, waiting."""

from __future__ import annotations

from packs.shelf import SCENARIOS


def test_all_waits_together_are_short() -> None:
    assert sum(step.wait for one in SCENARIOS for step in one.steps) < 30
