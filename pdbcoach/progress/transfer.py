"""All progress as one JSON document, to keep it, or to take it to another machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pdbcoach.errors import PdbcoachError
from pdbcoach.progress import plain
from pdbcoach.progress.plain import MalformedError
from pdbcoach.progress.records import Attempt, LessonState

FORMAT: Final = 1
_KIND: Final = "pdbcoach-progress"
_CURE: Final = "nothing was imported; `pdbcoach progress export FILE` writes a file that can be"


class Everything(Struct, frozen=True):
    """What a store knows."""

    attempts: tuple[Attempt, ...]
    lessons: tuple[LessonState, ...]


def exported(attempts: Iterable[Attempt], lessons: Iterable[LessonState]) -> str:
    """The document, in ASCII. The same progress gives the same text."""
    content = {
        "kind": _KIND,
        "format": FORMAT,
        "attempts": [plain.attempt(one) for one in attempts],
        "lessons": [plain.lesson(one) for one in lessons],
    }
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def imported(content: bytes, source: str) -> Everything:
    """What a document says. ``source`` is what messages call it, such as its file's name.

    Raises PdbcoachError for what ``exported`` would not have written: with its place and the cure.
    """
    try:
        document = json.loads(content)
    except json.JSONDecodeError as error:
        place = f"{source}:{error.lineno}:{error.colno}"
        raise PdbcoachError(f"{place}: this is not JSON: {error.msg}", _CURE) from None
    except (ValueError, RecursionError):  # no text in any encoding, a number or a depth beyond reason
        raise PdbcoachError(f"{source}: this is not JSON", _CURE) from None
    if not isinstance(document, dict) or document.get("kind") != _KIND:
        raise PdbcoachError(f"{source}: kind: this is no progress of pdbcoach", _CURE)
    version = document.get("format")
    if type(version) is int and version > FORMAT:
        raise PdbcoachError(
            f"{source}: format: {version} is a newer pdbcoach's, this one knows {FORMAT}",
            "nothing was imported; update pdbcoach",
        )
    try:
        return _everything(document)
    except MalformedError as error:
        raise PdbcoachError(f"{source}: {error.place}: {error.cause}", _CURE) from None


def _everything(document: object) -> Everything:
    of = plain.fields(document, "the document", ("kind", "format", "attempts", "lessons"))
    if of["format"] != FORMAT:
        raise MalformedError("format", f"must be {FORMAT}, not {plain.shown(of['format'])}")
    return Everything(
        plain.items(of["attempts"], "attempts", plain.read_attempt),
        plain.items(of["lessons"], "lessons", plain.read_lesson),
    )
