"""``pdbcoach review``: five tasks of what is due, something new, and a bug hunt."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pdbcoach.cli.interactive import add_common, add_lesson_options, practising, spoken
from pdbcoach.cli.parser import Verbs
from pdbcoach.cli.targets import chosen_target
from pdbcoach.language import _, ngettext

if TYPE_CHECKING:
    from pdbcoach.coach.course import Course
    from pdbcoach.front.practice import Practice
    from pdbcoach.front.screen import InteractiveScreen
    from pdbcoach.progress.review import Reason, ReviewItem, Task
    from pdbcoach.progress.store import Store


def add_to(verbs: Verbs) -> None:
    parser = verbs.add_parser(
        "review",
        help="practise what is due: five tasks",
        description="Five lessons as tasks: three about what is due to be tried again, a new one, and a bug "
        "hunt. `pdbcoach progress` shows what is due when.",
        epilog="Exit status: as of practice.",
    )
    add_common(parser)
    add_lesson_options(parser)
    parser.set_defaults(run=run, stage="task")


def run(arguments: argparse.Namespace) -> int:
    from pdbcoach.coach.course import Course
    from pdbcoach.front.library import shipped_course

    target = chosen_target(arguments.python)
    lang = spoken(arguments)
    library = cache(lambda: shipped_course(lang))
    with practising(arguments, target, library) as practice:
        tasks = _tasks(practice, library(), target.version)
        by_name = {entry.name: entry for entry in library().entries}
        course = Course(tuple(by_name[task.lesson] for task in tasks))
        _announce(practice.screen, tasks)
        code = practice.hold(course, course.entries[0])
        _say_when_due(practice.screen, practice.book.store)
        return code


def _tasks(practice: Practice, library: Course, python: str) -> Sequence[Task]:
    from datetime import datetime

    from pdbcoach.progress import review

    store = practice.book.store
    now = datetime.now().astimezone()
    return review.choose(_lessons(library, python), store.lessons(), store.attempts(), now)


def _lessons(library: Course, python: str) -> Sequence[ReviewItem]:
    """The lessons that can be practised on this Python, and what each is about."""
    from pdbcoach.matching.versions import admits
    from pdbcoach.progress.review import ReviewItem
    from pdbcoach.scenario.loader import load

    found = []
    for entry in library.entries:
        fitting = [one for one in load(entry.path) if admits(one.python, python) and one.grade != "demo"]
        if fitting:
            commands = dict.fromkeys(name for one in fitting for name in one.teaches)
            targets = dict.fromkeys(id for one in fitting for id in one.targets)
            found.append(ReviewItem(entry.name, tuple(commands), tuple(targets), entry.is_hunt))
    return found


def _announce(screen: InteractiveScreen, tasks: Sequence[Task]) -> None:
    """Say what today's review consists of, and why."""
    from pdbcoach.coach.message import Message

    number = len(tasks)
    screen.say(Message("note", ngettext("Review: {number} task.", "Review: {number} tasks.", number)))
    reasons: Mapping[Reason, str] = {
        "due": _("due"),
        "new": _("new"),
        "hunt": _("a bug hunt"),
        "again": _("again"),
    }
    screen.table(tuple((task.lesson, reasons[task.reason]) for task in tasks))


def _say_when_due(screen: InteractiveScreen, store: Store) -> None:
    """Say what is due next, and when."""
    from datetime import datetime

    from pdbcoach.coach.message import Message
    from pdbcoach.report.progress import next_due, overview

    now = datetime.now().astimezone()
    screen.say(Message("note", next_due(overview(store.attempts(), (), (), {}, now))))
