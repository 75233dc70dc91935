"""Names of files as authors write them."""

from __future__ import annotations

from pathlib import PurePosixPath


def is_file(expected: str, actual: str) -> bool:
    """Whether ``actual`` is the file called ``expected``: the same path, or its last components."""
    wanted, parts = PurePosixPath(expected).parts, PurePosixPath(actual).parts
    return expected == actual or (bool(wanted) and parts[-len(wanted) :] == wanted)
