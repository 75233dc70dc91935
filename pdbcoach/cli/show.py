"""``pdbcoach show``: a lesson as Markdown or as a web page."""

from __future__ import annotations

import argparse
import os

from pdbcoach.cli.parser import Verbs
from pdbcoach.errors import Exit, PdbcoachError
from pdbcoach.language import language_of, locale_of


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
    from pdbcoach.replay.result import ScenarioFinished
    from pdbcoach.replay.runner import replay
    from pdbcoach.report.lesson import markdown
    from pdbcoach.scenario.packs import load_all

    if arguments.python and not arguments.transcript:
        raise PdbcoachError("--python only works with --transcript", "add --transcript")
    lang = arguments.lang or locale_of(os.environ)
    found = load_all([arguments.what], lang=lang)
    bases = tuple(one for one in found if "[" not in one.id)
    if len(bases) == 1 and len({one.path for one in found}) == 1:
        found = bases  # the file's own lesson; its variants are shown by name
    if len(found) != 1:
        names = ", ".join(one.id for one in found) or "none"
        raise PdbcoachError(f"{arguments.what} is {len(found)} scenarios: {names}", "name one of them")
    (scenario,) = found
    result = None
    if arguments.transcript:
        target = chosen_target(arguments.python)
        with one_interruption():
            for event in replay(scenario, target):
                if isinstance(event, ScenarioFinished):
                    result = event.result
    programs = {file.name: file.path.read_bytes().decode("utf-8", "replace") for file in scenario.files}
    text = markdown(scenario, programs, result)
    if arguments.format == "html":
        from pdbcoach.report.page import page

        text = page(scenario.title or scenario.id, text, language_of(lang))
    print(text, end="")
    return Exit.DIFFERED if result is not None and result.verdict == "failed" else Exit.OK
