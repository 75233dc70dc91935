"""Records as rows of the tables, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from pdbcoach.progress.records import AttemptRecord, LessonState, Position
from pdbcoach.progress.transfer import moment

Column: TypeAlias = "str | int | None"
Row: TypeAlias = "tuple[Column, ...]"

_ATTEMPT: Final = "moment, lesson, step, typed, verdict, hints, stage, python, commands, misconceptions, held"
_LESSON: Final = "lesson, passed, position, moved, commands, par, finished"


T = TypeVar("T")


class UnreadableError(Exception):
    """A row contains what this program can't have written."""


def of_attempt(attempt: AttemptRecord) -> Row:
    """Return the row of an attempt, without its id."""
    return tuple(map(_column, msgspec.structs.astuple(attempt)))


def attempts(connection: sqlite3.Connection, lesson: str | None = None) -> tuple[AttemptRecord, ...]:
    """Return all attempts, or those of one lesson, the oldest first. Raises UnreadableError."""
    return tuple(map(_attempt, attempt_rows(connection, lesson)))


def attempt_rows(connection: sqlite3.Connection, lesson: str | None = None) -> list[Row]:
    """Return the rows of all attempts, or of those of one lesson, the oldest first."""
    where, values = ("", ()) if lesson is None else (" WHERE lesson = ?", (_storable(lesson),))
    return connection.execute(
        f"SELECT {_ATTEMPT} FROM attempts{where} ORDER BY moment, id", values
    ).fetchall()


def insert(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Add rows of attempts."""
    connection.executemany(
        f"INSERT INTO attempts ({_ATTEMPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )


def lessons(connection: sqlite3.Connection) -> list[LessonState]:
    """Return the state of every lesson that was begun, sorted by name. Raises UnreadableError."""
    return [_lesson(row) for row in connection.execute(f"SELECT {_LESSON} FROM lessons ORDER BY lesson")]


def lesson(connection: sqlite3.Connection, name: str) -> LessonState:
    """Return the state of one lesson, an empty one if it was never begun. Raises UnreadableError."""
    row = connection.execute(f"SELECT {_LESSON} FROM lessons WHERE lesson = ?", (_storable(name),)).fetchone()
    return LessonState(name) if row is None else _lesson(row)


def put(connection: sqlite3.Connection, state: LessonState) -> None:
    """Write the state of a lesson over the one in the table."""
    best = (None, None) if state.best is None else (state.best.commands, state.best.par)
    values = (state.lesson, state.passed, state.position, state.moved, *best, state.finished)
    connection.execute(
        f"REPLACE INTO lessons ({_LESSON}) VALUES (?, ?, ?, ?, ?, ?, ?)", [_column(one) for one in values]
    )


def are_there(connection: sqlite3.Connection) -> bool:
    """Return whether there are any attempts."""
    return bool(connection.execute("SELECT EXISTS (SELECT * FROM attempts)").fetchone()[0])


def salvaged_attempts(connection: sqlite3.Connection) -> list[AttemptRecord]:
    """Return the attempts of a damaged database, as far as they can be read."""
    return list(_salvaged(connection, "attempts", _ATTEMPT, _attempt))


def salvaged_lessons(connection: sqlite3.Connection) -> list[LessonState]:
    """Return the states of the lessons of a damaged database, as far as they can be read."""
    return list(_salvaged(connection, "lessons", _LESSON, _lesson))


def _salvaged(
    connection: sqlite3.Connection, table: str, columns: str, read: Callable[[tuple[Any, ...]], T]
) -> Iterator[T]:
    with suppress(sqlite3.Error, UnicodeDecodeError):  # the second in a message that quotes the file
        for row in connection.execute(f"SELECT {columns} FROM {table} NOT INDEXED"):
            with suppress(UnreadableError):
                yield read(row)


def set_aside_unreadable(connection: sqlite3.Connection) -> int:
    """Move every row that can't be read to the table ``unreadable``; return how many there were."""
    found = [
        (table, number, row)
        for table, columns, read in (("attempts", _ATTEMPT, _attempt), ("lessons", _LESSON, _lesson))
        for number, *row in connection.execute(f"SELECT rowid, {columns} FROM {table}").fetchall()
        if not _is_readable(read, tuple(row))
    ]
    for table, number, row in found:
        content = json.dumps(row, default=repr)
        connection.execute("INSERT INTO unreadable (source, content) VALUES (?, ?)", (table, content))
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (number,))
    return len(found)


def _is_readable(read: Callable[[tuple[Any, ...]], object], row: tuple[Any, ...]) -> bool:
    try:
        read(row)
    except UnreadableError:
        return False
    return True


def _attempt(row: tuple[Any, ...]) -> AttemptRecord:
    with _raising_unreadable(row):
        *columns, commands, misconceptions, held = row
        lists = map(json.loads, (commands, misconceptions, held))
        fields = dict(zip(AttemptRecord.__struct_fields__, (*columns, *lists), strict=True))
        return msgspec.convert(fields, AttemptRecord)


def _lesson(row: tuple[Any, ...]) -> LessonState:
    name, passed, position, *others = row
    with _raising_unreadable((name, passed, *others)):
        moved, commands, par, finished = others
        best = None if commands is None else {"commands": commands, "par": par}
        fields = {"lesson": name, "passed": passed, "moved": moved, "best": best, "finished": finished}
        return replace(msgspec.convert(fields, LessonState), position=_position(position))


@contextmanager
def _raising_unreadable(row: tuple[Any, ...]) -> Iterator[None]:
    try:
        for value in row:
            if isinstance(value, str):
                value.encode()  # what isn't UTF-8 was read with surrogates
        yield
    except (ValueError, TypeError, OverflowError, RecursionError) as error:  # msgspec's are ValueErrors, too
        raise UnreadableError from error


def _position(text: str | None) -> Position | None:
    """Return the position in a JSON text, or None if it can't be read: the lesson then starts again."""
    if text is not None:
        with suppress(ValueError, TypeError, RecursionError):
            return msgspec.convert(json.loads(text), Position)
    return None


def _column(value: object) -> Column:
    match value:
        case str():
            return _storable(value)
        case datetime():
            return moment(value)
        case int() | None:
            return value
        case _:
            # json, unlike msgspec, writes the lone surrogates that a terminal may have sent.
            return json.dumps(msgspec.to_builtins(value))


def _storable(text: str) -> str:
    """Return the text with lone surrogates escaped. SQLite refuses them; a terminal may have sent them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
