"""``pdbcoach practice``: a lesson at the real debugger, with a coach beside it."""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache, partial
from io import TextIOWrapper
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pdbcoach import language
from pdbcoach.cli.parser import Verbs
from pdbcoach.cli.targets import chosen_target
from pdbcoach.engine import warm
from pdbcoach.errors import PdbcoachError, Terminated

if TYPE_CHECKING:
    from pdbcoach.coach.course import Course, Entry
    from pdbcoach.progress.store import Store
    from pdbcoach.replay.result import Target
    from pdbcoach.report.screen import Screen
    from pdbcoach.ui.practice import Practice
    from pdbcoach.ui.reader import Reader


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
    parser.set_defaults(run=run)


def add_common(parser: argparse.ArgumentParser) -> None:
    """What ``practice`` and ``review`` have in common."""
    parser.add_argument("--python", metavar="PATH|VERSION", help="the Python to debug with")
    parser.add_argument("--plain", action="store_true", help="no colour, no toolbar, no redrawing")
    parser.add_argument("--no-show", action="store_true", help="for instructors: no :show, no :skip")
    parser.add_argument("--no-predict", action="store_true", help="ask for no predictions")
    parser.add_argument("--lang", metavar="LANGUAGE", help="language, e.g. zh (default: the locale's)")
    parser.add_argument("--no-color", action="store_true", help="no colour (also: NO_COLOR=1)")


def run(arguments: argparse.Namespace) -> int:
    target = chosen_target(arguments.python)
    if not target.sandbox:
        # It starts while we import, here and below, what we need ourselves.
        warm.get_ready(target.executable)
    from pdbcoach.coach.course import Course

    lang = spoken(arguments)
    library = cache(partial(shipped_course, lang))
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


@contextmanager
def practising(
    arguments: argparse.Namespace, target: Target, library: Callable[[], Course]
) -> Iterator[Practice]:
    """A practice as the options want it. Its records are closed, and signals are as before, afterwards."""
    from pdbcoach.cli.signals import one_interruption
    from pdbcoach.progress.store import Store
    from pdbcoach.report.screen import Screen
    from pdbcoach.ui.book import Book
    from pdbcoach.ui.interrupts import Interrupts
    from pdbcoach.ui.practice import Practice, Wishes
    from pdbcoach.ui.screen import PracticeScreen

    color = not (arguments.no_color or arguments.plain or os.environ.get("NO_COLOR"))
    interrupts, screen = Interrupts(), Screen(sys.stdout, color=color)
    with (
        closing(Store.open()) as store,
        one_interruption(),
        interrupts.caught(),
        closing(_reader(screen, arguments.plain, color, store)) as reader,
    ):
        practice = Practice(
            library,
            target,
            Book(store),
            PracticeScreen(screen),
            reader,
            interrupts,
            Wishes(
                spoken(arguments),
                getattr(arguments, "stage", None),
                arguments.no_show,
                predict=not arguments.no_predict,
            ),
        )
        try:
            yield practice
        except OSError as problem:
            if problem.errno == errno.EIO:  # the terminal is closed, and its signal may be late
                raise Terminated(signal.SIGHUP) from None
            raise


def spoken(arguments: argparse.Namespace) -> str:
    """The language to speak, such as ``zh`` or ``zh_CN.UTF-8``. From now on it is spoken."""
    lang = arguments.lang or language.locale_of(os.environ)
    language.use(lang)
    return lang


def shipped_course(lang: str = "") -> Course:
    """All shipped lessons, in the order in which they are learned. ``lang``: the language of the titles."""
    from pdbcoach.coach.course import Course, entries_of
    from pdbcoach.scenario import packs

    return Course(tuple(chain.from_iterable(map(entries_of, packs.packs_in(packs.shipped(), lang)))))


def course_of(files: Iterable[Path], lang: str = "") -> Course:
    """These files, each in its place in its pack. ``lang``: the language of the titles."""
    from pdbcoach.coach.course import Course, Entry, entries_of
    from pdbcoach.form.source import PACK_FILE, pack_root
    from pdbcoach.scenario.packs import load_pack

    shelves: dict[Path, dict[str, Entry]] = {}
    entries = []
    for file in files:
        root = pack_root(file.parent.resolve())
        if root not in shelves:
            is_pack = (root / PACK_FILE).is_file()
            shelves[root] = {one.id: one for one in entries_of(load_pack(root, lang))} if is_pack else {}
        entries.append(shelves[root].get(file.stem) or Entry(file, None, 1, 1))
    return Course(tuple(entries))


def _asked_for(what: str, lang: str) -> tuple[tuple[Entry, ...], str]:
    """The lessons that ``what`` names, and the variant, if it names one. Raises PdbcoachError."""
    from pdbcoach.scenario import packs

    found = packs.find([what])
    if not found:
        raise PdbcoachError(f"no scenarios in {what}")
    variant = found[0].variant
    entries = course_of((one.path for one in found), lang).entries
    return entries, f"{entries[0].id}[{variant}]" if variant else ""


def _reader(screen: Screen, plain: bool, color: bool, store: Store) -> Reader:
    """Where lines come from."""
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="surrogateescape")  # whatever is typed, it is not for us to fail at
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        from pdbcoach.ui.plain import PlainReader

        return PlainReader(sys.stdin, sys.stdout)
    from pdbcoach.ui.terminal import TerminalReader

    history = store.path.with_name("history") if store.path is not None else None
    return TerminalReader(screen, history, color=color)
