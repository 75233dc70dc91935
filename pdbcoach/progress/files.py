"""The database as a file: opened, found damaged and set aside, or copied to where nothing can fail."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pdbcoach.progress.schema import UnknownVersionError, check_version, migrate

_COMPANIONS: Final = ("-wal", "-shm")
_PATIENCE: Final = 5.0
"""Seconds to wait for another pdbcoach that writes, which takes it milliseconds."""


class DamagedError(Exception):
    """The file is no database, or an inconsistent one."""


def opened(path: Path) -> sqlite3.Connection:
    """The database at ``path``, made if there is none, checked, migrated, and proved to be writable.

    Raises DamagedError, UnknownVersionError, sqlite3.Error.
    """
    with _damage_told():
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            check_version(connection)
            _check(connection)
            # With a log beside the file a reader and a writer need not wait for each other. Where that
            # cannot be had, because others are at the file or of what the disk is, it works without.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection)
            # SQLite begins even an immediate transaction on a read-only file, and refuses what writes.
            connection.execute("DELETE FROM attempts WHERE FALSE")
        except BaseException:
            connection.close()
            raise
        return connection


def opened_anew(path: Path) -> tuple[sqlite3.Connection, Path | None]:
    """As ``opened``, for a file found damaged, which is set aside; also where it is now.

    ``None`` if it was not damaged any more: another pdbcoach has found it before.
    Raises DamagedError, UnknownVersionError, sqlite3.Error, OSError.
    """
    with _alone_in(path.parent):
        try:
            return opened(path), None
        except DamagedError:
            aside = _set_aside(path)
            return opened(path), aside


def copied(path: Path) -> sqlite3.Connection:
    """What the file holds now, checked and migrated in memory; the file stays as it is.

    Raises DamagedError, UnknownVersionError, sqlite3.Error.
    """
    with _damage_told():
        try:
            copy = _copied(path, "mode=rw")
        except sqlite3.OperationalError:
            # Where SQLite may write nothing beside the file, it reads only what it is told to be at rest.
            copy = _copied(path, "mode=ro&immutable=1")
        migrate(copy)
        return copy


def in_memory(path: Path | None = None) -> sqlite3.Connection:
    """A database that only memory keeps, with what can be read of the file at ``path``, if anything."""
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
            check_version(original)
            original.backup(copy)
        _check(copy)
    except BaseException:
        copy.close()
        raise
    return copy


def _check(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedError


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):  # without what extends it
            raise DamagedError from error
        raise


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two that find the same damage go one after the other, so that none moves the other's new file."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}")
    # With its log, from which something may be recovered. The file goes last: until then it is found again.
    for end in (*_COMPANIONS, ""):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{end}", f"{aside}{end}")
    return aside
