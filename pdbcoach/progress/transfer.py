"""All progress as one JSON document, to keep it or to take it to another machine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress.records import AttemptRecord, LessonState

FORMAT: Final = 2
_KIND: Final = "pdbcoach-progress"
_CURE: Final = "Nothing was imported. `pdbcoach progress export FILE` writes a file that can be imported."


class Everything(Struct, frozen=True, forbid_unknown_fields=True):
    """The document: all that a store knows."""

    kind: Literal["pdbcoach-progress"]
    format: Literal[2]
    attempts: tuple[AttemptRecord, ...]
    lessons: tuple[LessonState, ...]


def everything(attempts: Iterable[AttemptRecord], lessons: Iterable[LessonState]) -> Everything:
    """Return the document for these records."""
    return Everything(_KIND, FORMAT, tuple(attempts), tuple(lessons))


def moment(when: datetime) -> str:
    """Return the only notation for an instant: UTC, always with microseconds, so that text sorts as time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def exported(document: Everything) -> str:
    """Return the document as ASCII text. The same progress gives the same text."""
    content = msgspec.to_builtins(document, builtin_types=(datetime,))
    return json.dumps(content, indent=1, ensure_ascii=True, default=moment) + "\n"


def imported(content: bytes, source: str) -> Everything:
    """Return what a document contains. ``source`` is its name in messages, such as its file's name.

    Raises PdbcoachError with the place and the cure if ``exported`` could not have written it.
    """
    document = _parsed(content, source)
    if not isinstance(document, dict) or document.get("kind") != _KIND:
        raise PdbcoachError(f"{source} is not a progress file of pdbcoach", _CURE)
    version = document.get("format")
    if type(version) is int and version > FORMAT:
        raise PdbcoachError(
            f"{source} was written by a newer pdbcoach: its format is {version}, this one reads {FORMAT}",
            "Nothing was imported. Update pdbcoach.",
        )
    if version == 1:
        document = _from_format_1(document)
    try:
        found = msgspec.convert(document, Everything)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        if "matching regex" in what:  # only names have a pattern
            what = "Expected a name without control characters"
        raise PdbcoachError(
            f"{source}: {path.strip('`') or '$'}: {what[0].lower()}{what[1:]}", _CURE
        ) from None
    for place, when in _moments(found):
        # Far from both ends of the calendar, days can be added and time zones changed.
        if not 1970 <= when.year < 3000:
            raise PdbcoachError(f"{source}: {place}: expected a year from 1970 to 2999", _CURE)
    return found


def _from_format_1(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document without places inside lessons: format 1 wrote their routes as text.

    Such a lesson starts again from its first step. Everything else is the same.
    """
    lessons = document.get("lessons")
    if isinstance(lessons, list):
        lessons = [{**one, "position": None} if isinstance(one, dict) else one for one in lessons]
    return {**document, "format": FORMAT, "lessons": lessons}


def _parsed(content: bytes, source: str) -> Any:
    try:
        return json.loads(content)
    except json.JSONDecodeError as error:
        place = f"{source}:{error.lineno}:{error.colno}"
        raise PdbcoachError(f"{place}: this is not JSON: {error.msg}", _CURE) from None
    except (ValueError, RecursionError):  # not text in any encoding, or too long a number, or too deep
        raise PdbcoachError(f"{source}: this is not JSON", _CURE) from None


def _moments(document: Everything) -> Iterator[tuple[str, datetime]]:
    """Yield every time in the document with its path."""
    for number, attempt in enumerate(document.attempts):
        yield f"$.attempts[{number}].when", attempt.when
    for number, state in enumerate(document.lessons):
        if state.moved is not None:
            yield f"$.lessons[{number}].moved", state.moved
        if state.finished is not None:
            yield f"$.lessons[{number}].finished", state.finished
