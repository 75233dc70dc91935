"""``pdbcoach record``: you debug, and a scenario is written of it."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from pdbcoach.cli.interactive import add_common, fronting, spoken
from pdbcoach.cli.parser import Verbs
from pdbcoach.cli.targets import chosen_target
from pdbcoach.errors import Exit, PdbcoachError
from pdbcoach.language import _, ngettext

if TYPE_CHECKING:
    from pdbcoach.authoring.recorded import RecordedRoute
    from pdbcoach.authoring.setting import Setting
    from pdbcoach.replay.result import Target


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
    parser.add_argument("--force", action="store_true", help="overwrite an existing file")
    add_common(parser)
    parser.add_argument("command", nargs="+", metavar="-- python -m pdb PROGRAM", help="what to debug")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.authoring.draft import Draft
    from pdbcoach.authoring.record import write
    from pdbcoach.authoring.setting import copies, save, setting

    spoken(arguments)
    where = setting(arguments.command, arguments.output, arguments.id)
    is_person = sys.stdin.isatty()
    overwrites = arguments.force
    if not is_person:
        _refuse_to_overwrite(where, overwrites)
    elif where.path.exists() and not overwrites:
        if not _may_overwrite(where):
            print(_("Nothing is recorded. `-o FILE` names another file."))
            return Exit.OK
        overwrites = True
    copies(where)
    target = chosen_target(arguments.python)
    recorded = _record(arguments, where, target)
    if not recorded.lines:
        raise PdbcoachError("nothing was typed, so nothing is written")
    if is_person:
        if where.path.exists() and not overwrites and not _may_overwrite(where):  # it came meanwhile
            print(_("nothing is written"))
            return Exit.OK
        print(_("[replaying what you typed, to see what comes each time]"), flush=True)
    else:
        _refuse_to_overwrite(where, arguments.force)  # it may have come into being meanwhile
    written = write(Draft(where, recorded, target.version), target)
    try:
        save(where, written.text)
    except OSError as error:
        raise PdbcoachError(f"{error.filename or where.path} can't be written: {error.strerror}") from None
    lines = ngettext("{number} line", "{number} lines", len(recorded.lines))
    print(_("[{path} is written: {lines}; now it needs prose]").format(path=where.path, lines=lines))
    if written.problem:
        print(_("[but {problem}]").format(problem=written.problem))
        return Exit.DIFFERED
    return Exit.OK


def _record(arguments: argparse.Namespace, where: Setting, target: Target) -> RecordedRoute:
    """Let the person debug until they leave or every process has ended."""
    from pdbcoach.authoring.recorded import RecordedRoute
    from pdbcoach.coach.message import Message
    from pdbcoach.front.conversation import Conversation
    from pdbcoach.front.debugger import Debugger
    from pdbcoach.front.recording import Recording
    from pdbcoach.progress.home import state_folder

    history = state_folder(os.environ) / "history"
    with fronting(arguments, history) as front, closing(Debugger(where.scenario(), target)) as debugger:
        debugger.launch()
        if front.reader.is_person:
            said = _(
                "Recording on Python {version}. `:help` lists my words; `:quit` leaves and writes `{path}`."
            )
            front.screen.say(Message("note", said.format(version=target.version, path=where.path)))
        conversation = Conversation(debugger, front.screen, front.reader, front.interrupts)
        recording = Recording(conversation)
        conversation.hold(recording)
        return RecordedRoute.of(recording.before, recording.route)


def _refuse_to_overwrite(where: Setting, force: bool) -> None:
    if where.path.exists() and not force:
        raise PdbcoachError(f"{where.path} exists already", "--force overwrites it, -o names another file")


def _may_overwrite(where: Setting) -> bool:
    question = _("{path} exists already. Overwrite it? [y/N] ").format(path=where.path)
    try:
        return input(question).strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        return False
