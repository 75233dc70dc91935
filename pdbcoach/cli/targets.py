"""``--python`` and ``--sandbox``: which Pythons a verb debugs with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from pdbcoach.errors import PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.engine.interpreters import Interpreter
    from pdbcoach.replay.result import Target

ALL: Final = "all"


def chosen_targets(names: Iterable[str], sandbox: bool | None = None) -> list[Target]:
    """Return the Pythons that ``--python`` names, each once; without any, the one that runs pdbcoach.

    ``sandbox`` is what ``--sandbox`` says; ``None``: the project's configuration decides.
    """
    from pdbcoach.cli.configuration import in_sandbox

    return targets_of(chosen_interpreters(names), in_sandbox(sandbox))


def chosen_target(name: str | None) -> Target:
    """Return the one Python that ``--python`` names, by default the one that runs pdbcoach."""
    if name == ALL:
        raise PdbcoachError("--python all is for `replay` and `check`", "name one Python here")
    (target,) = chosen_targets([name] if name else [])
    return target


def chosen_interpreters(names: Iterable[str]) -> list[Interpreter]:
    """Return the interpreters that ``--python`` names; without any, the one that runs pdbcoach."""
    from pdbcoach.engine import interpreters

    found: list[Interpreter] = []
    for name in names:
        found += interpreters.find_all() if name == ALL else [interpreters.find(name)]
    return found or [interpreters.running()]


def targets_of(found: Iterable[Interpreter], sandbox: bool) -> list[Target]:
    """Return a target for each interpreter, each once."""
    from pdbcoach.replay.result import Target

    return list(dict.fromkeys(Target(one.executable, one.version_text, sandbox) for one in found))
