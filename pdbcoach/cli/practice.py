"""``pdbcoach practice``: a lesson at the real debugger, with a coach beside it."""

from __future__ import annotations

import argparse
from functools import cache
from typing import TYPE_CHECKING

from pdbcoach.cli.interactive import add_common, add_lesson_options, practising, spoken
from pdbcoach.cli.parser import Verbs
from pdbcoach.cli.targets import chosen_target
from pdbcoach.engine import prefork
from pdbcoach.errors import PdbcoachError

if TYPE_CHECKING:
    from pdbcoach.coach.course import Entry


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "practice",
        help="learn at the real debugger, with a coach",
        description="Puts you in front of the real (Pdb) prompt with a task, and says what your commands "
        "did. Without a name: where you stopped, or the first lesson. :help lists the coach's words.",
        epilog="Exit status: 0 finished or left, 1 standard input ended in the middle of a lesson, "
        "2 something could not be run, 130 interrupted.",
    )
    parser.add_argument("what", nargs="?", metavar="PACK|SCENARIO|FILE", help="default: where you stopped")
    parser.add_argument(
        "--stage",
        choices=("watch", "guided", "task"),
        help="watch: the coach types; guided: you type the last steps; task: you type "
        "(default: by your record)",
    )
    add_common(parser)
    add_lesson_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    target = chosen_target(arguments.python)
    if not target.sandbox:
        # It starts while we import, here and below, what we need ourselves.
        prefork.get_ready(target.executable)
    from pdbcoach.coach.course import Course
    from pdbcoach.front.library import shipped_course

    lang = spoken(arguments)
    library = cache(lambda: shipped_course(lang))
    with practising(arguments, target, library) as practice:
        if arguments.what is None:
            start = library().first(practice.book.states)
            if start is None:
                return practice.all_finished()
            practice.welcome_back()
            return practice.hold(library(), start)
        entries, scenario_id = _asked_for(arguments.what, lang)
        course = Course(entries)
        return practice.hold(course, course.first(practice.book.states) or entries[0], scenario_id)


def _asked_for(what: str, lang: str) -> tuple[tuple[Entry, ...], str]:
    """Return the lessons that ``what`` names, and the variant, if it names one. Raises PdbcoachError."""
    from pdbcoach.front.library import course_of
    from pdbcoach.scenario import packs

    found = packs.find([what])
    if not found:
        raise PdbcoachError(f"no scenarios in {what}")
    variant = found[0].variant
    entries = course_of((one.path for one in found), lang).entries
    return entries, f"{entries[0].id}[{variant}]" if variant else ""
