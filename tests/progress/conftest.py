from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says nothing on a loaded machine, and no folder is left in the project's.
settings.register_profile("progress", deadline=None, database=None)
settings.load_profile("progress")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder that does not exist yet."""
    return tmp_path / "state" / "pdbcoach"
