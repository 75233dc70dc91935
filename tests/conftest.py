"""What holds for all tests: the same examples in CI every time, no runner of GitHub that obeys
them, and no progress of a real learner."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are loaded: no test has a deadline. In CI the examples are the same in every run.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "desk"))

os.environ.pop("GITHUB_ACTIONS", None)

# What tests share and assert for them tells what it has seen, too.
pytest.register_assert_rewrite("front.driving", "front.ways")


@pytest.fixture(autouse=True, scope="session")
def _nobodys_progress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whatever is practised here is written down apart from the progress of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PDBCOACH_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for sockets: where ``tmp_path`` is, sessions would not make theirs."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        yield Path(folder)
