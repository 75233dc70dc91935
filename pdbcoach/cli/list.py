"""``pdbcoach list``: packs and scenarios, their levels, and what each of them teaches."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.progress.records import LessonState


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "list",
        help="list packs and scenarios, and what each teaches",
        description="Lists the scenarios in files, directories and packs, and how far you are in each. "
        "Without arguments, lists all shipped ones.",
    )
    parser.add_argument("what", nargs="*", metavar="FILE|DIRECTORY|ID", help="default: all shipped scenarios")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--lang", metavar="LANGUAGE", help="language of the titles (default: the locale's)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.form.source import PACK_FILE, pack_root
    from pdbcoach.language import locale_of
    from pdbcoach.report import contents
    from pdbcoach.scenario.packs import load_all, load_pack

    lang = arguments.lang or locale_of(os.environ)
    scenarios = load_all(arguments.what, lang=lang)
    roots = dict.fromkeys(pack_root(scenario.path.parent.resolve()) for scenario in scenarios)
    packs = {root: load_pack(root, lang) for root in roots if (root / PACK_FILE).is_file()}
    states = _states()
    found = [
        contents.Contents(
            packs.get(root),
            tuple(one for one in scenarios if pack_root(one.path.parent.resolve()) == root),
            states,
        )
        for root in roots
    ]
    print(contents.as_json(found) if arguments.json else contents.as_text(found), end="")
    return Exit.OK


def _states() -> Mapping[str, LessonState]:
    """Return how far the learner has come. If that can't be read, say so: the list doesn't need it."""
    from pdbcoach.progress.store import Store

    try:
        with Store.read() as store:
            return store.lessons()
    except PdbcoachError as error:
        print(f"pdbcoach: {error}", file=sys.stderr)
        return {}
