"""``pdbcoach update``: rewrites the expectations of a scenario that differ from what comes."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "update",
        help="rewrite the expectations of a scenario that differ from what comes",
        description="Replays a scenario three times and rewrites the expectations that differ. Comments, "
        "order, quoting and what still holds stay as they are. Shows what would change, and asks.",
        epilog="Exit status: 0 up to date or updated, 1 not updated, 2 could not be run.",
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file; FILE[variant] updates that one only")
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python to debug with")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring.update import update
    from pdbcoach.cli.targets import chosen_targets
    from pdbcoach.report.escape import one_line, visible
    from pdbcoach.scenario.packs import find

    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise PdbcoachError(
            "update is not for CI, where it would make any change look right", "run it yourself, and look"
        )
    if not arguments.yes and not sys.stdin.isatty():
        raise PdbcoachError("update asks before it writes, and there is no terminal", "--yes answers for you")
    (found, *more) = find([arguments.file])
    if more:
        raise PdbcoachError(f"{arguments.file} is more than one file", "update them one by one")
    (target,) = chosen_targets([arguments.python] if arguments.python else [])
    updated = update(Path(found.path), target, variant=found.variant)
    if updated.after == updated.before:
        print(f"{one_line(str(found.path))} is up to date on Python {target.version}")
        return Exit.OK
    print(visible(updated.diff()), end="")
    if not arguments.yes and not _agreed(updated.path):
        print("nothing is written")
        return Exit.DIFFERED
    updated.path.write_bytes(updated.after.encode("utf-8"))
    print(f"{one_line(str(updated.path))} is updated")
    return Exit.OK


def _agreed(path: Path) -> bool:
    from pdbcoach.report.escape import one_line

    try:
        return input(f"Write this to {one_line(str(path))}? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
