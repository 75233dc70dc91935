"""``pdbcoach show``: a lesson as Markdown or as a web page."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError
from pdbcoach.language import language_of, locale_of

if TYPE_CHECKING:
    from pdbcoach.scenario.model import Scenario


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "show",
        help="print a lesson as Markdown or as a web page",
        description="Prints a lesson for students to keep: prose, program with marks, and commands.",
        epilog="Exit status: 0 printed, 1 printed but the run differed, 2 could not be run.",
    )
    parser.add_argument("what", metavar="FILE|ID", help="one scenario")
    parser.add_argument("--format", choices=("markdown", "html"), default="markdown")
    parser.add_argument("--transcript", action="store_true", help="run it and add the transcript")
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python for --transcript")
    parser.add_argument("--lang", metavar="LANGUAGE", help="language of the prose (default: the locale's)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.cli.targets import chosen_target
    from pdbcoach.replay.runner import finish
    from pdbcoach.report.lesson import markdown
    from pdbcoach.scenario import source_text
    from pdbcoach.scenario.packs import load_all

    if arguments.python and not arguments.transcript:
        raise PdbcoachError("--python only works with --transcript", "add --transcript")
    lang = arguments.lang or locale_of(os.environ)
    scenario = _only(arguments.what, load_all([arguments.what], lang=lang))
    result = None
    if arguments.transcript:
        target = chosen_target(arguments.python)
        with one_interruption():
            result = finish(scenario, target)
    programs = {file.name: source_text.read(file.path) for file in scenario.files}
    text = markdown(scenario, programs, result)
    if arguments.format == "html":
        from pdbcoach.report.page import page

        text = page(scenario.title or scenario.id, text, language_of(lang))
    print(text, end="")
    return Exit.DIFFERED if result is not None and result.verdict == "failed" else Exit.OK


def _only(what: str, found: Sequence[Scenario]) -> Scenario:
    """Return the one scenario that was meant. Raises PdbcoachError for none or several."""
    bases = [one for one in found if "[" not in one.id]
    if len(bases) == 1 and len({one.path for one in found}) == 1:
        return bases[0]  # the file's own lesson; its variants are shown by name
    if len(found) != 1:
        names = ", ".join(one.id for one in found) or "none"
        raise PdbcoachError(f"{what} is {len(found)} scenarios: {names}", "name one of them")
    return found[0]
