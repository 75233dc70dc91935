"""The learner's progress on disk: one SQLite file, written at once, and never in the way of a lesson."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
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
    """What a merge brought that was not known before."""

    attempts: int
    lessons: int


class Store:
    """What is remembered of the learner. A context manager; for the thread that opened it.

    Writing never fails and nothing needs saving: when a method returns, what it was given is on disk,
    and stays there if pdbcoach is killed. Several pdbcoach may be at it at once. Where the file cannot
    be written (a full disk, a read-only folder), the store goes on in memory, with all that it knew.
    ``take_trouble`` says so, once.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path | None, trouble: str | None = None) -> None:
        """Use ``open`` or ``read``."""
        self._connection = connection
        self.path = path
        """The file that keeps it; ``None`` when only memory does."""
        self.trouble = trouble
        """What went wrong and was not taken yet, as sentences for the learner."""

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """The store in ``folder``, by default ``home.state_folder``; both are made if there is none.

        A damaged file is set aside under another name and a new one begun; ``take_trouble`` says so.
        Raises PdbcoachError only for a file of a newer pdbcoach, which stays as it is.
        """
        path = _path(folder)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                return cls(files.opened(path), path)
            except files.DamagedError:
                connection, aside = files.opened_anew(path)
                return cls(connection, path, None if aside is None else _set_aside(path, aside))
        except UnknownVersionError as error:
            raise _too_new(path, error) from None
        except (files.DamagedError, sqlite3.Error, OSError) as error:
            return cls(files.in_memory(path), None, _loss(path, error))

    @classmethod
    def read(cls, folder: Path | None = None) -> Self:
        """What the store in ``folder`` holds now, to be looked at: what this one is given goes nowhere.

        No file is made or changed; where there is none, nothing is known yet. Raises PdbcoachError for
        a file that cannot be read, is damaged, or is a newer pdbcoach's.
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """The store cannot be used afterwards. The last one to close leaves nothing but the file."""
        with suppress(sqlite3.Error):
            self._connection.close()

    def take_trouble(self) -> str | None:
        """What went wrong since this was last asked, as sentences for the learner; ``None``: nothing.

        Who shows what this returns, after opening and after writing, says each loss once.
        """
        told, self.trouble = self.trouble, None
        return told

    # --- writing

    def record(self, attempt: AttemptRecord, position: Position | None = None) -> None:
        """Adds an attempt and, if a position is given, moves its lesson there in the same breath."""

        def change(connection: sqlite3.Connection) -> None:
            rows.insert(connection, [rows.of_attempt(attempt)])
            if position is not None:
                state = rows.lesson(connection, attempt.lesson)
                rows.put(connection, replace(state, position=position, moved=attempt.when))

        self._write(change)

    def move(self, lesson: str, position: Position | None, when: datetime) -> None:
        """Sets where in a lesson the learner is; ``None``: it is not under way."""

        def change(connection: sqlite3.Connection) -> None:
            state = rows.lesson(connection, lesson)
            rows.put(connection, replace(state, position=position, moved=when))

        self._write(change)

    def complete(self, lesson: str, stage: Stage, when: datetime, score: Score | None = None) -> None:
        """A stage of a lesson has been gone through to its end: the lesson is no longer under way.

        The stage passed never falls. Passing the task finishes the lesson, and the best of its scores
        is kept.
        """

        def change(connection: sqlite3.Connection) -> None:
            state = rows.lesson(connection, lesson)
            state = replace(state, passed=further(state.passed, stage), position=None, moved=when)
            if stage == "task":
                state = replace(state, best=better(state.best, score), finished=when)
            rows.put(connection, state)

        self._write(change)

    def merge(self, attempts: Iterable[AttemptRecord], lessons: Iterable[LessonState]) -> Merged:
        """Adds what another store knows; what both know is there once. All or nothing.

        Attempts are the same if they are equal in everything. Where one store has several such and
        the other fewer, the more stay.
        """
        theirs = Counter(map(rows.of_attempt, attempts))
        states = tuple(lessons)

        def change(connection: sqlite3.Connection) -> Merged:
            new = list((theirs - Counter(rows.attempts(connection))).elements())
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

    # --- reading

    def attempts(self, lesson: str | None = None) -> tuple[AttemptRecord, ...]:
        """All attempts, or those at one lesson, the oldest first."""
        return tuple(map(rows.attempt, self._do(lambda connection: rows.attempts(connection, lesson))))

    def lesson(self, lesson: str) -> LessonState:
        """How far a lesson has come; an empty state if it was never begun."""
        return self._do(lambda connection: rows.lesson(connection, lesson))

    def lessons(self) -> dict[str, LessonState]:
        """How far each lesson that was ever begun has come, by name."""
        return {state.lesson: state for state in self._do(rows.lessons)}

    # --- with the file or without

    def _write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        def whole(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return change(connection)

        return self._do(whole)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            if self.path is None:
                raise
            self._go_on_in_memory(self.path, error)
        return work(self._connection)

    def _go_on_in_memory(self, path: Path, error: sqlite3.Error) -> None:
        self.close()
        self._connection = files.in_memory(path)
        self.path = None
        self.trouble = "\n".join(filter(None, (self.trouble, _loss(path, error))))


def _path(folder: Path | None) -> Path:
    return (state_folder(os.environ) if folder is None else folder) / FILE


def _too_new(path: Path, error: UnknownVersionError) -> PdbcoachError:
    return PdbcoachError(
        f"{path} is a newer pdbcoach's: its version is {error.version}, this one knows up to {error.known}",
        "update pdbcoach, or set PDBCOACH_HOME to a folder for this one",
    )


def _set_aside(path: Path, aside: Path) -> str:
    return f"Your progress in {path} was damaged. It is kept as {aside.name}, and a new record has begun."


def _loss(path: Path, error: Exception) -> str:
    cause = "it is damaged" if isinstance(error, files.DamagedError) else str(error)
    if isinstance(error, OSError):
        cause = error.strerror or cause
    return f"Your progress is not saved from here on ({path}: {cause})."
