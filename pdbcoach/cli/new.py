"""``pdbcoach new``: write a scenario and its program to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "new",
        help="write a scenario to start from",
        description="Writes ID.yaml and a program for it: a small lesson that passes. Turn it into yours.",
    )
    parser.add_argument("id", metavar="ID", help="kebab-case, such as into-or-over")
    parser.add_argument(
        "--pack", type=Path, metavar="DIR", help="add it to this pack; creates the pack if it is missing"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring import new

    files = new.plan(arguments.id, arguments.pack or Path(), in_pack=arguments.pack is not None)
    try:
        new.write(files)
    except OSError as error:
        raise PdbcoachError(f"{error.filename} can't be written: {error.strerror}") from None
    for file in files:
        print(f"{'changed' if file.before else 'written'}: {file.path}")
    print(f"now: pdbcoach check --fast {files[0].path}")
    return Exit.OK
