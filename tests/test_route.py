"""The route as it is stored: each kind of entry, and what is not one."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from pdbcoach.observation import ExitStatus, ProcessView
from pdbcoach.route import Asked, Became, Performed, Pressed, RouteEntry, Typed, Waited

ROUTE = (
    Waited(0.5),
    Asked(1),
    Typed("main", "p 'é'"),
    Pressed("main.1", "ctrl-c", None, 1.5),
    Became("main", "stopped", 0.25),
    Became("main.1", "gone", 0.5, ExitStatus(signal=9)),
    Performed(2),
)


def test_every_kind_of_entry_is_stored_and_read_back() -> None:
    assert {type(entry) for entry in ROUTE} == set(get_args(RouteEntry))
    stored = msgspec.json.encode(ROUTE)
    assert msgspec.json.decode(stored, type=tuple[RouteEntry, ...]) == ROUTE


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({"kind": "dance", "process": "main"}, id="unknown-kind"),
        pytest.param({"kind": "line", "process": "main"}, id="no-text"),
        pytest.param({"kind": "line", "process": "main", "text": "n", "more": 1}, id="unknown-field"),
        pytest.param({"kind": "key", "process": "main", "key": "ctrl-z"}, id="unknown-key"),
        pytest.param({"kind": "wait", "seconds": -1}, id="negative-time"),
        pytest.param({"kind": "became", "process": "main", "phase": "lost"}, id="unknown-phase"),
        pytest.param({"kind": "asked", "step": 0}, id="step-zero"),
    ],
)
def test_anything_else_is_rejected(entry: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(entry, RouteEntry)


@pytest.mark.parametrize(
    ("awaited", "phase", "holds"),
    [
        ("stopped", "stopped", True),
        ("stopped", "running", False),
        ("running", "gone", True),
        ("zombie", "gone", True),
        ("gone", "zombie", False),
    ],
)
def test_a_process_that_has_gone_further_has_become_what_it_was(
    awaited: str, phase: str, holds: bool
) -> None:
    views = {"main": ProcessView("main", 1, phase)}  # type: ignore[arg-type]
    assert Became("main", awaited).holds(views) is holds  # type: ignore[arg-type]
    assert not Became("main.1", awaited).holds(views)  # type: ignore[arg-type]
