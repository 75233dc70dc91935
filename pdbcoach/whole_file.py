"""Replace a file in one step: a reader sees the old text or the new one, never half of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


def replace_file(path: Path, text: str) -> None:
    """Replace the existing file ``path``, or what it links to, by ``text``, and keep mode and owner.

    Raises ``OSError``; then the old file is still there, and nothing else is.
    """
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
        shutil.copymode(path, part)
        with suppress(PermissionError):  # only root may give a file away
            shutil.chown(part, path.stat().st_uid, path.stat().st_gid)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
