"""A desk to practise at, and a check that each test leaves nothing behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from front.driving import Desk
from sessions import open_descriptors, survivors

from pdbcoach import Session
from pdbcoach.front import practice
from pdbcoach.replay import actions


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """Give a desk; afterwards no process, file or descriptor may be left."""
    temporary = tmp_path / "t"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    made = Desk(tmp_path / "home")
    sessions: list[Session] = []
    session_for, visit = actions.session_for, practice.Practising

    def noted_session(*arguments: Any) -> Session:
        sessions.append(session_for(*arguments))
        return sessions[-1]

    def noted_visit(*arguments: Any, **options: Any) -> practice.Practising:
        made.visits.append(visit(*arguments, **options))
        return made.visits[-1]

    monkeypatch.setattr(actions, "session_for", noted_session)
    monkeypatch.setattr(practice, "Practising", noted_visit)
    before = open_descriptors()
    yield made
    assert list(temporary.iterdir()) == []
    assert survivors([one._environment["PDBCOACH_TOKEN"] for one in sessions]) == []
    assert open_descriptors() == before
