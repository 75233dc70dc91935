"""Whatever is wrong with the file, a lesson goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from progress.learner import HALFWAY, NOON, attempt, day

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress import files
from pdbcoach.progress.records import Position
from pdbcoach.progress.schema import MIGRATIONS
from pdbcoach.progress.store import FILE, Store

LESSON = "basics/into-or-over"
BIG = "x" * 10_000
SOMEBODY = 65534


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that limits the pages of files opened from then on; memory has no limit."""
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def limit(pages: int) -> None:
        def small(where: object, **options: Any) -> sqlite3.Connection:
            connection = connect(where, **options)
            if where != ":memory:":
                connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        monkeypatch.setattr(files.sqlite3, "connect", small)

    return limit


@pytest.fixture
def plain_user() -> Iterator[Path]:
    """A folder of a user for whom permissions count, as whom the test runs even under root."""
    folder = Path(tempfile.mkdtemp(prefix="pdbcoach-test-"))
    root = os.geteuid() == 0
    try:
        if root:
            os.chown(folder, SOMEBODY, -1)
            os.seteuid(SOMEBODY)
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def user_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


class TestFullDisk:
    def test_a_disk_that_fills_up_in_a_lesson_does_not_stop_it(
        self, home: Path, small_disk: Callable[[int], None]
    ) -> None:
        with Store.open(home) as store:
            store.record(attempt(), HALFWAY)
        small_disk(20)
        with Store.open(home) as store:
            assert store.take_trouble() is None
            those = [attempt(day(number), typed=BIG) for number in range(1, 40)]
            told = []
            for one in those:
                store.record(one)
                told.append(store.take_trouble())
            assert [trouble for trouble in told if trouble] == [
                f"Your progress is not saved from here on ({home / FILE}: database or disk is full)."
            ]
            assert store.attempts() == (attempt(), *those)
            assert store.lesson(LESSON).position == HALFWAY
            store.complete(LESSON, "task", NOON)
            assert store.lesson(LESSON).passed == "task"
        with Store.open(home) as store:
            saved = store.attempts()
            assert saved == (attempt(), *those)[: len(saved)]
            assert len(saved) == told.index(next(filter(None, told))) + 1

    def test_a_disk_that_is_full_from_the_start_does_not_stop_a_lesson(
        self, home: Path, small_disk: Callable[[int], None]
    ) -> None:
        small_disk(1)
        with Store.open(home) as store:
            assert "disk is full" in str(store.take_trouble())
            store.record(attempt())
            assert store.attempts() == (attempt(),)
            assert store.take_trouble() is None
            assert store.path is None


class TestUnwritable:
    def test_a_lesson_runs_with_a_read_only_folder(self, plain_user: Path) -> None:
        with Store.open(plain_user) as store:
            store.record(attempt())
        plain_user.chmod(0o555)
        with Store.open(plain_user) as store:
            assert str(store.take_trouble()).startswith("Your progress is not saved from here on (")
            store.record(attempt(day(1)))
            assert store.attempts() == (attempt(), attempt(day(1)))
            assert store.take_trouble() is None
        with Store.read(plain_user) as seen:
            assert seen.attempts() == (attempt(),)
            assert seen.trouble is None

    def test_a_lesson_runs_with_a_read_only_file(self, plain_user: Path) -> None:
        with Store.open(plain_user) as store:
            store.record(attempt())
        (plain_user / FILE).chmod(0o444)
        with Store.open(plain_user) as store:
            assert "attempt to write a readonly database" in str(store.take_trouble())
            assert store.attempts() == (attempt(),)
        with Store.read(plain_user) as seen:
            assert seen.attempts() == (attempt(),)

    def test_a_lesson_runs_with_another_user_s_file(self, plain_user: Path) -> None:
        Store.open(plain_user).close()
        (plain_user / FILE).chmod(0)
        with Store.open(plain_user) as store:
            assert "unable to open database file" in str(store.take_trouble())
            assert store.attempts() == ()
        with pytest.raises(PdbcoachError, match="cannot be read: unable to open database file"):
            Store.read(plain_user)

    def test_a_lesson_runs_if_the_folder_cannot_be_created(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with Store.open(tmp_path / "file" / "home") as store:
            assert store.take_trouble() == (
                f"Your progress is not saved from here on ({tmp_path}/file/home/{FILE}: Not a directory)."
            )
            store.record(attempt())
            assert store.attempts() == (attempt(),)

    def test_a_lesson_runs_if_the_file_is_a_folder(self, home: Path) -> None:
        (home / FILE).mkdir(parents=True)
        with Store.open(home) as store:
            assert store.trouble is not None
            store.record(attempt())
        assert (home / FILE).is_dir()

    def test_a_lesson_runs_while_another_process_holds_the_lock(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(files, "_PATIENCE", 0)
        with Store.open(home) as store, closing(sqlite3.connect(home / FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            store.record(attempt())
            assert "database is locked" in str(store.take_trouble())
            assert store.attempts() == (attempt(),)


JUNK = {
    "text": b"not a database at all\n" * 50,
    "short": b"SQLite format 3\0",
    "only-its-beginning": b"SQLite format 3\0" + b"\xff" * 5000,
}


class TestDamaged:
    @pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
    def test_a_damaged_file_is_set_aside_and_a_new_one_begun(self, home: Path, junk: bytes) -> None:
        home.mkdir(parents=True)
        (home / FILE).write_bytes(junk)
        with Store.open(home) as store:
            aside = next(path for path in home.iterdir() if ".damaged-" in path.name)
            assert store.take_trouble() == (
                f"Your progress in {home / FILE} was damaged. It is kept as {aside.name}, "
                "and a new record has begun. `pdbcoach progress repair` recovers what can still be read."
            )
            assert store.take_trouble() is None
            store.record(attempt())
        assert aside.read_bytes() == junk
        with Store.open(home) as store:
            assert store.attempts() == (attempt(),)
            assert store.trouble is None

    def test_damage_deep_inside_the_file_is_found(self, home: Path) -> None:
        with Store.open(home) as store:
            store.merge([attempt(step=number) for number in range(1, 500)], [])
        content = bytearray((home / FILE).read_bytes())
        content[3 * 4096 : 5 * 4096] = b"\x07" * 2 * 4096
        (home / FILE).write_bytes(content)
        with pytest.raises(PdbcoachError, match="is damaged"):
            Store.read(home)
        with Store.open(home) as store:
            assert "was damaged" in str(store.take_trouble())
            assert store.attempts() == ()

    def test_the_log_of_a_damaged_file_moves_with_it(self, home: Path) -> None:
        """Recovering something takes both files."""
        Store.open(home).close()
        with Store.open(home) as other:
            other.record(attempt())
            log = (home / f"{FILE}-wal").read_bytes()
            (home / FILE).write_bytes(JUNK["text"])
            with Store.open(home) as store:
                assert "was damaged" in str(store.take_trouble())
                assert [path.read_bytes() for path in home.glob("*.damaged-*-wal")] == [log]
                assert store.attempts() == ()
                store.record(attempt(day(1)))
            other.record(attempt())
        with Store.open(home) as store:
            assert store.attempts() == (attempt(day(1)),)
            assert store.trouble is None

    def test_a_file_that_another_process_has_mended_stays(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Store.open(home) as store:
            store.record(attempt())
        good = (home / FILE).read_bytes()
        (home / FILE).write_bytes(JUNK["text"])

        def wait_for_the_other(descriptor: int, operation: int) -> None:
            (home / FILE).write_bytes(good)

        monkeypatch.setattr(files.fcntl, "flock", wait_for_the_other)
        with Store.open(home) as store:
            assert store.attempts() == (attempt(),)
            assert store.trouble is None
        assert sorted(path.name for path in home.iterdir()) == [FILE, f"{FILE}.good"]

    def test_damage_during_a_lesson_does_not_stop_it(self, home: Path) -> None:
        with Store.open(home) as store:
            store.record(attempt())
            store._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            store._connection.execute("PRAGMA shrink_memory")
            (home / FILE).write_bytes(JUNK["text"] * 10)
            store.record(attempt(day(1)))
            assert "Your progress is not saved from here on" in str(store.take_trouble())
            assert attempt(day(1)) in store.attempts()
            assert store.take_trouble() is None

    def test_a_reader_moves_no_damaged_file(self, home: Path) -> None:
        home.mkdir(parents=True)
        (home / FILE).write_bytes(JUNK["text"])
        with pytest.raises(PdbcoachError) as refused:
            Store.read(home)
        assert refused.value.message == f"{home / FILE} is damaged"
        assert refused.value.hint == "`pdbcoach practice` sets it aside and begins a new one"
        assert [path.name for path in home.iterdir()] == [FILE]

    def test_two_losses_are_both_reported(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(files, "_PATIENCE", 0)
        home.mkdir(parents=True)
        (home / FILE).write_bytes(JUNK["text"])
        with Store.open(home) as store, closing(sqlite3.connect(home / FILE)) as other:
            other.execute("BEGIN IMMEDIATE")
            store.record(attempt())
            first, second = str(store.take_trouble()).splitlines()
            assert "was damaged" in first
            assert "is not saved" in second


class TestNewerFile:
    @pytest.mark.parametrize(
        "opened", [pytest.param(Store.open, id="open"), pytest.param(Store.read, id="read")]
    )
    def test_a_newer_file_is_rejected_and_left_alone(
        self, home: Path, opened: Callable[[Path], Store]
    ) -> None:
        Store.open(home).close()
        newer = len(MIGRATIONS) + 1
        user_version(home / FILE, newer)
        before = (home / FILE).read_bytes()
        with pytest.raises(PdbcoachError) as refused:
            opened(home)
        assert refused.value.message == (
            f"{home / FILE} was written by a newer pdbcoach: its version is {newer}, "
            f"this one reads up to {newer - 1}"
        )
        assert "PDBCOACH_HOME" in refused.value.hint
        assert (home / FILE).read_bytes() == before
        assert [path.name for path in home.iterdir()] == [FILE]

    def test_a_file_that_becomes_newer_in_a_lesson_does_not_stop_it(self, home: Path) -> None:
        with Store.open(home) as store:
            user_version(home / FILE, len(MIGRATIONS) + 1)
            store._connection.execute("DROP TABLE attempts")
            store.record(attempt())
            assert "no such table: attempts" in str(store.take_trouble())
            assert store.attempts() == (attempt(),)


class TestOlderFile:
    def test_an_older_file_is_read_without_being_changed(self, home: Path) -> None:
        home.mkdir(parents=True)
        (home / FILE).touch()
        with Store.read(home) as seen:
            assert seen.attempts() == ()
        assert (home / FILE).read_bytes() == b""

    def test_an_older_file_is_migrated(self, home: Path) -> None:
        home.mkdir(parents=True)
        (home / FILE).touch()
        with Store.open(home) as store:
            store.move(LESSON, Position("watch", 1), NOON)
            assert store.trouble is None
