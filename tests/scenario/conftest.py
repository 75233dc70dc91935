"""A folder with programs, and an author who writes scenarios into it."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario.author import STOCK, TALLY, Author


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a scenario's folder with tally.py and stock.py."""
    (tmp_path / "tally.py").write_text(TALLY)
    (tmp_path / "stock.py").write_text(STOCK)
    return tmp_path


@pytest.fixture
def author(folder: Path) -> Author:
    return Author(folder)
