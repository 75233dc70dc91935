from __future__ import annotations

from pathlib import Path

import pytest

from pdbcoach.progress.home import state_folder


def test_the_environment_chooses_the_folder() -> None:
    assert state_folder({"PDBCOACH_HOME": "/some/where"}) == Path("/some/where")


@pytest.mark.parametrize(
    "environ", [pytest.param({}, id="unset"), pytest.param({"PDBCOACH_HOME": ""}, id="empty")]
)
def test_the_default_is_the_user_s_state_folder(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/x/.local/state")
    assert state_folder(environ) == Path("/home/x/.local/state/pdbcoach")
