"""Which scenarios a file concerns that is none itself: a program, a translation, misconceptions."""

from __future__ import annotations

from pathlib import Path

from pdbcoach.errors import ScenarioError
from pdbcoach.form.source import PACK_FILE, pack_root
from pdbcoach.scenario.loader import load
from pdbcoach.scenario.misconceptions import MISCONCEPTIONS_FILE
from pdbcoach.scenario.packs import files


def scenarios_of(path: Path) -> tuple[Path, ...] | None:
    """Return the scenario files that ``path`` concerns; None if it is a scenario, a folder or a pack.

    A program concerns the scenarios that copy it into their work folder. Raises ``ScenarioError`` for a
    bad pack. A scenario that can't be read concerns all programs: checking it says why.
    """
    if not path.is_file() or path.name == PACK_FILE:
        return None
    if path.suffix != ".yaml":
        root = pack_root(path.parent.absolute())
        home = root if (root / PACK_FILE).is_file() or root.name != "programs" else root.parent
        return tuple(file for file in files(home) if _copies(file, path))
    name, dot, _language = path.stem.partition(".")
    if name == Path(MISCONCEPTIONS_FILE).stem:
        return files(path.parent)
    original = path.with_name(f"{name}.yaml")
    if not dot or not original.is_file():
        return None
    return files(path.parent) if original.name == PACK_FILE else (original,)


def _copies(scenario: Path, program: Path) -> bool:
    try:
        return any(file.path.samefile(program) for one in load(scenario) for file in one.files)
    except ScenarioError:
        return True
