"""The Pythons that ``--python`` names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pdbcoach.errors import PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.engine.interpreters import Interpreter
    from pdbcoach.replay.result import Target

ALL: Final = "all"


def chosen_targets(names: Iterable[str], sandbox: bool | None = None) -> list[Target]:
    """Return the Pythons that ``names`` name, each once; without any, the one that runs pdbcoach.

    ``sandbox`` is the value of ``--sandbox``; ``None`` leaves it to the project's configuration.
    Raises ``PdbcoachError`` if a Python can't be found, or a sandbox can't be had.
    """
    from pdbcoach.cli.configuration import in_sandbox

    return targets_of(chosen_pythons(names), in_sandbox(sandbox))


def chosen_target(name: str | None) -> Target:
    """Return the one Python that ``name`` names, by default the one that runs pdbcoach."""
    if name == ALL:
        raise PdbcoachError("--python all is for `replay` and `check`", "name one Python here")
    (target,) = chosen_targets([name] if name else [])
    return target


def targets_of(pythons: Iterable[Interpreter], sandbox: bool) -> list[Target]:
    """Return a target for each Python, each once."""
    from pdbcoach.replay.result import Target

    return list(dict.fromkeys(Target(one.executable, one.version_text, sandbox) for one in pythons))


def chosen_pythons(names: Iterable[str]) -> list[Interpreter]:
    """Return the Pythons that ``names`` name. Raises ``PdbcoachError`` if one can't be found."""
    from pdbcoach.engine import interpreters

    found: list[Interpreter] = []
    for name in names:
        found += interpreters.find_all() if name == ALL else [interpreters.find(name)]
    return found or [interpreters.running()]
