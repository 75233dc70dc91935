"""``pdbcoach record``: a person debugs, and a scenario is written of it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.authoring.draft import Setting


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "record",
        help="debug a program yourself, and have a scenario written of it",
        description="You debug, on the real pdb; on leaving, a scenario is written with the lines that you "
        "typed and what must come of each. :help lists what is not for pdb, such as :in main.1 and :quit.",
        epilog="Exit status: 0 written, 1 written, but a replay goes another way, 2 could not be run.",
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: beside the program")
    parser.add_argument("--id", metavar="ID", help="the scenario's id (default: like the file)")
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python to debug with")
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")
    parser.add_argument("command", nargs="+", metavar="-- python -m pdb PROGRAM", help="what to debug")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring import record
    from pdbcoach.authoring.draft import Draft
    from pdbcoach.authoring.recording import Recorder
    from pdbcoach.cli.dialogue import Dialogue
    from pdbcoach.cli.targets import chosen_targets
    from pdbcoach.engine.session import Session

    where = record.setting(arguments.command, arguments.output, arguments.id)
    if where.path.exists() and not arguments.force and not sys.stdin.isatty():
        raise PdbcoachError(f"{where.path} exists already", "--force overwrites it, -o names another file")
    record.copies(where)
    (target,) = chosen_targets([arguments.python] if arguments.python else [])
    if sys.stdin.isatty():
        import readline  # noqa: F401 - gives input() line editing and history

        print(
            f"[recording on Python {target.version}; :help says more, :quit leaves and writes {where.path}]"
        )
    with Session(
        where.run,
        python=target.executable,
        files=[(f.name, f.path) for f in where.files],
        sandbox=target.sandbox,
    ) as session:
        recorder = Recorder(session)
        recorder.start()
        Dialogue(recorder, sys.stdout).hold()
    if not recorder.typed:
        raise PdbcoachError("nothing was typed, so nothing is written")
    if not _may_write(where, arguments.force):
        print("nothing is written")
        return Exit.OK
    if sys.stdin.isatty():
        print("[replaying what you typed, to see what comes each time]", flush=True)
    written = record.write(Draft(where, recorder.typed, recorder.before, target.version), target)
    record.save(where, written.text)
    print(f"[{where.path} is written: {len(recorder.typed)} lines; now it needs prose]")
    if written.problem:
        print(f"[but {written.problem}]")
        return Exit.DIFFERED
    return Exit.OK


def _may_write(where: Setting, force: bool) -> bool:
    if force or not where.path.exists():
        return True
    if not sys.stdin.isatty():  # it came to be while the person debugged
        raise PdbcoachError(f"{where.path} exists already", "--force overwrites it, -o names another file")
    try:
        return input(f"{where.path} exists already. Overwrite it? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        return False
