"""Test of how long the shipped lessons wait."""

from __future__ import annotations

from packs.shelf import SCENARIOS


def test_all_waits_together_take_less_than_30_seconds() -> None:
    assert sum(step.wait for one in SCENARIOS for step in one.steps) < 30
