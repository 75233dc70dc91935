"""Records as rows of the tables, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec

from pdbcoach.progress.records import AttemptRecord, LessonState, Position, Score
from pdbcoach.progress.transfer import moment

Column: TypeAlias = "str | int | None"
Row: TypeAlias = "tuple[Column, ...]"

_ATTEMPT: Final = "moment, lesson, step, typed, verdict, hints, stage, python, commands, misconceptions, held"
_LESSON: Final = "lesson, passed, position, moved, commands, par, finished"


def of_attempt(attempt: AttemptRecord) -> Row:
    """Return the row of an attempt, without its id."""
    return tuple(map(_column, msgspec.structs.astuple(attempt)))


def attempt(row: tuple[Any, ...]) -> AttemptRecord:
    """Return the attempt of a row."""
    when, lesson, step, typed, verdict, hints, stage, python, *lists = row
    names = [tuple(json.loads(one)) for one in lists]
    return AttemptRecord(
        datetime.fromisoformat(when), lesson, step, typed, verdict, hints, stage, python, *names
    )


def attempts(connection: sqlite3.Connection, lesson: str | None = None) -> list[Row]:
    """Return all rows, or those of one lesson, the oldest first."""
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
    """Return the state of every lesson that was begun, sorted by name."""
    return [_lesson(row) for row in connection.execute(f"SELECT {_LESSON} FROM lessons ORDER BY lesson")]


def lesson(connection: sqlite3.Connection, name: str) -> LessonState:
    """Return the state of one lesson, an empty one if it was never begun."""
    row = connection.execute(f"SELECT {_LESSON} FROM lessons WHERE lesson = ?", (_storable(name),)).fetchone()
    return LessonState(name) if row is None else _lesson(row)


def put(connection: sqlite3.Connection, state: LessonState) -> None:
    """Write the state of a lesson over the one in the table."""
    best = (None, None) if state.best is None else (state.best.commands, state.best.par)
    values = (state.lesson, state.passed, state.position, state.moved, *best, state.finished)
    connection.execute(
        f"REPLACE INTO lessons ({_LESSON}) VALUES (?, ?, ?, ?, ?, ?, ?)", [_column(one) for one in values]
    )


def _lesson(row: tuple[Any, ...]) -> LessonState:
    name, passed, position, moved, commands, par, finished = row
    return LessonState(
        lesson=name,
        passed=passed,
        position=_position(position),
        moved=_when(moved),
        best=None if commands is None else Score(commands, par),
        finished=_when(finished),
    )


def _position(text: str | None) -> Position | None:
    """Return the position in a JSON text, or None if it can't be read: the lesson then starts again."""
    if text is not None:
        with suppress(ValueError):  # msgspec's errors are ValueErrors, too
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


def _when(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)


def _storable(text: str) -> str:
    """Return the text with lone surrogates escaped. SQLite refuses them; a terminal may have sent them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
