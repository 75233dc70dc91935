"""The folder where pdbcoach keeps what must outlive it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_state_path


def state_folder(environ: Mapping[str, str]) -> Path:
    """Return ``PDBCOACH_HOME`` or the state folder, usually ~/.local/state/pdbcoach; it may not exist."""
    chosen = environ.get("PDBCOACH_HOME")
    return Path(chosen) if chosen else user_state_path("pdbcoach", appauthor=False)
