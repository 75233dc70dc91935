from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pdbcoach.progress.schema import MIGRATIONS, UnknownVersionError, check_version, migrate, transaction

YESTERDAY = (("CREATE TABLE word (text TEXT)",),)
TODAY = (
    *YESTERDAY,
    ("ALTER TABLE word ADD COLUMN length INTEGER", "UPDATE word SET length = length(text)"),
    ("CREATE INDEX words ON word (text)",),
)
FAILING = (*YESTERDAY, ("ALTER TABLE word ADD COLUMN length INTEGER", "nonsense"))


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        yield connection


def test_an_empty_file_is_migrated(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as database:
        assert check_version(database) == 0
        migrate(database)
        assert check_version(database) == len(MIGRATIONS)
        assert database.execute("SELECT count(*) FROM attempts, lessons").fetchone() == (0,)


def test_an_older_database_is_migrated_with_its_content(database: sqlite3.Connection) -> None:
    migrate(database, YESTERDAY)
    database.execute("INSERT INTO word VALUES ('until')")
    migrate(database, TODAY)
    assert check_version(database, len(TODAY)) == 3
    assert database.execute("SELECT text, length FROM word").fetchall() == [("until", 5)]


def test_a_current_database_is_not_changed(database: sqlite3.Connection) -> None:
    migrate(database, TODAY)
    before = list(database.iterdump())
    migrate(database, TODAY)
    assert list(database.iterdump()) == before


def test_a_migration_that_fails_changes_nothing(database: sqlite3.Connection) -> None:
    migrate(database, YESTERDAY)
    before = list(database.iterdump())
    with pytest.raises(sqlite3.OperationalError):
        migrate(database, FAILING)
    assert list(database.iterdump()) == before
    assert check_version(database) == len(YESTERDAY)


@pytest.mark.parametrize("version", [pytest.param(2, id="newer"), pytest.param(-1, id="nonsense")])
def test_an_unknown_version_is_rejected(database: sqlite3.Connection, version: int) -> None:
    database.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(UnknownVersionError) as refused:
        migrate(database, YESTERDAY)
    assert (refused.value.version, refused.value.known) == (version, 1)


def test_a_transaction_is_all_or_nothing(database: sqlite3.Connection) -> None:
    def interrupted() -> None:
        with transaction(database):
            database.execute("INSERT INTO word VALUES ('until')")
            raise KeyboardInterrupt

    migrate(database, YESTERDAY)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not database.in_transaction
    assert database.execute("SELECT * FROM word").fetchall() == []
