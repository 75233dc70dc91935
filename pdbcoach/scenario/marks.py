"""Marks: names for source lines, found in the work files and replaced where authors use them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pdbcoach.errors import Span
from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import MAX_BYTES, Problems
from pdbcoach.scenario import source_text
from pdbcoach.scenario.fields import MarkFields
from pdbcoach.scenario.model import Mark, SourceFile

# A mark is where a line number could be: not in `a @ b`, `me@example.org` or `!@decorator`.
_IN_SEND = re.compile(r"(?P<escape>@@)|(?:(?<=[\s:,(])|^)@(?P<name>[A-Za-z_][A-Za-z0-9_]*)")
# The same in prose. But Chinese has no spaces between words: `第@call行` contains a mark.
_IN_PROSE = re.compile(r"(?<![A-Za-z0-9_@])@(?P<escaped>@)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)")

# In a placeholder, a mark stands for its file, too.
_IN_PLACEHOLDER = re.compile(r"\{(?P<word>breakpoint|hits):@(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}")

_COMPARED = 2000
"""Lines among which a misspelt mark is looked for; more would take seconds."""


class Marks:
    """The marks of one scenario. ``broken`` names are reported only where they are defined."""

    def __init__(self, found: Mapping[str, Mark], broken: frozenset[str] = frozenset()) -> None:
        self.found = found
        self.broken = broken

    def get(self, name: str, span: Span, problems: Problems, cure: str = "") -> Mark | None:
        """Return the mark ``name``, with or without its ``@``; None after reporting that there is none."""
        name = name.removeprefix("@")
        if name not in self.found and name not in self.broken:
            problems.add(
                span, f"there is no mark `{name}`{did_you_mean(name, (*self.found, *self.broken)) or cure}"
            )
        return self.found.get(name)

    def in_send(self, line: Written[str], problems: Problems) -> str:
        """Return the line with ``@call`` as ``15`` and ``@@`` as ``@``. An unknown mark is a problem."""

        def number(match: re.Match[str]) -> str:
            if match["escape"]:
                return "@"
            cure = f"; write `@@{match['name']}` if it is no mark"
            mark = self.get(match["name"], line.span, problems, cure)
            return str(mark.line) if mark else match[0]

        return _IN_SEND.sub(number, self._in_placeholders(line.value))

    def in_prose(self, text: str) -> str:
        """Return the text with ``@call`` as ``15`` and ``@@call`` as ``@call``; other marks stay."""

        def number(match: re.Match[str]) -> str:
            if match["escaped"]:
                return f"@{match['name']}"
            mark = self.found.get(match["name"])
            return str(mark.line) if mark else match[0]

        return _IN_PROSE.sub(number, self._in_placeholders(text)).strip("\n")

    def _in_placeholders(self, text: str) -> str:
        def place(match: re.Match[str]) -> str:
            mark = self.found.get(match["name"])
            return f"{{{match['word']}:{mark.file}:{mark.line}}}" if mark else match[0]

        return _IN_PLACEHOLDER.sub(place, text)


def find_marks(
    written: Sequence[tuple[Written[str], Written[str | MarkFields]]],
    files: Sequence[SourceFile],
    script: str | None,
    problems: Problems,
) -> Marks:
    """Return the marks, each found in its file. Marks without a file are looked for in ``script``.

    None: there is no script. ``""``: there should be one, and its absence has been reported.
    """
    by_name = {file.name: file for file in files}
    lines_of = cache(_source_lines)
    found: dict[str, Mark] = {}
    for name, place in written:
        text, file = _text_and_file(place)
        if text is None:
            continue
        work_name = file.value if file else script
        if work_name is None:
            problems.add(place.span, "`run` names no script to find this in; write {file: …, text: …}")
        elif work_name in by_name:
            if line := _only_line(text, work_name, lines_of(by_name[work_name].path), problems):
                found[name.value] = Mark(name.value, work_name, line)
        elif file:
            guess = did_you_mean(work_name, by_name)
            problems.add(file.span, f"`{work_name}` is not one of the files in the work folder{guess}")
    return Marks(found, frozenset(name.value for name, _ in written) - frozenset(found))


def _text_and_file(place: Written[str | MarkFields]) -> tuple[Written[str] | None, Written[str] | None]:
    """Return the text of a mark, None if anything of it could not be read, and its file if it names one."""
    if isinstance(place.value, str):
        return Written(place.value, place.span), None
    text, file = place.value.text, place.value.file
    is_unreadable = file is None and place.value.has(MarkFields.file)
    return (None if is_unreadable else text), file


def _only_line(text: Written[str], file: str, lines: list[str] | None, problems: Problems) -> int | None:
    """Return the number of the only line that contains ``text``; None after reporting why not."""
    if not text.value.strip():
        problems.add(text.span, "a mark needs some text of its line")
        return None
    if lines is None:
        problems.add(text.span, f"`{file}` cannot be read, or is too large")
        return None
    numbers = [number for number, line in enumerate(lines, start=1) if text.value in line]
    if len(numbers) == 1:
        return numbers[0]
    if numbers:
        where = f"{', '.join(str(n) for n in numbers[:-1])} and {numbers[-1]}"
        message = f"`{text.value}` is not unique: it is on lines {where} of {file}; write more of the line"
    else:
        guess = did_you_mean(text.value.strip(), [line.strip() for line in lines[:_COMPARED]])
        message = f"`{text.value}` is not found in {file}{guess}"
    problems.add(text.span, message)
    return None


def _source_lines(path: Path) -> list[str] | None:
    """Return the lines as Python counts them, or None for a file that can't be read or is too large."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError:
        return None
    if len(data) > MAX_BYTES:
        return None
    return source_text.lines(source_text.decoded(data))
