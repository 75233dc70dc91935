"""Records as rows of the tables, and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from pdbcoach.progress import plain
from pdbcoach.progress.records import Attempt, LessonState, Position, Score, Stage, Verdict

AttemptRow = tuple[str, str, int, str, Verdict, int, Stage, str, str, str, str]

_ATTEMPT: Final = "moment, lesson, step, typed, verdict, hints, stage, python, commands, misconceptions, held"
_LESSON: Final = "lesson, passed, position, moved, commands, par, finished"


def of_attempt(one: Attempt) -> AttemptRow:
    return (
        plain.moment(one.when),
        _storable(one.lesson),
        one.step,
        _storable(one.typed),
        one.verdict,
        one.hints,
        one.stage,
        _storable(one.python),
        json.dumps(one.commands),
        json.dumps(one.misconceptions),
        json.dumps(one.held),
    )


def attempt(row: AttemptRow) -> Attempt:
    moment, lesson, step, typed, verdict, hints, stage, python, commands, misconceptions, held = row
    return Attempt(
        when=datetime.fromisoformat(moment),
        lesson=lesson,
        step=step,
        typed=typed,
        verdict=verdict,
        hints=hints,
        stage=stage,
        python=python,
        commands=tuple(json.loads(commands)),
        misconceptions=tuple(json.loads(misconceptions)),
        held=tuple(json.loads(held)),
    )


def attempts(connection: sqlite3.Connection, lesson: str | None = None) -> list[AttemptRow]:
    """All rows, or those of one lesson, the oldest first."""
    where, values = ("", ()) if lesson is None else (" WHERE lesson = ?", (_storable(lesson),))
    return connection.execute(
        f"SELECT {_ATTEMPT} FROM attempts{where} ORDER BY moment, id", values
    ).fetchall()


def insert(connection: sqlite3.Connection, rows: Iterable[AttemptRow]) -> None:
    connection.executemany(
        f"INSERT INTO attempts ({_ATTEMPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
    )


def lessons(connection: sqlite3.Connection) -> list[LessonState]:
    """All lessons ever begun, by name."""
    return [_lesson(row) for row in connection.execute(f"SELECT {_LESSON} FROM lessons ORDER BY lesson")]


def lesson(connection: sqlite3.Connection, name: str) -> LessonState:
    """The state of one lesson; an empty one if it was never begun."""
    row = connection.execute(f"SELECT {_LESSON} FROM lessons WHERE lesson = ?", (_storable(name),)).fetchone()
    return LessonState(name) if row is None else _lesson(row)


def put(connection: sqlite3.Connection, state: LessonState) -> None:
    """Writes the state of a lesson in the place of the one that there was."""
    connection.execute(
        f"REPLACE INTO lessons ({_LESSON}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            _storable(state.lesson),
            state.passed,
            None if state.position is None else json.dumps(plain.position(state.position)),
            _moment(state.moved),
            None if state.best is None else state.best.commands,
            None if state.best is None else state.best.par,
            _moment(state.finished),
        ),
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
    """Where a position cannot be understood, the lesson starts anew: no reason to stop it."""
    if text is not None:
        with suppress(plain.MalformedError, ValueError):
            return plain.read_position(json.loads(text), "position")
    return None


def _moment(when: datetime | None) -> str | None:
    return None if when is None else plain.moment(when)


def _when(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)


def _storable(text: str) -> str:
    """What a terminal sent that is no UTF-8 arrives as lone surrogates, and SQLite refuses those."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
