"""What a text mentions, compared with the same text on the lesson's own road.

A sentence that is said word for word on both roads has its numbers and values from the author. If what
they are about is something else here, the sentence is not true here. A placeholder makes the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from pdbcoach.coach.attempt import Views, state_of
from pdbcoach.observation import Breakpoint
from pdbcoach.truth.sentences import Denied, sentences
from pdbcoach.truth.situation import table_of, values_of
from pdbcoach.truth.tries import Heard

_NUMBER: Final = re.compile(
    r"(?:\bnumber|\b[Bb]reakpoint|`(?:clear|cl|ignore|disable|enable|condition|commands|tbreak)) (\d+)\b"
)
_NAME: Final = re.compile(r"`([A-Za-z_]\w*)`")
_REPR: Final = re.compile(r"`(\[[^`]*\]|'[^`]*'|\([^`]*\)|\{[^`]*\})`")
_LONGEST: Final = 60
"""Characters of a value that a text could quote."""


def literal(text: str, theirs: Collection[Heard]) -> Iterator[str]:
    """Yield the sentences of ``text`` that were said word for word on the lesson's own road."""
    own = {sentence for heard in theirs for sentence in sentences(heard.text)}
    yield from (sentence for sentence in sentences(text) if sentence in own)


def differing(sentence: str, process: str, here: Sequence[Views], own: Sequence[Views]) -> Iterator[Denied]:
    """Yield what the sentence mentions that is different ``here`` from what it is on the ``own`` road.

    Both are the processes before and after what the sentence is about, the last one when it is said.
    """
    yield from _numbers(sentence, _tables(process, here), _tables(process, own))
    if not sentence.endswith("?"):
        yield from _values(sentence, process, here[-1], own[-1])


def mentions(sentence: str) -> bool:
    """Return whether it mentions anything that can be compared."""
    return any(pattern.search(sentence) for pattern in (_NUMBER, _REPR)) or bool(
        _NAME.search(sentence) and re.search(r"\d|True|False|None|'", _NAME.sub("", sentence))
    )


def _tables(process: str, roads: Sequence[Views]) -> dict[int, Breakpoint]:
    tables = (table_of(state_of(process, views)) for views in roads)
    return {number: row for table in tables for number, row in table.items()}


def _numbers(sentence: str, here: dict[int, Breakpoint], own: dict[int, Breakpoint]) -> Iterator[Denied]:
    for number in sorted({int(found) for found in _NUMBER.findall(sentence)}):
        if (row := own.get(number)) is None:
            continue
        mine = here.get(number)
        if mine is None or (mine.file, mine.line) != (row.file, row.line):
            same = [one for one in here.values() if (one.file, one.line) == (row.file, row.line)]
            now = f"it is number {same[-1].number}" if same else f"number {number} isn't on line {row.line}"
            yield Denied(
                "number",
                sentence,
                now,
                "say where the breakpoint is, not its number: on another way that is another one",
            )


def _gives(sentence: str, name: str, value: str) -> bool:
    """Return whether the sentence, which names ``name``, also says ``value``."""
    rest = sentence.replace(f"`{name}`", "")
    pattern = rf"(?<![\w.])(?<!line )(?<!number ){re.escape(value)}(?!\w|\.\d)"
    return len(value) <= _LONGEST and re.search(pattern, rest) is not None


def _values(sentence: str, process: str, here: Views, own: Views) -> Iterator[Denied]:
    mine, theirs = values_of(state_of(process, here)), values_of(state_of(process, own))
    cure = "say it without the value: on another way it is another one"
    for name in sorted(set(_NAME.findall(sentence)) & set(mine) & set(theirs)):
        if mine[name] != theirs[name] and _gives(sentence, name, theirs[name]):
            yield Denied("value", sentence, f"`{name}` is {mine[name]}", cure)
            return
    for value in sorted(set(_REPR.findall(sentence)) - set(mine.values())):
        names = [name for name, known in theirs.items() if known == value]
        if names and all(name in mine for name in names):
            yield Denied("value", sentence, f"`{names[0]}` is {mine[names[0]]}", cure)
