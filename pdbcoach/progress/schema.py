"""The tables of the database, and the migrations from older versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Final

MIGRATIONS: Final[Sequence[Sequence[str]]] = (
    (
        """
        CREATE TABLE attempts (
            id INTEGER PRIMARY KEY,
            moment TEXT NOT NULL, -- UTC, ISO 8601 with microseconds, so that text sorts as time
            lesson TEXT NOT NULL,
            step INTEGER NOT NULL CHECK (step >= 1),
            typed TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('done', 'not-yet', 'miss', 'assisted', 'skipped')),
            hints INTEGER NOT NULL CHECK (hints >= 0),
            stage TEXT NOT NULL CHECK (stage IN ('watch', 'guided', 'task')),
            python TEXT NOT NULL,
            commands TEXT NOT NULL, -- a JSON list
            misconceptions TEXT NOT NULL, -- a JSON list
            held TEXT NOT NULL -- a JSON list
        )
        """,
        "CREATE INDEX attempts_of_lesson ON attempts (lesson, moment)",
        """
        CREATE TABLE lessons (
            lesson TEXT NOT NULL PRIMARY KEY,
            passed TEXT CHECK (passed IN ('watch', 'guided', 'task')),
            position TEXT, -- a JSON object
            moved TEXT,
            commands INTEGER,
            par INTEGER,
            finished TEXT
        )
        """,
    ),
    (
        """
        CREATE TABLE unreadable ( -- rows of other tables that were found damaged
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL, -- the table
            content TEXT NOT NULL -- the columns, as a JSON list
        )
        """,
    ),
)
"""The statements at index n turn version n into version n + 1. A released migration never changes."""


_NEWEST_EVER: Final = 1000
"""No version of the tables will ever have this number: a file that has it is damaged."""


class UnknownVersionError(Exception):
    """A newer pdbcoach wrote the database: its version is unknown."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(version, known)
        self.version = version
        self.known = known


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block as one transaction. It takes the write lock at once, before anything is read."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Migrate a database, which may be empty, to the newest version.

    ``connection`` must be in autocommit mode (``isolation_level=None``).
    Raises UnknownVersionError, sqlite3.Error.
    """
    # Checked before taking the write lock: a rejected file is not touched at all.
    check_version(connection, len(migrations))
    with transaction(connection):
        version = check_version(connection, len(migrations))
        for number, statements in enumerate(migrations[version:], version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def is_ours(connection: sqlite3.Connection) -> bool:
    """Return whether a database has the tables of its version and nothing else, or is empty."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= len(MIGRATIONS):
        return version in range(len(MIGRATIONS), _NEWEST_EVER)
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as ours:
        migrate(ours, MIGRATIONS[:version])
        return _content(connection) == _content(ours)


def _content(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    return set(connection.execute(query).fetchall())


def check_version(connection: sqlite3.Connection, known: int = len(MIGRATIONS)) -> int:
    """Return the version of a database, 0 for an empty one. Raises UnknownVersionError, sqlite3.Error."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if not 0 <= version <= known:
        raise UnknownVersionError(version, known)
    return int(version)
