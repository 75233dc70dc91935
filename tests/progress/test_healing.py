"""Whatever is damaged, what can be read is used, the rest is kept, and nothing stops."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from progress.learner import HALFWAY, attempt, day

from pdbcoach.progress.store import FILE, Store

LESSON = "basics/into-or-over"
WRONG_ROWS = {
    "moment": "UPDATE attempts SET moment = '2025-03-01T12:0x:00.000000+00:00' WHERE id = 1",
    "no-zone": "UPDATE attempts SET moment = '2025-03-01T12:00:00' WHERE id = 1",
    "typed-not-utf8": "UPDATE attempts SET typed = CAST(x'6eff' AS TEXT) WHERE id = 1",
    "blob": "UPDATE attempts SET lesson = x'00ff' WHERE id = 1",
    "list": "UPDATE attempts SET commands = '[1' WHERE id = 1",
    "list-of-others": "UPDATE attempts SET commands = '[{}]' WHERE id = 1",
    "deep-list": f"UPDATE attempts SET held = '{'[' * 100_000}' WHERE id = 1",
    "name": "UPDATE attempts SET lesson = '' WHERE id = 1",
    "score": "UPDATE lessons SET commands = 'many', par = 3",
    "score-without-par": "UPDATE lessons SET commands = 7",
    "finished": "UPDATE lessons SET finished = 'never'",
}
FOREIGN = {
    "another-program": ("CREATE TABLE notes (text)",),
    "no-table": ("DROP TABLE lessons",),
    "a-view": ("DROP TABLE lessons", "CREATE VIEW lessons AS SELECT * FROM attempts"),
    "a-trigger": ("CREATE TRIGGER no BEFORE INSERT ON attempts BEGIN SELECT RAISE(ABORT, 'no'); END",),
    "an-odd-version": ("PRAGMA user_version = 1677721600",),
    "a-negative-version": ("PRAGMA user_version = -3",),
}


def filled(home: Path) -> None:
    with Store.open(home) as store:
        store.record(attempt(), HALFWAY)
        store.record(attempt(day(1)))
        store.complete("basics/other", "task", day(1))


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / FILE, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def used(home: Path) -> str:
    """Use the store in every way; return what it said."""
    with Store.read(home) as store:
        store.attempts()
        store.lessons()
    with Store.open(home) as store:
        store.record(attempt(day(2)), HALFWAY)
        store.complete("basics/other", "task", day(2))
        store.merge([attempt(day(3))], [])
        assert {attempt(day(2)), attempt(day(3))} <= set(store.attempts())
        assert store.lesson(LESSON).position == HALFWAY
        store.lessons()
        assert store.path is not None
        return store.take_trouble() or ""


@pytest.mark.parametrize("wrong", WRONG_ROWS.values(), ids=WRONG_ROWS.keys())
def test_a_row_that_cannot_be_read_is_set_aside_and_kept(home: Path, wrong: str) -> None:
    filled(home)
    change(home, wrong)
    said = used(home)
    assert "damaged and set aside. The rest is there." in said
    with closing(sqlite3.connect(home / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM unreadable").fetchone()[0] >= 1
    assert used(home) == "", "it is mentioned once"


def test_a_position_that_is_not_text_begins_the_lesson_anew(home: Path) -> None:
    filled(home)
    change(home, "UPDATE lessons SET position = CAST(x'7bff' AS TEXT)")
    with Store.open(home) as store:
        assert store.lesson(LESSON).position is None
        assert store.lesson("basics/other").passed == "task"
        assert store.take_trouble() is None


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_file_that_is_not_ours_is_set_aside(home: Path, statements: tuple[str, ...]) -> None:
    filled(home)
    change(home, *statements)
    with Store.open(home) as store:
        assert "was damaged" in str(store.take_trouble())
        store.record(attempt(day(2)))
    assert len(list(home.glob(f"{FILE}.damaged-*"))) == 1


@pytest.mark.parametrize("end", ["", "-wal"])
def test_a_pipe_is_never_opened(home: Path, end: str) -> None:
    home.mkdir(parents=True)
    os.mkfifo(home / f"{FILE}{end}")
    with Store.open(home) as store:
        store.record(attempt())
        assert store.path is not None
        assert "was damaged" in str(store.take_trouble())


def test_the_last_good_copy_replaces_a_damaged_file(home: Path) -> None:
    filled(home)
    Store.open(home).close()  # makes the copy
    (home / FILE).write_bytes(b"no database\n" * 300)
    with Store.open(home) as store:
        assert "the last good copy is used" in str(store.take_trouble())
        assert store.attempts() == (attempt(), attempt(day(1)))


def test_repair_recovers_what_the_copy_does_not_know(home: Path) -> None:
    filled(home)
    Store.open(home).close()
    with Store.open(home) as store:
        store.record(attempt(day(5)))
    change(home, "CREATE TABLE odd (x)")
    with Store.open(home) as store:
        assert attempt(day(5)) not in store.attempts()
        assert store.recover().attempts == 1
        assert attempt(day(5)) in store.attempts()
        assert store.recover().attempts == 0


@pytest.mark.parametrize("seed", range(200))
def test_no_random_damage_stops_anything(home: Path, seed: int) -> None:
    chance = random.Random(seed)
    filled(home)
    content = bytearray((home / FILE).read_bytes())
    for _ in range(chance.choice([1, 1, 1, 3, 30, 300])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    if chance.random() < 0.1:
        del content[chance.randrange(len(content)) :]
    (home / FILE).write_bytes(content)
    with Store.open(home) as store:
        store.attempts()
        store.lessons()
        store.record(attempt(day(2)), HALFWAY)
        store.complete("basics/other", "task", day(2))
        store.recover()
        assert attempt(day(2)) in store.attempts()
        assert store.lesson(LESSON).position == HALFWAY
