"""``pdbcoach update``: rewrite the expectations of a scenario that no longer match."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.authoring.update import NotUpdated, Updated


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "update",
        help="update a scenario's expectations that no longer match",
        description="Replays a scenario and rewrites the expectations that differ, until three replays in a "
        "row pass. Comments, order, quoting and everything that still holds stay as they are. "
        "Shows what would change, and asks before it writes.",
        epilog="Exit status: 0 up to date or updated, 1 not updated (the message says what to change), "
        "2 could not be run, 130 interrupted.",
    )
    parser.add_argument("file", metavar="FILE", help="a scenario file; FILE[variant] updates one variant")
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python to debug with")
    parser.add_argument("--yes", "-y", action="store_true", help="write without asking")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring.update import NotUpdated, Updated, update
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.cli.targets import chosen_target
    from pdbcoach.report.escape import one_line
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
    if not os.access(found.path, os.W_OK):
        raise PdbcoachError(f"{found.path} can't be written", "make it writable, or copy it")
    target = chosen_target(arguments.python)
    with one_interruption():
        updated = update(found, target)
    name = one_line(f"{found.path}[{found.variant}]" if found.variant else str(found.path))
    match updated:
        case NotUpdated():
            return _refused(updated, name)
        case Updated() if updated.after == updated.before:
            state = "passes" if updated.unverified else "is up to date"
            print(f"{name} {state} on Python {target.version}")
            _tell_unverified(updated)
            return Exit.OK
        case Updated():
            return _offered(updated, name, yes=arguments.yes)
        case _:
            assert_never(updated)


def _refused(update: NotUpdated, name: str) -> int:
    from pdbcoach.report.escape import visible

    for reason in update.reasons:
        print(visible(str(reason)), file=sys.stderr)
    print(f"pdbcoach: {name} is not updated", file=sys.stderr)
    return Exit.DIFFERED


def _offered(update: Updated, name: str, *, yes: bool) -> int:
    """Show the change and write it if it is agreed to."""
    from pdbcoach.authoring.whole_file import replace_file
    from pdbcoach.report.escape import visible

    print(visible(update.diff()), end="")
    if not yes and not _agreed(update.path):
        print("nothing is written")
        return Exit.DIFFERED
    try:
        if update.path.read_bytes() != update.before.encode():
            raise PdbcoachError(f"{name} has changed in the meantime", "run update again")
        replace_file(update.path, update.after)
    except OSError as error:
        raise PdbcoachError(f"{name} can't be written: {error.strerror}", "nothing is changed") from None
    print(f"{name} is updated")
    _tell_unverified(update)
    return Exit.OK


def _tell_unverified(update: Updated) -> None:
    from pdbcoach.report.escape import one_line

    for reason in update.unverified:
        print(f"  not verified: {one_line(reason)}")


def _agreed(path: Path) -> bool:
    from pdbcoach.report.escape import one_line

    try:
        return input(f"Write this to {one_line(str(path))}? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
