"""Write a file in one step: a reader sees the old text or the new one, never half of it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path


class ChangedError(OSError):
    """The file is no longer what it was when it was read."""

    def __init__(self, path: Path) -> None:
        super().__init__(None, "it has changed in the meantime", str(path))


def replace_file(path: Path, text: str | bytes, *, before: str | None = None) -> None:
    """Write ``text`` to the file ``path``, or to what it links to, and keep an older file's mode and owner.

    ``before`` is the text that the file must still have; "" also fits a file that doesn't exist.
    Raises ``ChangedError``, another ``OSError`` or ``UnicodeEncodeError``; then the old file is still
    there, and nothing else is.
    """
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name[:200]}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
            with suppress(PermissionError):  # only root may give a file away
                shutil.chown(part, path.stat().st_uid, path.stat().st_gid)
        if before is not None and _text_of(path) != before.encode():
            raise ChangedError(path)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _text_of(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
