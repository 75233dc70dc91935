"""The names of processes, as authors write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from msgspec import Struct, field

from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import Problems
from pdbcoach.scenario.fields import AliasEntries, LateFields
from pdbcoach.scenario.model import Step

_ENGINE_NAME = re.compile(
    r"(main|background)(?:\.(?:python)?[1-9][0-9]{0,4}){0,20}(?::[^\s:#]{1,60}(?:#[1-9][0-9]{0,3})?)?"
)
"""A process, perhaps with a thread: ``main.1``, ``main:Thread-1``, ``main:worker#2``."""
_PATTERN = re.compile(r"(main|background)(?:\.(?:python)?(?:[1-9][0-9]{0,4}|\*)){1,20}")
_OTHERS = "others of "


class ProcessNames(Struct, frozen=True):
    """The names that one scenario may use: the engine's, and its own aliases for them."""

    alias: Mapping[str, str]
    """Author's name → engine's name."""
    has_background: bool
    broken: frozenset[str] = frozenset()
    """Aliases that have been reported where they are defined."""
    late: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Author's name → patterns of engine's names."""

    def resolve(self, name: Written[str], problems: Problems) -> str | None:
        """Return the engine's name; None after reporting that no such process can exist."""
        if name.value in self.alias:
            return self.alias[name.value]
        if name.value in self.late:
            return name.value
        if name.value in self.broken:
            return None
        match = _ENGINE_NAME.fullmatch(name.value)
        if match is None:
            guess = did_you_mean(name.value, ["main", "background", *self.alias, *self.late])
            cure = guess or (
                "; write `main`, `main.1` (its first fork), `main:Thread-1` (a thread of it), `background`, "
                "or a name from `alias`"
            )
            problems.add(name.span, f"`{name.value}` is not the name of a process{cure}")
            return None
        if match[1] == "background" and not self.has_background:
            problems.add(name.span, "there is no process `background`: the scenario has no key `background`")
            return None
        for late, patterns in self.late.items():
            if any(fnmatchcase(name.value, pattern) for pattern in patterns):
                problems.add(
                    name.span,
                    f"`{name.value}` may be `{late}` in one run and not in the next; "
                    f"write `{late}`, or `{_OTHERS}{late}` in `processes` and `ends`",
                )
                return None
        return name.value

    def resolve_status(self, name: Written[str], problems: Problems) -> str | None:
        """Return as ``resolve``; ``others of NAME`` stays as it is."""
        if name.value.startswith(_OTHERS) and name.value.removeprefix(_OTHERS) in self.late:
            return name.value
        return self.resolve(name, problems)


def read_names(entries: AliasEntries, has_background: bool, problems: Problems) -> ProcessNames:
    """Return the names of a scenario, given its ``alias``."""
    engine_names = ProcessNames({}, has_background)
    alias: dict[str, str] = {}
    late: dict[str, tuple[str, ...]] = {}
    for name, process in entries:
        if name.value in ("main", "background"):
            problems.add(name.span, f"`{name.value}` is the name of a process itself; choose another alias")
        elif isinstance(process.value, str):
            if engine_names.resolve(Written(process.value, process.span), problems) is not None:
                alias[name.value] = process.value
        elif (patterns := _patterns(process.value, engine_names, problems)) is not None:
            late[name.value] = patterns
    known = {*alias, *late}
    return ProcessNames(
        alias, has_background, frozenset(name.value for name, _ in entries if name.value not in known), late
    )


def check_bound(names: ProcessNames, steps: Sequence[Step], problems: Problems) -> None:
    """Report each late name that a step expects something of before any step binds it."""
    for name in names.late:
        for step in steps:
            if step.process == name:
                break
            if any(one in (name, _OTHERS + name) for fact in step.facts for one in fact.names):
                problems.add(
                    step.span,
                    f"nothing is `{name}` yet; the first step with this name must have `process: {name}`",
                )
                break


def _patterns(record: LateFields, names: ProcessNames, problems: Problems) -> tuple[str, ...] | None:
    """Return the patterns of a late name; None after reporting what is wrong with them."""
    match record.first:
        case Written(str() as one, span):
            written: Sequence[Written[str]] = (Written(one, span),)
        case Written(tuple() as several):
            written = several
        case _:
            return None
    fine = [_is_pattern(one, names, problems) for one in written]
    return tuple(one.value for one in written) if all(fine) else None


def _is_pattern(written: Written[str], names: ProcessNames, problems: Problems) -> bool:
    if _PATTERN.fullmatch(written.value):
        return True
    if "*" not in written.value:
        return names.resolve(written, problems) is not None
    problems.add(
        written.span, f"`{written.value}` matches no process; write `main.*` (everything that `main` started)"
    )
    return False
