from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.progress.home import state_folder


def test_a_folder_may_be_chosen() -> None:
    assert state_folder({"PDBCOACH_HOME": "/some/where"}) == Path("/some/where")


@pytest.mark.parametrize(
    "environ", [pytest.param({}, id="unset"), pytest.param({"PDBCOACH_HOME": ""}, id="empty")]
)
def test_else_it_is_the_users_for_state(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/x/.local/state")
    assert state_folder(environ) == Path("/home/x/.local/state/pdbcoach")
