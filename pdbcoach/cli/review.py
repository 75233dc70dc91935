"""``pdbcoach review``: five tasks of what is due, something new, and a bug hunt."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from pdbcoach.cli.parser import Verbs
from pdbcoach.cli.practice import add_common, practising, shipped_course, spoken

if TYPE_CHECKING:
    from pdbcoach.coach.course import Course
    from pdbcoach.progress.review import Lesson, Task
    from pdbcoach.ui.practice import Practice


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "review",
        help="practise what is due: five tasks",
        description="Five lessons as tasks: three about what is due to be tried again, a new one, and a bug "
        "hunt. `pdbcoach progress` shows what is due when.",
        epilog="Exit status: as of practice.",
    )
    add_common(parser)
    parser.set_defaults(run=run, stage="task")


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.cli.targets import chosen_target
    from pdbcoach.coach.course import Course
    from pdbcoach.ui.review import announce, say_when_due

    target = chosen_target(arguments.python)
    library = cache(partial(shipped_course, spoken(arguments)))
    with practising(arguments, target, library) as practice:
        tasks = _tasks(practice, library(), target.version)
        by_name = {entry.name: entry for entry in library().entries}
        course = Course(tuple(by_name[task.lesson] for task in tasks))
        announce(practice.screen, tasks)
        code = practice.hold(course, course.entries[0])
        say_when_due(practice.screen, practice.book.store)
        return code


def _tasks(practice: Practice, library: Course, python: str) -> Sequence[Task]:
    from datetime import datetime

    from pdbcoach.progress import review

    store = practice.book.store
    now = datetime.now().astimezone()
    return review.choose(_lessons(library, python), store.lessons(), store.attempts(), now)


def _lessons(library: Course, python: str) -> Sequence[Lesson]:
    """The lessons that can be practised on this Python, and what each is about."""
    from pdbcoach.matching.versions import admits
    from pdbcoach.progress.review import Lesson
    from pdbcoach.scenario.loader import load

    found = []
    for entry in library.entries:
        fitting = [one for one in load(entry.path) if admits(one.python, python) and one.grade != "demo"]
        if fitting:
            commands = dict.fromkeys(name for one in fitting for name in one.teaches)
            targets = dict.fromkeys(id for one in fitting for id in one.targets)
            found.append(Lesson(entry.name, tuple(commands), tuple(targets), entry.is_hunt))
    return found
