"""``pdbcoach update``: rewrite the expectations of a scenario that no longer match."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, assert_never

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.authoring.update import NotUpdated, Updated
    from pdbcoach.replay.result import Target
    from pdbcoach.scenario.packs import Found


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "update",
        help="update the expectations of scenarios that no longer match",
        description="Replays scenarios and rewrites the expectations that differ, until three replays in a "
        "row pass. Comments, order, quoting and everything that still holds stay as they are. "
        "Shows what would change, and asks before it writes.",
        epilog="Exit status: 0 up to date or updated, 1 not updated (the message says what to change), "
        "2 could not be run, 130 interrupted.",
    )
    parser.add_argument(
        "path", metavar="PATH", nargs="+", help="a scenario file, FILE[variant], or a folder of scenarios"
    )
    parser.add_argument(
        "--python",
        metavar="PATH|VERSION|all",
        action="append",
        default=[],
        help="a Python to debug with (repeatable)",
    )
    parser.add_argument("--yes", "-y", action="store_true", help="write without asking")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring.update import NotUpdated, Updated, update
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.cli.targets import chosen_targets
    from pdbcoach.report.escape import one_line
    from pdbcoach.scenario.packs import find

    chosen = find(arguments.path)
    _check_that_it_may_write(chosen, yes=arguments.yes)
    targets = chosen_targets(arguments.python)
    on = _named(targets)
    changes: list[tuple[str, Updated]] = []
    refused = False
    with one_interruption():
        for found in chosen:
            name = one_line(_name_of(found))
            match update(found, targets):
                case NotUpdated() as why:
                    _tell_refused(why, name)
                    refused = True
                case Updated() as same if same.after == same.before:
                    print(f"{name} {'passes' if same.unverified else 'is up to date'} on {on}")
                    _tell_unverified(same)
                case Updated() as change:
                    changes.append((name, change))
                case other:
                    assert_never(other)
    written = not changes or _offered(changes, yes=arguments.yes)
    return Exit.OK if written and not refused else Exit.DIFFERED


def _named(targets: Sequence[Target]) -> str:
    return f"Python {targets[0].version}" if len(targets) == 1 else f"{len(targets)} Pythons"


def _name_of(found: Found) -> str:
    return f"{found.path}[{found.variant}]" if found.variant else str(found.path)


def _check_that_it_may_write(chosen: Sequence[Found], *, yes: bool) -> None:
    """Raise PdbcoachError if nobody can look at the changes, or a file can't be written."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise PdbcoachError(
            "update is not for CI, where it would make any change look right", "run it yourself, and look"
        )
    if not yes and not sys.stdin.isatty():
        raise PdbcoachError("update asks before it writes, and there is no terminal", "--yes answers for you")
    for found in chosen:
        if not os.access(found.path, os.W_OK):
            raise PdbcoachError(f"{found.path} can't be written", "make it writable, or copy it")


def _tell_refused(update: NotUpdated, name: str) -> None:
    from pdbcoach.report.escape import visible

    for reason in update.reasons:
        print(visible(str(reason)), file=sys.stderr)
    print(f"pdbcoach: {name} is not updated", file=sys.stderr)


def _offered(changes: Sequence[tuple[str, Updated]], *, yes: bool) -> bool:
    """Show all changes, and write them if they are agreed to. Return whether they were."""
    from pdbcoach.report.escape import one_line, visible

    for _name, change in changes:
        print(visible(change.diff()), end="")
        for note in change.notes:
            print(one_line(note))
    what = changes[0][0] if len(changes) == 1 else f"{len(changes)} files"
    if not yes and not _agreed(what):
        print("nothing is written")
        return False
    for name, change in changes:
        _write(change, name)
    return True


def _write(change: Updated, name: str) -> None:
    from pdbcoach.whole_file import ChangedError, replace_file

    try:
        for one in change.files:  # all of them before any is written
            if one.path.read_bytes() != one.before.encode():
                raise ChangedError(one.path)
        for one in change.files:
            replace_file(one.path, one.after, before=one.before)
    except ChangedError:
        raise PdbcoachError(f"{name} has changed in the meantime", "run update again") from None
    except OSError as error:
        raise PdbcoachError(f"{name} can't be written: {error.strerror}", "nothing is changed") from None
    print(f"{name} is updated")
    _tell_unverified(change)


def _tell_unverified(update: Updated) -> None:
    from pdbcoach.report.escape import one_line

    for reason in update.unverified:
        print(f"  not verified: {one_line(reason)}")


def _agreed(what: str) -> bool:
    try:
        return input(f"Write this to {what}? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
