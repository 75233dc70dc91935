"""The names of processes, as authors write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import Problems

_ENGINE_NAME = re.compile(
    r"(main|background)(?:\.(?:python)?[1-9][0-9]{0,4}){0,20}(?::[^\s:#]{1,60}(?:#[1-9][0-9]{0,3})?)?"
)
"""A process, perhaps with a thread: ``main.1``, ``main:Thread-1``, ``main:worker#2``."""


class ProcessNames(Struct, frozen=True):
    """The names that one scenario may use: the engine's, and its own aliases for them."""

    alias: Mapping[str, str]
    """Author's name → engine's name."""
    has_background: bool
    broken: frozenset[str] = frozenset()
    """Aliases that have been reported where they are defined."""

    def resolve(self, name: Written[str], problems: Problems) -> str | None:
        """Return the engine's name; None after reporting that no such process can exist."""
        if name.value in self.alias:
            return self.alias[name.value]
        if name.value in self.broken:
            return None
        match = _ENGINE_NAME.fullmatch(name.value)
        if match is None:
            guess = did_you_mean(name.value, ["main", "background", *self.alias])
            cure = guess or (
                "; write `main`, `main.1` (its first fork), `main:Thread-1` (a thread of it), `background`, "
                "or a name from `alias`"
            )
            problems.add(name.span, f"`{name.value}` is not the name of a process{cure}")
            return None
        if match[1] == "background" and not self.has_background:
            problems.add(name.span, "there is no process `background`: the scenario has no key `background`")
            return None
        return name.value


def read_names(
    entries: Sequence[tuple[Written[str], Written[str]]], has_background: bool, problems: Problems
) -> ProcessNames:
    """Return the names of a scenario, given its ``alias``."""
    engine_names = ProcessNames({}, has_background)
    alias: dict[str, str] = {}
    for name, process in entries:
        if name.value in ("main", "background"):
            problems.add(name.span, f"`{name.value}` is the name of a process itself; choose another alias")
        elif engine_names.resolve(process, problems) is not None:
            alias[name.value] = process.value
    return ProcessNames(
        alias, has_background, frozenset(name.value for name, _ in entries) - frozenset(alias)
    )
