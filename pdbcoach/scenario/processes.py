"""Names of processes and what can become of them, as authors write both."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence

from msgspec import Struct

from pdbcoach.form.shapes import Written, did_you_mean
from pdbcoach.form.source import Problems
from pdbcoach.scenario.model import (
    Exited,
    ExpectedStatus,
    Fact,
    Gone,
    Killed,
    Running,
    Stopped,
    Zombie,
)

_ENGINE_NAME = re.compile(r"(main|background)(?:\.(?:python)?[1-9][0-9]{0,4}){0,20}")
_WORDS: Mapping[str, ExpectedStatus] = {
    "stopped": Stopped(),
    "running": Running(),
    "zombie": Zombie(),
    "gone": Gone(),
}
_SIGNALS = frozenset(name for name in signal.Signals.__members__)
_KINDS = "`stopped`, `running`, `zombie`, `gone`, `exit N` or `killed SIGNAME`"


class ProcessNames(Struct, frozen=True):
    """The names that one scenario may use: the engine's, and its own aliases for them."""

    alias: Mapping[str, str]
    """Author's name → engine's name."""
    has_background: bool
    broken: frozenset[str] = frozenset()
    """Aliases that were reported where they are defined."""

    def resolve(self, name: Written[str], problems: Problems) -> str | None:
        """The engine's name; ``None`` after reporting that there can be no such process."""
        if name.value in self.alias:
            return self.alias[name.value]
        if name.value in self.broken:
            return None
        match = _ENGINE_NAME.fullmatch(name.value)
        if match is None:
            guess = did_you_mean(name.value, ["main", "background", *self.alias])
            cure = guess or "; write `main`, `main.1` (its first fork), `background`, or a name from `alias`"
            problems.add(name.span, f"`{name.value}` is not the name of a process{cure}")
            return None
        if match[1] == "background" and not self.has_background:
            problems.add(name.span, "there is no process `background`: the scenario has no key `background`")
            return None
        return name.value

    def statuses(
        self, entries: Sequence[tuple[Written[str], Written[str]]], problems: Problems
    ) -> dict[str, Fact[ExpectedStatus]]:
        """What is asserted of each process, by the engine's names."""
        facts: dict[str, Fact[ExpectedStatus]] = {}
        for name, text in entries:
            process = self.resolve(name, problems)
            status = read_status(text, problems)
            if process in facts:
                problems.add(name.span, f"`{name.value}` is `{process}`, which is already named here")
            elif process is not None and status is not None:
                facts[process] = Fact(status, text.span)
        return facts


def read_names(
    entries: Sequence[tuple[Written[str], Written[str]]], has_background: bool, problems: Problems
) -> ProcessNames:
    """The names of a scenario from its ``alias``."""
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


def read_status(text: Written[str], problems: Problems) -> ExpectedStatus | None:
    """``exit 0`` → ``Exited(0)`` and so on; ``None`` after reporting what is wrong."""
    word, _, rest = text.value.partition(" ")
    rest = rest.strip()
    if text.value in _WORDS:
        return _WORDS[text.value]
    if word == "exit":
        if re.fullmatch("[0-9]{1,3}", rest) and int(rest) <= 255:
            return Exited(int(rest))
        message = f"`{text.value}` needs an exit code from 0 to 255, such as `exit 0`"
    elif word == "killed":
        if rest in _SIGNALS:
            return Killed(rest)
        message = f"`{text.value}` needs the name of a signal{_signal_cure(rest)}"
    else:
        message = (
            f"`{text.value}` is no status; write {_KINDS}{did_you_mean(word, [*_WORDS, 'exit', 'killed'])}"
        )
    problems.add(text.span, message)
    return None


def _signal_cure(text: str) -> str:
    if re.fullmatch("[0-9]{1,3}", text) and int(text) in {number.value for number in signal.Signals}:
        return f"; write `killed {signal.Signals(int(text)).name}`"
    if f"SIG{text.upper().removeprefix('SIG')}" in _SIGNALS:
        return f"; write `killed SIG{text.upper().removeprefix('SIG')}`"
    return did_you_mean(text, _SIGNALS) or ", such as `killed SIGTERM`"
