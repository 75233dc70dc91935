"""The database file: open it, move a damaged one aside, or copy it into memory."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pdbcoach.progress.schema import UnknownVersionError, check_version, is_ours, migrate

_COMPANIONS: Final = ("-wal", "-shm")
_DAY: Final = 86_400
"""Seconds between two copies."""

_PATIENCE: Final = 5.0
"""Seconds to wait for another pdbcoach that is writing, which takes milliseconds."""


class DamagedError(Exception):
    """The file is not a database, or an inconsistent one."""


def opened(path: Path) -> sqlite3.Connection:
    """Open the database at ``path``: create it if needed, check it, migrate it, prove it is writable.

    Raises DamagedError, UnknownVersionError, sqlite3.Error.
    """
    _check_kind(path)
    with _raising_damaged():
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            _check(connection)
            check_version(connection)
            # With a write-ahead log, readers and writers need not wait for each other. Some disks don't
            # support one, and other connections may prevent the switch; it works without.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection)
            # SQLite starts even an immediate transaction on a read-only file, but rejects a write.
            connection.execute("DELETE FROM attempts WHERE FALSE")
        except BaseException:
            connection.close()
            raise
        return connection


def opened_anew(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """Move a damaged file aside and open a new one; return the connection and where the old file is.

    The path is None if another pdbcoach had already replaced the damaged file.
    Raises DamagedError, UnknownVersionError, sqlite3.Error, OSError.
    """
    with _alone_in(path.parent):
        try:
            return opened(path), None
        except DamagedError:
            aside = _set_aside(path)
        with suppress(OSError, DamagedError, UnknownVersionError, sqlite3.Error):
            shutil.copyfile(_good_copy(path), path)
            return opened(path), aside
        with suppress(FileNotFoundError):
            path.unlink()
        return opened(path), aside


def keep_copy(connection: sqlite3.Connection, path: Path) -> None:
    """Copy an open database, which is in order, to a file beside it, once a day."""
    good = _good_copy(path)
    with suppress(OSError, sqlite3.Error):
        if good.exists() and time.time() - good.stat().st_mtime < _DAY:
            return
        fresh = good.with_name(f"{good.name}.{os.getpid()}")
        with closing(sqlite3.connect(fresh)) as copy:
            connection.backup(copy)
        os.replace(fresh, good)


def damaged(path: Path) -> list[Path]:
    """Return the files that were set aside, the oldest first."""
    return sorted(one for one in path.parent.glob(f"{path.name}.damaged-*Z") if one.is_file())


def as_it_is(path: Path) -> sqlite3.Connection:
    """Open a database without checking or changing it. Raises sqlite3.Error, also when it is read."""
    address = f"file:{quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    connection.text_factory = _decoded
    return connection


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _good_copy(path: Path) -> Path:
    return path.with_name(f"{path.name}.good")


def copied(path: Path) -> sqlite3.Connection:
    """Return a copy of the database in memory, checked and migrated. The file is not changed.

    Raises DamagedError, UnknownVersionError, sqlite3.Error.
    """
    _check_kind(path)
    with _raising_damaged():
        try:
            copy = _copied(path, "mode=rw")
        except sqlite3.OperationalError:
            # If SQLite may not write beside the file, it reads only a file declared immutable.
            copy = _copied(path, "mode=ro&immutable=1")
        migrate(copy)
        return copy


def in_memory(path: Path | None = None) -> sqlite3.Connection:
    """Return a database in memory, with the content of the file at ``path`` if it can be read."""
    if path is not None:
        with suppress(DamagedError, UnknownVersionError, sqlite3.Error):
            return copied(path)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    return connection


def _copied(path: Path, mode: str) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        address = f"file:{quote(os.fsencode(path.absolute()))}?{mode}"
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE)) as original:
            original.backup(copy)
        _check(copy)
        check_version(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _check(connection: sqlite3.Connection) -> None:
    """Raise DamagedError if the database isn't consistent, or isn't one of ours."""
    connection.text_factory = _decoded
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok" or not is_ours(connection):
        raise DamagedError


def _check_kind(path: Path) -> None:
    """Raise DamagedError for what is no file, such as a FIFO: opening it might never return."""
    for end in ("", *_COMPANIONS):
        with suppress(OSError):
            mode = os.stat(f"{path}{end}").st_mode
            if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                raise DamagedError


@contextmanager
def _raising_damaged() -> Iterator[None]:
    """Turn SQLite's errors about a damaged file into DamagedError."""
    try:
        yield
    except UnicodeDecodeError as error:  # in a message of SQLite's that quotes the file
        raise DamagedError from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):  # the primary result code
            raise DamagedError from error
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Lock the folder, so that of two processes that find the damage neither moves the other's new file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    # With its log, from which something may be recovered. The file moves last: until then, the next start
    # finds the damage again.
    for end in (*_COMPANIONS, ""):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{end}", f"{aside}{end}")
    return aside
