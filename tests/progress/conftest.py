from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Examples take any time on a loaded machine, and hypothesis leaves no folder in the project.
settings.register_profile("progress", deadline=None, database=None)
settings.load_profile("progress")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder that does not exist yet."""
    return tmp_path / "state" / "pdbcoach"
