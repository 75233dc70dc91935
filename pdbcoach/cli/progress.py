"""``pdbcoach progress``: what you know and what is due; export and import."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from typing import Final

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

_STANDARD_STREAM: Final = "-"

_LARGEST: Final = 64 << 20
"""Bytes of an imported file: about 200,000 attempts. A device has no end, so there is a limit."""


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "progress",
        help="show what you know and what is due; export and import it",
        description="Shows in which of four boxes each command and each misconception is. A right answer "
        "moves it to the next box when it is due; a hint or a miss moves it back to the first. Nothing "
        "leaves this machine.",
        epilog="Your progress is stored in ~/.local/state/pdbcoach, or in PDBCOACH_HOME.",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--lang", metavar="LANGUAGE", help="language, such as zh (default: the locale's)")
    parser.set_defaults(run=show)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    to_file = actions.add_parser(
        "export",
        help="write all progress to a JSON file",
        description="Writes all your progress to one JSON file, for `progress import`.",
    )
    to_file.add_argument(
        "file", nargs="?", default=_STANDARD_STREAM, metavar="FILE", help="default: standard output"
    )
    to_file.set_defaults(run=export)
    from_file = actions.add_parser(
        "import",
        help="add the progress in an exported file",
        description="Adds the progress in a file of `progress export` to yours. Nothing is lost "
        "and nothing counts twice.",
    )
    from_file.add_argument("file", metavar="FILE", help="- is standard input")
    from_file.set_defaults(run=import_)
    mend = actions.add_parser(
        "repair",
        help="recover what can be read of a damaged file",
        description="Adds what can still be read in the damaged files that pdbcoach has set aside. They "
        "stay where they are, and nothing counts twice.",
    )
    mend.set_defaults(run=repair)


def show(arguments: argparse.Namespace) -> int:
    from datetime import datetime

    from pdbcoach import language
    from pdbcoach.progress.store import Store
    from pdbcoach.report import progress
    from pdbcoach.report.screen import Screen
    from pdbcoach.scenario.misconceptions import misconceptions_of
    from pdbcoach.scenario.packs import find, load_pack, shipped

    lang = arguments.lang or language.locale_of(os.environ)
    language.use(lang)
    folders = dict.fromkeys(found.path.parent for found in find([]))
    with Store.read() as store:
        seen = progress.overview(
            store.attempts(),
            store.lessons().values(),
            [load_pack(folder, lang) for folder in folders],
            misconceptions_of(shipped(), lang),
            datetime.now().astimezone(),
        )
        trouble = store.take_trouble()
    if trouble:
        print(trouble, file=sys.stderr)
    if arguments.json:
        print(progress.as_json(seen), end="")
    else:
        progress.draw(Screen(sys.stdout), seen)
    return Exit.OK


def export(arguments: argparse.Namespace) -> int:
    from pdbcoach.progress.store import Store
    from pdbcoach.progress.transfer import everything, exported
    from pdbcoach.report import files

    _refuse_options_of_show(arguments)
    files.check(arguments.file, "progress")
    with Store.read() as store:
        document = everything(store.attempts(), store.lessons().values())
        trouble = store.take_trouble()
    if trouble:
        print(trouble, file=sys.stderr)
    files.write(arguments.file, exported(document), "progress")
    return Exit.OK


def import_(arguments: argparse.Namespace) -> int:
    from pdbcoach.progress.store import Store
    from pdbcoach.progress.transfer import imported
    from pdbcoach.report.progress import merged

    _refuse_options_of_show(arguments)
    found = imported(*_content(arguments.file))
    with Store.open() as store:
        new = store.merge(found.attempts, found.lessons)
        trouble = store.take_trouble()
        if store.path is None:
            raise PdbcoachError(f"nothing was imported. {trouble}")
    if trouble:
        print(trouble, file=sys.stderr)
    print(merged(new.attempts, new.lessons))
    return Exit.OK


def repair(arguments: argparse.Namespace) -> int:
    from pdbcoach.progress.store import Store
    from pdbcoach.report.progress import merged

    _refuse_options_of_show(arguments)
    with Store.open() as store:
        found = store.recover()
        trouble = store.take_trouble()
    if trouble:
        print(trouble, file=sys.stderr)
    print(merged(found.attempts, found.lessons))
    return Exit.OK


def _refuse_options_of_show(arguments: argparse.Namespace) -> None:
    if arguments.json or arguments.lang:
        raise PdbcoachError("--json and --lang only work without an action", "leave them or the action out")


def _content(file: str) -> tuple[bytes, str]:
    """Return the content of a file and its name in messages. Raises PdbcoachError."""
    name = "standard input" if file == _STANDARD_STREAM else file
    try:
        # It may be a pipe, such as `<(ssh host pdbcoach progress export)`.
        with nullcontext(sys.stdin.buffer) if file == _STANDARD_STREAM else open(file, "rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise PdbcoachError(f"{file} cannot be read: {error.strerror}") from None
    if len(content) > _LARGEST:
        raise PdbcoachError(
            f"{name} is larger than {_LARGEST >> 20} MiB", "`progress export` writes smaller files"
        )
    return content, name
