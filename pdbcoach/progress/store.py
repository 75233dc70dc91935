"""The learner's progress on disk: one SQLite file, written at once, that never stops a lesson."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress import files, rows
from pdbcoach.progress.home import state_folder
from pdbcoach.progress.records import (
    AttemptRecord,
    LessonState,
    Position,
    Score,
    Stage,
    better,
    further,
    merged,
)
from pdbcoach.progress.schema import UnknownVersionError, transaction

FILE: Final = "progress.db"

T = TypeVar("T")


class Merged(Struct, frozen=True):
    """How many attempts a merge added, and how many lessons it changed."""

    attempts: int
    lessons: int


class Store:
    """The learner's progress. A context manager, for the thread that opened it.

    Writing never fails and nothing needs saving: when a method returns, its data is on disk and
    survives `kill -9`. Several processes may use the file at once. If the file can't be written (a full
    disk, a read-only folder), the store continues in memory with all that it knew, and ``take_trouble``
    returns a message about it, once.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, trouble: str | None = None) -> None:
        """Use ``open`` or ``read``."""
        self._connection = connection
        self.path = path
        """The file, or None if the store is only in memory."""
        self.trouble = trouble
        """What went wrong since ``take_trouble`` was last called, as sentences for the learner."""

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """Open the store in ``folder``, by default ``home.state_folder``; create both if needed.

        A damaged file is renamed and a new one begun; ``take_trouble`` then says so. Raises PdbcoachError
        only for a file that a newer pdbcoach wrote, which is left alone.
        """
        path = _path(folder)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                connection, aside = files.opened(path), None
            except files.DamagedError:
                connection, aside = files.opened_anew(path)
            if rows.are_there(connection):
                files.keep_copy(connection, path)
            return cls(connection, path, None if aside is None else _set_aside(path, aside, connection))
        except UnknownVersionError as error:
            raise _too_new(path, error) from None
        except (files.DamagedError, sqlite3.Error, OSError) as error:
            return cls(files.in_memory(path), None, _loss(path, error))

    @classmethod
    def read(cls, folder: Path | None = None) -> Self:
        """Return a copy in memory of the store in ``folder``, an empty one if there is no file.

        No file is created or changed. Raises PdbcoachError if the file can't be read, is damaged, or was
        written by a newer pdbcoach.
        """
        path = _path(folder)
        try:
            return cls(files.copied(path) if os.path.lexists(path) else files.in_memory(), None)
        except UnknownVersionError as error:
            raise _too_new(path, error) from None
        except files.DamagedError:
            raise PdbcoachError(
                f"{path} is damaged", "`pdbcoach practice` sets it aside and begins a new one"
            ) from None
        except sqlite3.Error as error:
            raise PdbcoachError(f"{path} cannot be read: {error}") from None

    @classmethod
    def blank(cls) -> Self:
        """Return an empty store in memory."""
        return cls(files.in_memory(), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the store can't be used afterwards."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def take_trouble(self) -> str | None:
        """Return what went wrong since the last call, as sentences for the learner, or None.

        Call it after opening and after writing; it returns each message once.
        """
        trouble, self.trouble = self.trouble, None
        return trouble

    # --- writing

    def record(self, attempt: AttemptRecord, position: Position | None = None) -> None:
        """Add an attempt and, in the same transaction, set its lesson's position if one is given."""

        def change(connection: sqlite3.Connection) -> None:
            rows.insert(connection, [rows.of_attempt(attempt)])
            if position is not None:
                state = rows.lesson(connection, attempt.lesson)
                rows.put(connection, replace(state, position=position, moved=attempt.when))

        self._write(change)

    def move(self, lesson: str, position: Position | None, when: datetime) -> None:
        """Set where the learner is in a lesson; None: the lesson is not under way."""

        def change(connection: sqlite3.Connection) -> None:
            state = rows.lesson(connection, lesson)
            rows.put(connection, replace(state, position=position, moved=when))

        self._write(change)

    def complete(self, lesson: str, stage: Stage, when: datetime, score: Score | None = None) -> None:
        """Record that a stage of a lesson is completed; the lesson is then no longer under way.

        A lesson never loses a stage. Passing the task finishes the lesson, and its best score stays.
        """

        def change(connection: sqlite3.Connection) -> None:
            state = rows.lesson(connection, lesson)
            state = replace(state, passed=further(state.passed, stage), position=None, moved=when)
            if stage == "task":
                state = replace(state, best=better(state.best, score), finished=when)
            rows.put(connection, state)

        self._write(change)

    def merge(self, attempts: Iterable[AttemptRecord], lessons: Iterable[LessonState]) -> Merged:
        """Add what another store knows, in one transaction. What both know is there once.

        Attempts are the same if all their fields are equal. If one store has several equal ones, the
        larger number stays.
        """
        other = Counter(map(rows.of_attempt, attempts))
        states = tuple(lessons)

        def change(connection: sqlite3.Connection) -> Merged:
            new = list((other - Counter(rows.attempt_rows(connection))).elements())
            rows.insert(connection, new)
            changed = set()
            for state in states:
                known = rows.lesson(connection, state.lesson)
                both = merged(known, state)
                if both != known:
                    rows.put(connection, both)
                    changed.add(state.lesson)
            return Merged(len(new), len(changed))

        return self._write(change)

    def recover(self) -> Merged:
        """Merge what can still be read in the damaged files that were set aside."""
        attempts, lessons = list[AttemptRecord](), list[LessonState]()
        for path in files.damaged(self.path) if self.path is not None else ():
            with suppress(sqlite3.Error), closing(files.as_it_is(path)) as connection:
                attempts += rows.salvaged_attempts(connection)
                lessons += rows.salvaged_lessons(connection)
        return self.merge(attempts, lessons)

    # --- reading

    def attempts(self, lesson: str | None = None) -> tuple[AttemptRecord, ...]:
        """Return all attempts, or those at one lesson, the oldest first."""
        return self._do(lambda connection: rows.attempts(connection, lesson))

    def lesson(self, lesson: str) -> LessonState:
        """Return how far a lesson has come; an empty state if it was never begun."""
        return self._do(lambda connection: rows.lesson(connection, lesson))

    def lessons(self) -> dict[str, LessonState]:
        """Return the state of every lesson that was begun, by name."""
        return {state.lesson: state for state in self._do(rows.lessons)}

    # --- with the file or without

    def _write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        def whole(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return change(connection)

        return self._do(whole)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return self._readable(work)
        except sqlite3.Error as error:
            if self.path is None:
                raise
            self._go_on_in_memory(self.path, error)
        return self._readable(work)

    def _readable(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do ``work``, after setting aside the rows that can't be read, if there are any."""
        try:
            return work(self._connection)
        except rows.UnreadableError:
            with transaction(self._connection):
                number = rows.set_aside_unreadable(self._connection)
            self._trouble(_unreadable(number))
        return work(self._connection)

    def _trouble(self, text: str) -> None:
        self.trouble = "\n".join(filter(None, (self.trouble, text)))

    def _go_on_in_memory(self, path: Path, error: sqlite3.Error) -> None:
        self.close()
        self._connection = files.in_memory(path)
        try:
            with transaction(self._connection):
                rows.set_aside_unreadable(self._connection)
        except sqlite3.Error:  # so damaged that even a copy is of no use
            self._connection = files.in_memory()
        self.path = None
        self._trouble(_loss(path, error))


def _path(folder: Path | None) -> Path:
    return (state_folder(os.environ) if folder is None else folder) / FILE


def _too_new(path: Path, error: UnknownVersionError) -> PdbcoachError:
    return PdbcoachError(
        f"{path} was written by a newer pdbcoach: its version is {error.version}, "
        f"this one reads up to {error.known}",
        "Update pdbcoach, or set PDBCOACH_HOME to another folder",
    )


def _set_aside(path: Path, aside: Path, connection: sqlite3.Connection) -> str:
    how = "the last good copy is used" if rows.are_there(connection) else "a new record has begun"
    return (
        f"Your progress in {path} was damaged. It is kept as {aside.name}, and {how}. "
        "`pdbcoach progress repair` recovers what can still be read."
    )


def _unreadable(number: int) -> str:
    records = "1 record of your progress is" if number == 1 else f"{number} records of your progress are"
    return f"{records} damaged and set aside. The rest is there."


def _loss(path: Path, error: Exception) -> str:
    cause = "it is damaged" if isinstance(error, files.DamagedError) else str(error)
    if isinstance(error, OSError):
        cause = error.strerror or cause
    return f"Your progress is not saved from here on ({path}: {cause})."
