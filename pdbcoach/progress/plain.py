"""Records as plain values for JSON, and back: whatever is read is looked at closely first."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Final, TypeAlias, TypeVar

import msgspec

from pdbcoach.progress.records import (
    STAGES,
    VERDICTS,
    Attempt,
    LessonState,
    Position,
    Score,
)
from pdbcoach.route import RouteEntry

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
T = TypeVar("T")

_MOST: Final = 2**63 - 1
"""The largest number that SQLite can store."""


class MalformedError(Exception):
    """A value is not what it should be. ``place`` is such as ``attempts[3].when``."""

    def __init__(self, place: str, cause: str) -> None:
        super().__init__(place, cause)
        self.place = place
        self.cause = cause


# --- to plain values


def moment(when: datetime) -> str:
    """The one way in which an instant is written: UTC, always as long, so that text sorts as time."""
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def attempt(one: Attempt) -> dict[str, Json]:
    return {
        "when": moment(one.when),
        "lesson": one.lesson,
        "step": one.step,
        "typed": one.typed,
        "verdict": one.verdict,
        "hints": one.hints,
        "stage": one.stage,
        "python": one.python,
        "commands": list(one.commands),
        "misconceptions": list(one.misconceptions),
        "held": list(one.held),
    }


def position(one: Position) -> dict[str, Json]:
    return {
        "stage": one.stage,
        "step": one.step,
        "route": msgspec.to_builtins(one.route),
        "python": one.python,
    }


def lesson(one: LessonState) -> dict[str, Json]:
    return {
        "lesson": one.lesson,
        "passed": one.passed,
        "position": None if one.position is None else position(one.position),
        "moved": None if one.moved is None else moment(one.moved),
        "best": None if one.best is None else {"commands": one.best.commands, "par": one.best.par},
        "finished": None if one.finished is None else moment(one.finished),
    }


# --- from plain values; each raises MalformedError


def fields(value: object, place: str, names: Iterable[str]) -> dict[str, object]:
    """The values of an object that must have exactly these keys."""
    if not isinstance(value, dict):
        raise MalformedError(place, f"must be an object, not {shown(value)}")
    for name in names:
        if name not in value:
            raise MalformedError(place, f"has no `{name}`")
    if unknown := sorted(value.keys() - set(names)):
        raise MalformedError(place, f"has a key `{unknown[0]}` that is not known")
    return value


def items(value: object, place: str, read: Callable[[object, str], T]) -> tuple[T, ...]:
    """What ``read`` makes of each item of a list."""
    if not isinstance(value, list):
        raise MalformedError(place, f"must be a list, not {shown(value)}")
    return tuple(read(item, f"{place}[{number}]") for number, item in enumerate(value))


def read_attempt(value: object, place: str) -> Attempt:
    of = fields(value, place, Attempt.__struct_fields__)
    return Attempt(
        when=_moment(of["when"], f"{place}.when"),
        lesson=_name(of["lesson"], f"{place}.lesson"),
        step=_whole(of["step"], f"{place}.step", least=1),
        typed=_text(of["typed"], f"{place}.typed"),
        verdict=_choice(of["verdict"], f"{place}.verdict", VERDICTS),
        hints=_whole(of["hints"], f"{place}.hints", least=0),
        stage=_choice(of["stage"], f"{place}.stage", STAGES),
        python=_text(of["python"], f"{place}.python"),
        commands=items(of["commands"], f"{place}.commands", _name),
        misconceptions=items(of["misconceptions"], f"{place}.misconceptions", _name),
        held=items(of["held"], f"{place}.held", _name),
    )


def read_position(value: object, place: str) -> Position:
    of = fields(value, place, Position.__struct_fields__)
    return Position(
        stage=_choice(of["stage"], f"{place}.stage", STAGES),
        step=_whole(of["step"], f"{place}.step", least=1),
        route=items(of["route"], f"{place}.route", _read_entry),
        python=_text(of["python"], f"{place}.python"),
    )


def read_lesson(value: object, place: str) -> LessonState:
    of = fields(value, place, LessonState.__struct_fields__)
    return LessonState(
        lesson=_name(of["lesson"], f"{place}.lesson"),
        passed=_optional(of["passed"], f"{place}.passed", lambda v, p: _choice(v, p, STAGES)),
        position=_optional(of["position"], f"{place}.position", read_position),
        moved=_optional(of["moved"], f"{place}.moved", _moment),
        best=_optional(of["best"], f"{place}.best", _read_score),
        finished=_optional(of["finished"], f"{place}.finished", _moment),
    )


def _read_entry(value: object, place: str) -> RouteEntry:
    try:
        return msgspec.convert(value, RouteEntry)  # type: ignore[no-any-return]
    except msgspec.ValidationError as error:
        raise MalformedError(place, str(error)) from None


def _read_score(value: object, place: str) -> Score:
    of = fields(value, place, Score.__struct_fields__)
    return Score(
        commands=_whole(of["commands"], f"{place}.commands", least=0),
        par=_whole(of["par"], f"{place}.par", least=0),
    )


def _optional(value: object, place: str, read: Callable[[object, str], T]) -> T | None:
    return None if value is None else read(value, place)


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise MalformedError(place, f"must be text, not {shown(value)}")
    return value


def _name(value: object, place: str) -> str:
    name = _text(value, place)
    if not name.strip() or not name.isprintable():
        raise MalformedError(place, f"must be a name, not {shown(value)}")
    return name


def _whole(value: object, place: str, *, least: int) -> int:
    if type(value) is not int or not least <= value <= _MOST:
        raise MalformedError(place, f"must be a whole number from {least}, not {shown(value)}")
    return value


def _choice(value: object, place: str, choices: tuple[T, ...]) -> T:
    for choice in choices:
        if value == choice:
            return choice
    raise MalformedError(place, f"must be one of {', '.join(map(str, choices))}, not {shown(value)}")


def _moment(value: object, place: str) -> datetime:
    try:
        when = datetime.fromisoformat(_text(value, place))
        # Far from either end of the calendar, days can be added and time zones changed.
        if when.tzinfo is not None and 1970 <= when.year < 3000:
            return when.astimezone(UTC)
    except ValueError:
        pass
    raise MalformedError(
        place, f"must be a time with its zone, such as 2025-01-31T12:00:00+00:00, not {shown(value)}"
    )


def shown(value: object) -> str:
    """A value for a message, cut if it is long or deep."""
    return reprlib.repr(value)
